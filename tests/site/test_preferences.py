"""The switches for language, colours and units."""

import re

import pytest
from django.test import Client

from tests.site.conftest import signed_in
from tests.world import World

pytestmark = [pytest.mark.database, pytest.mark.django_db]


@pytest.mark.parametrize(
    ("field", "value", "seen"),
    [
        ("theme", "dark", 'data-theme="dark"'),
        ("theme", "light", 'data-theme="light"'),
        ("language", "en", '<html lang="en"'),
        ("unit", "small", '<button name="unit" value="small" aria-pressed="true">'),
        ("unit", "large", '<button name="unit" value="large" aria-pressed="true">'),
    ],
)
def test_choice_is_remembered_and_shown_from_the_first_byte(planned: World, field: str, value: str, seen: str) -> None:
    client = signed_in(planned, "director")
    assert seen not in client.get("/").content.decode()
    answer = client.post("/preferences/", {field: value, "next": "/?period=month"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/?period=month")
    assert seen in client.get("/").content.decode()


@pytest.mark.parametrize(("field", "value"), [("theme", "pink"), ("language", "tlh"), ("unit", "wan"), ("theme", "dark; Secure")])
def test_choice_that_does_not_exist_is_refused_and_sets_nothing(client: Client, field: str, value: str) -> None:
    answer = client.post("/preferences/", {field: value})
    assert answer.status_code == 400
    assert field not in answer.cookies


def test_choice_never_leads_to_another_site(client: Client) -> None:
    assert client.post("/preferences/", {"theme": "dark", "next": "//evil.example"}).headers["Location"] == "/"


def test_unit_changes_every_figure_and_no_exact_amount(planned: World) -> None:
    client = signed_in(planned, "director")
    exact, shown = [], []
    for unit in ("small", "middle", "large"):
        client.cookies["unit"] = unit
        text = client.get("/").content.decode()
        exact.append(re.findall(r'<td class="n"><a href="[^"]*" title="([^"]*)"', text))
        shown.append(re.search(r'<a class="big[^>]*>([^<]*)</a>', text)[1])  # type: ignore[index]
    assert exact[0] == exact[1] == exact[2] != []
    assert len(set(shown)) == 3


def test_english_page_shows_no_chinese_but_the_companys_own_names(planned: World) -> None:
    client = signed_in(planned, "director")
    client.cookies["language"] = "en"
    for path in ("/", "/planning/why/target/", "/planning/why/attained/", "/planning/why/probability/", "/nowhere/"):
        text = client.get(path).content.decode()
        for name in ("样例公司", "北区加人", "北区", "南区", "何总", "何", "运筹", "中文", "北方电子", "北方机械", "南方电子", "南方医药"):
            text = text.replace(name, "")
        for name in ("云服务器", "协同软件", "智能质检", "甲销售", "乙销售", "丙销售"):
            text = text.replace(name, "")
        assert re.findall(r"[^<>]*[㐀-鿿][^<>]*", text) == []
