"""The pages of the organisation and of administrators: accessible, whole on a phone, in both languages."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, expect

from tests.site.test_browser import browser, choose, complaints, context, pytestmark, sign_in, site  # noqa: F401 - the same browser and company
from tests.world import World

PAGES = {
    "w-director": (
        "/org/people/",
        "/org/units/",
        "/org/people/new/",
        "/org/people/{person}/",
        "/org/people/{person}/move/",
        "/org/units/{unit}/place/",
    ),
    "w-system": ("/", "/org/users/", "/org/users/new/", "/org/users/{user}/account/"),
    "w-security": ("/org/rights/", "/org/users/{user}/account/"),
    "w-audit": ("/audit/operations/", "/audit/changes/"),
}


@pytest.fixture
def world_site(planned: World, site: str) -> tuple[World, str]:  # noqa: F811
    """The company and the address where it is served."""
    return planned, site


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("who", PAGES)
def test_pages_of_the_organisation_fit_and_are_accessible(
    world_site: tuple[World, str],
    context: BrowserContext,  # noqa: F811
    who: str,
    width: int,
    language: str,
) -> None:
    planned, address = world_site
    page = sign_in(context, address, who)
    page.set_viewport_size({"width": width, "height": 844})
    choose(context, page, language=language)
    keys = {"person": planned.person("P4").pk, "unit": planned.unit("T1").pk, "user": planned.seller.pk}
    for path in PAGES[who]:
        page.goto(address + path.format(**keys))
        expect(page.locator("h1")).to_have_count(1)
        assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0, path
        found = Axe().run(page).response["violations"]
        assert [(rule["id"], rule["nodes"][0]["html"]) for rule in found if rule["impact"] in {"serious", "critical"}] == [], path


def test_system_administrator_adds_a_person_by_keyboard_and_finds_them(planned: World, context: BrowserContext, site: str) -> None:  # noqa: F811
    page = sign_in(context, site, "w-system")
    page.goto(f"{site}/org/people/new/")
    for name, value in (("name", "庚销售"), ("code", "P77"), ("unit", "北区一组"), ("hired", "2026-08-03")):
        page.locator(f"[name={name}]").fill(value)
    page.locator("[name=position]").select_option("salesperson")
    page.locator("[name=hired]").press("Enter")
    expect(page.get_by_role("status")).to_be_visible()
    page.keyboard.press("Control+k")
    page.keyboard.type("gxs")
    expect(page.locator("#palette [data-hit]").first).to_contain_text("庚销售")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="撤销").click()
    page.goto(f"{site}/org/people/?q=P77")
    expect(page.locator("tbody tr")).to_have_count(0)
