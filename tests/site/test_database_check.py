import pytest

from yunchou.site.database_check import DatabaseRefused, judge


def test_judge_takes_the_oldest_version_that_is_served():
    judge(150_000, "UTF8", "C.UTF-8", "yunchou")


@pytest.mark.parametrize(
    ("found", "said"),
    [
        ((140_012, "UTF8", "C.UTF-8", "yunchou"), "数据库是 PostgreSQL 14，需要 15 或更新，请先升级"),
        ((90_624, "UTF8", "C.UTF-8", "yunchou"), "数据库是 PostgreSQL 9，需要 15 或更新，请先升级"),
        ((150_018, "LATIN1", "C.UTF-8", "old"), "数据库 old 的编码是 LATIN1，需要 UTF8"),
        ((180_006, "UTF8", "POSIX", "old"), "数据库 old 的 LC_CTYPE 是 POSIX，中文搜索会失效"),
    ],
)
def test_judge_names_what_is_wrong_with_a_database(found, said):
    with pytest.raises(DatabaseRefused) as refused:
        judge(*found)
    assert refused.value.text.zh.startswith(said)
    assert refused.value.exit_code == 2
