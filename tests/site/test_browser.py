"""What a person does in a browser: signs in, looks, opens a figure, switches; by keyboard, at both sizes and in both themes."""

import os
import threading
from collections.abc import Iterator
from pathlib import Path
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.auth.hashers import make_password
from django.db import connections
from django.test import override_settings
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from pytest_django import DjangoDbBlocker

from tests.site.conftest import PASSWORD
from tests.world import World
from yunchou.org.models import User
from yunchou.site.wsgi import application

CHROMIUM = Path(os.environ.get("CHROMIUM", "/usr/bin/chromium"))
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
WIDE, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="Debian's chromium is not installed"),
]


class Server(ThreadingMixIn, WSGIServer):
    """One thread a request, as Chromium opens more connections than it uses; none leaves a connection to the database behind."""

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Serve one request, and close what it opened even if the browser went away."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            connections.close_all()


class Quiet(WSGIRequestHandler):
    """Says nothing about requests; the application does."""

    def log_message(self, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def site(planned: World, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """The address of the application, serving the small company to those who know the password."""
    with django_db_blocker.unblock(), override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        User.objects.update(password=make_password(PASSWORD))
        server = make_server("127.0.0.1", 0, application, server_class=Server, handler_class=Quiet)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(scope="module")
def browser(site: str) -> Iterator[Browser]:
    # Playwright's loop runs in the thread of the tests, where Django would refuse the database from now on.
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        opened = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        yield opened
        opened.close()
        # Within that loop Django keeps another connection than outside of it.
        connections.close_all()


@pytest.fixture
def complaints() -> list[str]:
    return []


@pytest.fixture
def context(browser: Browser, complaints: list[str]) -> Iterator[BrowserContext]:
    """A fresh browser whose every error, refused script or style is written down."""
    opened = browser.new_context(viewport=WIDE, locale="zh-CN", reduced_motion="reduce")  # type: ignore[arg-type]
    opened.on("console", lambda message: complaints.append(message.text) if message.type in {"error", "warning"} else None)
    opened.on("weberror", lambda error: complaints.append(str(error.error)))
    yield opened
    opened.close()


@pytest.fixture
def page(context: BrowserContext, site: str, complaints: list[str]) -> Iterator[Page]:
    """The director's home page."""
    opened = sign_in(context, site, "w-director")
    yield opened
    assert complaints == []


def sign_in(context: BrowserContext, site: str, username: str) -> Page:
    page = context.new_page()
    page.goto(site)
    expect(page.locator("#id_login")).to_be_focused()
    page.keyboard.type(username)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{site}/")
    return page


def choose(context: BrowserContext, page: Page, **cookies: str) -> None:
    context.add_cookies([{"name": name, "value": value, "url": page.url} for name, value in cookies.items()])
    page.reload()


def test_home_is_reached_by_keyboard_alone_and_says_what_it_found(page: Page) -> None:
    expect(page.locator("h1")).to_contain_text("目标")
    expect(page.locator("svg.chart.wide")).to_have_count(4)


@pytest.mark.parametrize("username", ["w-director", "w-north", "w-seller"])
def test_page_does_not_scroll_sideways_on_a_phone(context: BrowserContext, site: str, username: str) -> None:
    page = sign_in(context, site, username)
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    for path in (
        "/",
        "/?period=month",
        "/planning/why/target/",
        "/planning/why/attained/",
        "/nowhere/",
        "/customers/accounts/",
        "/revenue/lines/",
    ):
        page.goto(site + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, path


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_axe_finds_nothing_serious(context: BrowserContext, page: Page, site: str, theme: str, size: dict[str, int]) -> None:
    page.set_viewport_size(size)  # type: ignore[arg-type]
    choose(context, page, theme=theme)
    for path in ("/", "/planning/why/attained/", "/customers/accounts/?industry=电子", "/revenue/lines/", "/sign-out/"):
        page.goto(site + path)
        found = Axe().run(page).response["violations"]
        assert [(rule["id"], rule["nodes"][0]["html"]) for rule in found if rule["impact"] in {"serious", "critical"}] == []


def test_axe_finds_nothing_serious_on_the_sign_in_page(context: BrowserContext, site: str) -> None:
    page = context.new_page()
    page.goto(site)
    found = Axe().run(page).response["violations"]
    assert [(rule["id"], rule["nodes"][0]["html"]) for rule in found if rule["impact"] in {"serious", "critical"}] == []


def test_why_opens_beside_the_page_and_closes_by_keyboard_where_one_was(page: Page, site: str) -> None:
    link = page.locator("dl.facts a").nth(1)
    link.focus()
    page.keyboard.press("Enter")
    panel = page.locator("dialog[open]")
    expect(panel.locator("h2")).to_be_focused()
    expect(panel).to_contain_text("行销售明细")
    assert page.url == f"{site}/"
    page.keyboard.press("Escape")
    expect(panel).to_have_count(0)
    expect(link).to_be_focused()


def test_why_leads_on_to_what_a_figure_is_made_of_and_back(page: Page) -> None:
    page.locator("dl.facts a").nth(3).click()
    panel = page.locator("dialog[open]")
    title = panel.locator("h2").inner_text()
    expect(panel.locator("[data-back]")).to_be_hidden()
    panel.locator(".operands a").first.click()
    expect(panel.locator("h2")).not_to_have_text(title)
    panel.locator("[data-back]").click()
    expect(panel.locator("h2")).to_have_text(title)
    panel.locator("[data-close]").click()
    expect(panel).to_have_count(0)


def test_why_leads_to_the_sign_in_when_the_session_has_ended(context: BrowserContext, page: Page, site: str) -> None:
    context.clear_cookies(name="yunchou")
    page.locator("dl.facts a").first.click()
    page.wait_for_url(f"{site}/sign-in/?next=/")


def test_chart_leads_to_the_figure_behind_it(page: Page) -> None:
    page.locator(".waterfall svg.wide a").last.click()
    expect(page.locator("dialog[open] h2")).to_have_text("目标")


def test_language_switch_changes_the_page_and_stays(page: Page, site: str) -> None:
    page.get_by_role("button", name="English").click()
    expect(page.locator("h1")).to_contain_text("Target CNY")
    page.goto(f"{site}/planning/why/target/")
    expect(page.locator("html")).to_have_attribute("lang", "en")


def test_menu_closes_with_escape_and_signs_out(page: Page, site: str) -> None:
    menu = page.locator("details.me")
    menu.locator("summary").click()
    expect(menu).to_have_attribute("open", "")
    page.keyboard.press("Escape")
    expect(menu).not_to_have_attribute("open", "")
    menu.locator("summary").click()
    menu.get_by_role("button", name="退出登录").click()
    page.wait_for_url(f"{site}/sign-in/**")
    page.go_back()
    page.reload()
    page.wait_for_url(f"{site}/sign-in/**")


def test_theme_is_the_systems_until_chosen(context: BrowserContext, page: Page) -> None:
    colour = "getComputedStyle(document.body).backgroundColor"
    page.emulate_media(color_scheme="dark")
    dark = page.evaluate(colour)
    page.emulate_media(color_scheme="light")
    light = page.evaluate(colour)
    assert dark != light
    choose(context, page, theme="dark")
    assert page.evaluate(colour) == dark


def test_copied_figure_is_exact(context: BrowserContext, page: Page) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    cell = page.locator(".cascade tbody td a").first
    cell.evaluate("cell => getSelection().selectAllChildren(cell)")
    page.keyboard.press("Control+C")
    assert page.evaluate("navigator.clipboard.readText()") == (cell.get_attribute("title") or "").replace(",", "")
    page.locator(".cascade tbody tr").first.evaluate("row => getSelection().selectAllChildren(row)")
    page.keyboard.press("Control+C")
    assert page.evaluate("navigator.clipboard.readText()").count("\t") >= 8


def test_page_works_without_scripts(browser: Browser, site: str) -> None:
    context = browser.new_context(java_script_enabled=False, viewport=WIDE, locale="zh-CN")  # type: ignore[arg-type]
    page = sign_in(context, site, "w-director")
    page.locator("dl.facts a").first.click()
    expect(page.locator(".panel h2")).to_have_text("目标")
    context.close()
