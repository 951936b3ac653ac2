"""A file brought to a list: tried without writing, its faults by row, taken in once, taken back."""

import io
from http import HTTPStatus
from tempfile import gettempdir

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import load_workbook  # type: ignore[import-untyped]

from tests.site.conftest import signed_in
from tests.world import NOW, World
from yunchou.audit.models import Change, Operation
from yunchou.customers.models import Account
from yunchou.lists.models import ImportFile

pytestmark = [pytest.mark.database, pytest.mark.django_db]
PAGE = "/customers/accounts/"
COLUMNS = "name,code,industry,region,city,owner,created,lost"
HEADS = ("客户", "客户编码", "行业", "区域", "城市", "负责人", "建档日期", "流失日期")


def csv(*rows: tuple[str, ...], heads: tuple[str, ...] = HEADS, encoding: str = "utf-8-sig") -> bytes:
    return "\r\n".join(",".join(row) for row in (heads, *rows)).encode(encoding)


def brought(client: Client, content: bytes, name: str = "客户.csv") -> str:
    answer = client.post(f"{PAGE}import/", {"file": SimpleUploadedFile(name, content)})
    assert answer.status_code == HTTPStatus.SEE_OTHER, answer.content.decode()
    return str(answer.headers["Location"])


def exported(client: Client, kind: str = "xlsx") -> bytes:
    answer = client.get(f"{PAGE}export/?columns={COLUMNS}&as={kind}")
    return b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_what_was_exported_changes_nothing_when_brought_back(planned: World, kind: str) -> None:
    client, before = signed_in(planned, "director"), Change.objects.count()
    address = brought(client, exported(client, kind), f"客户.{kind}")
    page = client.get(address).content.decode()
    assert "没有要改的：和现在的内容一样" in page
    answer = client.post(address)
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert Change.objects.count() == before


def test_workbook_changed_by_a_person_is_taken_in_and_back(planned: World) -> None:
    client = signed_in(planned, "director")
    book = load_workbook(io.BytesIO(exported(client)))
    sheet = book.active
    for row in sheet.iter_rows(min_row=2):
        if row[1].value == "K1":
            row[2].value, row[5].value = "机械", "乙销售"
    sheet.append(["西部能源", "K77", "能源", None, "广州", "丙销售", "2026-08-01", None])
    out = io.BytesIO()
    book.save(out)
    address = brought(client, out.getvalue(), "客户.xlsx")
    page = client.get(address).content.decode()
    assert "2 行可以导入" in page
    assert not Account.objects.filter(code="K77").exists()
    answer = client.post(address)
    assert answer.status_code == HTTPStatus.SEE_OTHER
    new = Account.objects.get(code="K77")
    assert (new.name, new.region.name, new.owner.code, new.unit.code) == ("西部能源", "南区", "P6", "R2")  # type: ignore[union-attr]
    assert Account.objects.get(code="K1").owner.code == "P5"  # type: ignore[union-attr]
    assert client.post(address).status_code == HTTPStatus.NOT_FOUND
    operation = Operation.objects.get()
    assert operation.details["changed"] == 2
    client.post(f"/lists/operations/{operation.pk}/undo/")
    assert not Account.objects.filter(code="K77").exists()
    assert Account.objects.get(code="K1").industry == "电子"


def test_every_planted_fault_is_told_by_row_and_the_good_rows_go_in(planned: World) -> None:
    client = signed_in(planned, "director")
    good = ("北方电子二", "K1", "电子", "北区", "北京", "甲销售", "2019-01-01", "")
    planted = [
        (("无码", "", "电子", "北区", "北京", "", "2019-01-01", ""), "没有写“客户编码”"),
        (("再来", "K1", "电子", "北区", "北京", "", "2019-01-01", ""), "和第 2 行是同一条"),
        (("", "K2", "机械", "北区", "北京", "乙销售", "2019-01-01", ""), "“客户”不能为空"),
        (("南方电子", "K3", "电子", "火星", "广州", "丙销售", "2019-01-01", ""), "“区域”没有“火星”这一项"),
        (("南方医药", "K4", "医药", "南区", "广州", "丙销售", "2024-01-01", "1999-01-01"), "流失日期早于建档日期"),
        (("新一", "N1", "电子", "", "亚特兰蒂斯", "", "2026-01-01", ""), "没有“亚特兰蒂斯”这个城市"),
        (("新二", "N2", "电子", "", "北京", "没有这人", "2026-01-01", ""), "没有在职的“没有这人”"),
        (("新三", "N3", "电子", "", "北京", "", "元月", ""), "“元月”不是日期"),
    ]
    before = Change.objects.count()
    address = brought(client, csv(good, *(row for row, _why in planted)))
    page = client.get(address).content.decode()
    assert "8 行有错，1 行可以导入" in page
    for _row, why in planted:
        assert why in page
    assert Change.objects.count() == before
    sheet = load_workbook(io.BytesIO(client.get(f"{address}faults/").content)).active
    told = [tuple(cell.value for cell in row) for row in sheet.iter_rows(min_row=2)]
    assert [row[0] for row in told] == [3, 4, 5, 6, 7, 8, 9, 10]
    assert all(why in row[1] for row, (_, why) in zip(told, planted, strict=True))
    assert client.post(address).status_code == HTTPStatus.SEE_OTHER
    assert Account.objects.get(code="K1").name == "北方电子二"
    assert Account.objects.count() == 4


