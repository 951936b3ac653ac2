"""``yunchou where``: what it names is there, and is what answers."""

import json
import re
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import pytest

from yunchou.calc.errors import BadInput
from yunchou.cli import code_map
from yunchou.cli.main import main
from yunchou.cli.where import where

ROOT = Path(__file__).parents[2]


def names(places: tuple[code_map.Place, ...]) -> list[str]:
    return [place.name for place in places]


def test_where_leads_from_the_home_page_to_its_code() -> None:
    found = where("/")

    assert (found.address, found.url_name, found.view.name) == ("/", "site:home", "yunchou.site.views.home.home")
    assert "site/home.html" in names(found.templates)
    assert "site/shell.html" in names(found.templates), "what a template extends belongs to the page"
    assert set(names(found.selectors)) == {"yunchou.planning.selectors.home.home", "yunchou.org.selectors.reaches.sees_business"}
    assert found.services == ()
    tests = [place.file for place in found.tests]
    assert "tests/planning/test_home.py" in tests
    assert "tests/site/test_home.py" in tests
    assert not [test for test in tests if test.startswith(("tests/calc/", "tests/tables/"))]


@pytest.mark.parametrize(
    "address", ["/planning/why/target/", "planning/why/target", "http://127.0.0.1:8000/planning/why/target:r1:star/?unit=wan#top"]
)
def test_where_reads_addresses_as_people_copy_them(address: str) -> None:
    found = where(address)

    assert (found.url_name, found.view.name) == ("planning:why", "yunchou.planning.views.why")
    assert names(found.selectors) == ["yunchou.planning.selectors.why.why"]


def test_where_names_the_class_behind_a_view_of_others() -> None:
    found = where("/sign-out/")

    assert found.view.name == "allauth.account.views.LogoutView"
    assert names(found.templates)[0] == "account/logout.html"


def test_where_points_to_lines_that_define_what_they_name() -> None:
    for route, name, view in code_map.addresses():
        found = code_map.behind(address=route, url_name=name, view=view)
        for place in (found.view, *found.selectors, *found.services):
            if not place.name.startswith("yunchou."):
                continue
            lines = (ROOT / place.file).read_text(encoding="utf-8").splitlines()[place.line - 1 :]
            assert any(re.match(rf"\s*(def|class) {place.name.rpartition('.')[2]}\b", line) for line in lines[:10]), place
        for place in (*found.templates, *found.tests):
            assert (ROOT / place.file).is_file() or not place.file.startswith(("src/", "tests/")), place


def test_where_refuses_an_address_that_is_not_there() -> None:
    with pytest.raises(BadInput, match="/nothing/"):
        where("/nothing/")


def test_where_is_a_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["where", "/livez"]) == 0
    assert capsys.readouterr().out.splitlines()[2].startswith("view       yunchou.site.health.livez  src/yunchou/site/health.py:")

    assert main(["where", "/livez", "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert list(report) == [field.name for field in fields(code_map.Behind)]

    assert main(["where", "/nothing"]) == 2
    assert capsys.readouterr().err.splitlines()[-1].startswith("yunchou where: 网站没有 /nothing 这个地址")


def test_where_is_page_lists_every_address() -> None:
    page = subprocess.run(
        [sys.executable, "-c", "import sys; sys.path.insert(0, 'tools'); import where_is; print(where_is.page())"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
        timeout=60,
    ).stdout

    for route, _, _ in code_map.addresses():
        assert f"| `{route}` | " in page
