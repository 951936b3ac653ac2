"""What a person does with a list: looks, asks, moves by keyboard, opens, and comes back to where they were."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect

from tests.site.test_browser import (  # noqa: F401 - the same browser and company
    PHONE,
    browser,
    complaints,
    context,
    page,
    pytestmark,
    sign_in,
    site,
)


@pytest.fixture
def listed(page: Page, site: str) -> Page:  # noqa: F811 - pytest gives them by name
    page.goto(site + "/customers/accounts/")
    return page


def names(listed: Page) -> list[str]:
    return listed.locator("tbody tr td.pick + td").all_inner_texts()


def test_totals_come_after_the_page_and_follow_the_filter(listed: Page) -> None:
    expect(listed.locator("tfoot")).to_contain_text("筛选后合计 · 4 行")
    listed.locator("[data-filters]").click()
    listed.locator("select[name=industry]").select_option("电子")
    listed.get_by_role("button", name="应用").first.click()
    expect(listed.locator("h1")).to_have_text("2 家客户")
    expect(listed.locator("tfoot")).to_contain_text("筛选后合计 · 2 行")
    # what was not asked stands not in the address
    assert listed.url.endswith("/customers/accounts/?industry=%E7%94%B5%E5%AD%90")
    listed.get_by_role("link", name="去掉筛选").click()
    expect(listed.locator("h1")).to_have_text("4 家客户")


def test_arrows_move_enter_opens_and_back_returns_to_the_question(listed: Page, site: str) -> None:  # noqa: F811
    listed.goto(site + "/customers/accounts/?sort=name&industry=电子")
    listed.keyboard.press("ArrowDown")
    listed.keyboard.press("ArrowDown")
    listed.keyboard.press("Enter")
    expect(listed.locator("h1")).to_have_text("南方电子")
    expect(listed.locator("section.list").first).to_contain_text("SO2026")
    listed.go_back()
    assert names(listed) == ["北方电子", "南方电子"]


def test_a_column_is_taken_away_the_order_turned_and_both_kept_as_a_view(listed: Page) -> None:
    listed.get_by_role("link", name="客户", exact=True).last.click()
    listed.locator("summary", has_text="列").click()
    listed.get_by_role("checkbox", name="城市").uncheck()
    listed.get_by_role("button", name="应用").last.click()
    expect(listed.locator("thead")).not_to_contain_text("城市")
    shown = names(listed)
    listed.locator("summary", has_text="存为视图").click()
    listed.get_by_role("textbox", name="名称").fill("按名称")
    listed.get_by_role("button", name="保存").first.click()
    expect(listed.locator(".views [aria-current]")).to_have_text("按名称")
    assert names(listed) == shown == ["北方机械", "北方电子", "南方医药", "南方电子"]
    listed.locator("summary", has_text="改视图").click()
    listed.get_by_role("button", name="删除视图").click()
    expect(listed.locator(".views")).not_to_contain_text("按名称")


def test_f_opens_the_filters_and_slash_the_search(listed: Page) -> None:
    listed.keyboard.press("f")
    expect(listed.locator("details.filters")).to_have_attribute("open", "")
    listed.keyboard.press("Escape")
    listed.keyboard.press("/")
    listed.keyboard.type("医药")
    listed.keyboard.press("Enter")
    expect(listed.locator("h1")).to_have_text("1 家客户")


def test_filters_fit_a_phone(context: BrowserContext, site: str) -> None:  # noqa: F811
    listed = sign_in(context, site, "w-north")
    listed.set_viewport_size(PHONE)  # type: ignore[arg-type]
    listed.goto(site + "/customers/accounts/")
    listed.locator("[data-filters]").click()
    expect(listed.get_by_role("button", name="应用").first).to_be_in_viewport()
    assert listed.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_record_is_changed_told_and_taken_back_and_a_draft_survives(listed: Page) -> None:
    listed.get_by_role("link", name="北方机械").click()
    listed.get_by_role("link", name="修改").click()
    listed.get_by_role("textbox", name="客户").fill("北方重工")
    address = listed.url
    listed.goto(address)
    expect(listed.get_by_role("textbox", name="客户")).to_have_value("北方重工")
    expect(listed.locator("[data-drafted]")).to_be_visible()
    listed.get_by_role("button", name="保存").click()
    expect(listed.locator("h1")).to_have_text("北方重工")
    expect(listed.locator("section.card", has_text="变更")).to_contain_text("北方机械")
    listed.get_by_role("button", name="恢复原来的").first.click()
    expect(listed.locator("h1")).to_have_text("北方机械")
    listed.goto(address)
    expect(listed.get_by_role("textbox", name="客户")).to_have_value("北方机械")
    expect(listed.locator("[data-drafted]")).to_be_hidden()


def test_chosen_rows_are_changed_by_keyboard_and_taken_back(listed: Page) -> None:
    listed.keyboard.press("ArrowDown")
    listed.keyboard.press("x")
    listed.keyboard.press("ArrowDown")
    listed.keyboard.press("x")
    expect(listed.locator("[data-chosen]")).to_have_text("2")
    listed.locator("[data-many]").click()
    expect(listed.locator("h1")).to_have_text("批量修改 2 行")
    listed.get_by_role("checkbox", name="改行业").check()
    listed.locator("input[name=industry]").fill("新能源")
    listed.get_by_role("button", name="预览").click()
    expect(listed.locator("h1")).to_have_text("将修改 2 行")
    listed.get_by_role("button", name="修改 2 行").click()
    expect(listed.locator(".done")).to_contain_text("2 行")
    listed.get_by_role("button", name="撤销").click()
    expect(listed.locator(".done")).to_contain_text("已撤销")
    expect(listed.locator("tbody")).not_to_contain_text("新能源")


def test_a_file_is_tried_mended_and_taken_in(listed: Page) -> None:
    listed.get_by_role("link", name="导入").click()
    content = "客户编码,行业\r\nK2,化工\r\nK99,无\r\n".encode("gb18030")
    listed.locator("input[type=file]").set_input_files({"name": "改行业.csv", "mimeType": "text/csv", "buffer": content})
    listed.get_by_role("button", name="检查文件").click()
    expect(listed.locator("h1")).to_have_text("1 行有错，1 行可以导入")
    expect(listed.locator("tbody")).to_contain_text("K99")
    listed.get_by_role("button", name="只导入没错的 1 行").click()
    expect(listed.locator("tbody")).to_contain_text("化工")
    listed.get_by_role("button", name="撤销").click()
    expect(listed.locator("tbody")).not_to_contain_text("化工")


@pytest.mark.parametrize("path", ["new/", "edit/", "import/", "bin/"])
@pytest.mark.parametrize("width", [1440, 390])
def test_forms_of_a_list_fit_and_are_accessible(listed: Page, site: str, path: str, width: int) -> None:  # noqa: F811
    listed.set_viewport_size({"width": width, "height": 844})
    listed.goto(f"{site}/customers/accounts/{path}")
    assert listed.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0
    found = Axe().run(listed).response["violations"]
    assert [(rule["id"], rule["nodes"][0]["html"]) for rule in found if rule["impact"] in {"serious", "critical"}] == []


def test_ctrl_k_finds_by_initials_opens_by_enter_and_gives_the_focus_back(listed: Page) -> None:
    listed.locator("[data-find]").focus()
    listed.keyboard.press("Control+k")
    listed.keyboard.type("bfdz")
    expect(listed.locator("#palette [data-hit]").first).to_contain_text("北方电子")
    listed.keyboard.press("Escape")
    expect(listed.locator("[data-find]")).to_be_focused()
    listed.keyboard.press("Control+k")
    listed.keyboard.type("电子")
    expect(listed.locator("#palette [data-hit]").nth(1)).to_contain_text("电子")
    listed.keyboard.press("ArrowDown")
    listed.keyboard.press("ArrowDown")
    second = listed.locator("#palette [data-hit]").nth(1).locator("span").inner_text()
    listed.keyboard.press("Enter")
    expect(listed.locator("h1")).to_have_text(second)