def test_columns_a_file_lacks_stay_and_those_nobody_reads_are_named(planned: World) -> None:
    client = signed_in(planned, "director")
    address = brought(client, csv(("K1", "机械", "9"), heads=("客户编码", "行业", "近 12 个月销售（元）")))
    assert "近 12 个月销售（元）" in client.get(address).content.decode()
    client.post(address)
    kept = Account.objects.get(code="K1")
    assert (kept.industry, kept.name, kept.owner.code) == ("机械", "北方电子", "P4")  # type: ignore[union-attr]
    assert "新建还需要这些列" in client.get(brought(client, csv(("K9", "x"), heads=("客户编码", "行业")))).content.decode()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_every_encoding_excel_writes_is_read(planned: World, encoding: str) -> None:
    client = signed_in(planned, "director")
    address = brought(client, csv(("K1", "半导体"), heads=("客户编码", "行业"), encoding=encoding))
    client.post(address)
    assert Account.objects.get(code="K1").industry == "半导体"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "空的"),
        (b"\x00\x01\x02", "没有导入"),
        (b"PK\x03\x04broken", "没有导入"),
        ("行业,客户\r\n电子,甲".encode(), "认不出每行是哪一条"),
    ],
)
def test_file_that_cannot_be_read_is_refused_with_a_sentence(planned: World, content: bytes, sentence: str) -> None:
    client, before = signed_in(planned, "director"), Change.objects.count()
    answer = client.post(f"{PAGE}import/", {"file": SimpleUploadedFile("x.csv", content)})
    if answer.status_code == HTTPStatus.SEE_OTHER:
        answer = client.get(answer.headers["Location"])
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert sentence in answer.content.decode()
    assert gettempdir() not in answer.content.decode()
    assert Change.objects.count() == before


def test_file_of_another_and_rows_out_of_scope_are_out_of_reach(planned: World) -> None:
    director, north, seller = (signed_in(planned, role) for role in ("director", "north", "seller"))
    address = brought(director, csv(("K1", "x"), heads=("客户编码", "行业")))
    for path in (address, f"{address}faults/"):
        assert north.get(path).status_code == HTTPStatus.NOT_FOUND
    assert north.post(address).status_code == HTTPStatus.NOT_FOUND
    page = seller.get(brought(seller, csv(("K3", "x"), ("K99", "y"), heads=("客户编码", "行业")))).content.decode()
    assert page.count("您的范围内没有这一条，您也不能新建") == 2
    # a manager learns that a code is taken, and nothing of whose
    page = north.get(brought(north, csv(("甲", "K3", "x", "", "北京", "", "2026-01-01", "")))).content.decode()
    assert "客户编码 K3 已经有了" in page
    assert "南方" not in page
    assert finance_is_refused(signed_in(planned, "finance"))


def finance_is_refused(client: Client) -> bool:
    answer = client.post(f"{PAGE}import/", {"file": SimpleUploadedFile("x.csv", csv())})
    return answer.status_code == HTTPStatus.FORBIDDEN and not ImportFile.objects.filter(owner__username="w-finance").exists()


def test_old_files_go_when_the_next_comes(planned: World) -> None:
    old = ImportFile.objects.create(
        owner=planned.director, page="customers.accounts", name="x", content=b"x", kept_at=NOW.replace(year=2020)
    )
    brought(signed_in(planned, "director"), csv(("K1", "x"), heads=("客户编码", "行业")))
    assert not ImportFile.objects.filter(pk=old.pk).exists()


def test_pattern_to_fill_in_holds_the_columns_that_are_read(planned: World) -> None:
    page = signed_in(planned, "director").get(f"{PAGE}import/").content.decode()
    assert f"columns={COLUMNS}" in page


def test_very_many_new_rows_are_copied_kept_found_and_taken_back(planned: World) -> None:
    client, before = signed_in(planned, "director"), Account.objects.count()
    rows = [(f"重新{number}号", f"X{number:05d}", "电子", "", "北京", "甲销售", "2026-08-01", "") for number in range(1_200)]
    address = brought(client, csv(*rows))
    answer = client.post(address)
    assert answer.status_code == HTTPStatus.SEE_OTHER
    made = Account.objects.get(code="X00007")
    assert (made.name, made.industry, made.region.name, made.unit, made.owner) == (
        "重新7号",
        "电子",
        "北区",
        planned.unit("T1"),
        planned.person("P4"),
    )
    assert (made.sold_year_minor, made.lost_on) == (0, None)
    assert Account.objects.filter(code__startswith="X", search_keys=None).count() == 0
    assert "重新7号" in client.get("/search/?q=cx7h").content.decode()
    operation = Operation.objects.latest("id")
    assert Change.objects.filter(operation=operation, kind="I", table="customers_account").count() == 1_200
    client.post(f"/lists/operations/{operation.pk}/undo/")
    assert Account.objects.count() == before
