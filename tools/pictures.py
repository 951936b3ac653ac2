"""Photograph every page and document of the demo company for docs/pictures.md.

``make pictures`` serves a fresh demo company in a folder that is thrown away, looks at it through Debian's Chromium at the
widths of a desk and a telephone, in both themes and languages, and writes compressed pictures and the page that shows them.
The plan's PDF and workbook are photographed where ``pdftoppm`` and ``libreoffice`` are present.
"""

import contextlib
import http.client
import io
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs" / "pictures"
DOCUMENT = ROOT / "docs" / "pictures.md"
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
WIDTHS = {"wide": (1440, 900), "phone": (390, 844)}
THEMES, LANGUAGES = ("light", "dark"), ("zh-hans", "en")
LARGEST = 4_000_000  # bytes of all pictures together


@dataclass(frozen=True)
class View:
    """One page as one reader sees it; ``press`` is a link to click before looking."""

    code: str
    title: str
    reader: str
    path: str = "/"
    press: str = ""
    is_whole: bool = True


VIEWS = (
    View("sign-in", "Signing in", "", "/sign-in/", is_whole=False),
    View("director", "The year, as the sales director (and finance) sees it", "director"),
    View("months", "The cascade by month", "director", "/?period=month"),
    View("manager", "The year, as a regional manager sees it", "east"),
    View("seller", "The year, as a salesperson sees it", "sales"),
    View("why", "Why this number? The attained figure opened beside the page", "director", press="dl.facts dd a >> nth=1", is_whole=False),
    View("why-target", "The target opened down to its parts", "director", press="dl.facts dd a >> nth=0", is_whole=False),
    View("not-found", "A page that does not exist, or is not yours to know of", "director", "/nowhere/", is_whole=False),
)


@contextlib.contextmanager
def served() -> Iterator[str]:
    """Serve a fresh demo company; give its address."""
    with socket.socket() as probe, tempfile.TemporaryDirectory(prefix="yunchou-pictures-") as home:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.close()
        environment = {**os.environ, "YUNCHOU_HOME": home, "YUNCHOU_DEMO": "s", "PORT": str(port)}
        environment.pop("DATABASE_URL", None)
        words = [sys.executable, "-m", "yunchou.site.serve", "--until-parent-ends"]
        with subprocess.Popen(words, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
            try:
                wait_for(port, server)
                yield f"http://127.0.0.1:{port}"
            finally:
                server.send_signal(signal.SIGINT)


def wait_for(port: int, server: "subprocess.Popen[bytes]") -> None:
    """Wait until the server is ready for people.

    Raises:
        SystemExit: It ended, or took two minutes.
    """
    until = time.monotonic() + 120
    while time.monotonic() < until and server.poll() is None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        with contextlib.suppress(OSError):
            connection.request("GET", "/readyz")
            if connection.getresponse().status == 200:
                return
        connection.close()
        time.sleep(0.3)
    raise SystemExit("the demo company could not be served: try make run")


def sign_in(browser: Browser, address: str, reader: str) -> str:
    """Return the session of a reader."""
    sys.path.insert(0, str(ROOT / "src"))
    from yunchou.site.demo_accounts import PASSWORD  # noqa: PLC0415 - the product's own, found once the path is set

    page = browser.new_page()
    page.goto(f"{address}/sign-in/")
    page.fill("#id_login", reader)
    page.fill("#id_password", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{address}/")
    session = next(cookie["value"] for cookie in page.context.cookies() if cookie["name"] == "yunchou")
    page.close()
    return str(session)


def photograph(browser: Browser, address: str) -> None:
    """Take every view at every width, in every theme and language."""
    sessions = {reader: sign_in(browser, address, reader) for reader in {view.reader for view in VIEWS} - {""}}
    for view, (width, size), theme, language in product(VIEWS, WIDTHS.items(), THEMES, LANGUAGES):
        context = browser.new_context(viewport={"width": size[0], "height": size[1]}, reduced_motion="reduce")
        cookies = {"theme": theme, "language": language, "yunchou": sessions.get(view.reader, "")}
        context.add_cookies([{"name": name, "value": value, "url": address} for name, value in cookies.items() if value])
        page = context.new_page()
        page.goto(address + view.path)
        if view.press:
            page.click(view.press)
            page.wait_for_selector("dialog[open] h2")
        keep(shot(page, is_whole=view.is_whole), f"{view.code}-{width}-{theme}-{language[:2]}")
        context.close()


def shot(page: Page, *, is_whole: bool) -> Image.Image:
    """Return what the page looks like, whole or as far as the window shows it."""
    page.evaluate("document.fonts.ready")
    return Image.open(io.BytesIO(page.screenshot(full_page=is_whole)))


def keep(picture: Image.Image, name: str) -> None:
    """Write a picture small: few colours of flat areas, as WebP."""
    picture.convert("RGB").save(FOLDER / f"{name}.webp", quality=50, method=6)


def photograph_documents(folder: Path) -> list[str]:
    """Plan the demo company from its file, and take the first pages of report and workbook that can be drawn here."""
    run = [sys.executable, "-m"]
    subprocess.run([*run, "yunchou.demo", "--size", "s", "--out", str(folder / "demo")], cwd=ROOT, check=True, stderr=subprocess.DEVNULL)
    lines = ["--until", "2025-12-31", "--year", "2026", "--quiet", "--out", str(folder / "plan")]
    subprocess.run([*run, "yunchou.cli.main", "plan", str(folder / "demo" / "lines.csv"), *lines], cwd=ROOT, check=True)
    drawer, office = shutil.which("pdftoppm"), shutil.which("libreoffice")
    if drawer is None:
        return []
    taken = pages_of(drawer, folder / "plan" / "report.pdf", "report")
    if office is not None:
        words = [office, f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", "pdf"]
        words += ["--outdir", str(folder), str(folder / "plan" / "plan.xlsx")]
        subprocess.run(words, check=True, capture_output=True, timeout=180)
        taken += pages_of(drawer, folder / "plan.pdf", "workbook", most=10)
    return taken


def pages_of(drawer: str, path: Path, name: str, most: int = 12) -> list[str]:
    """Write the pages of a PDF as pictures; return their names."""
    folder = path.parent
    subprocess.run([drawer, "-r", "75", "-png", "-l", str(most), str(path), str(folder / name)], check=True)
    taken = []
    for number, page in enumerate(sorted(folder.glob(f"{name}-*.png")), start=1):
        taken.append(f"{name}-{number}")
        keep(Image.open(page), taken[-1])
    return taken


def described(documents: list[str]) -> str:
    """Return the page that shows the pictures."""
    said = [
        "# Pictures",
        "",
        "Every page of the demo company and every document of its plan, taken by `make pictures`. Wide is 1440 pixels, phone 390.",
    ]
    for view in VIEWS:
        said += ["", f"## {view.title}", ""]
        for language in LANGUAGES:
            row = [
                f'<img src="pictures/{view.code}-{width}-{theme}-{language[:2]}.webp" width="{330 if width == "wide" else 90}" '
                f'alt="{view.title}: {width}, {theme}, {language}">'
                for width, theme in product(WIDTHS, THEMES)
            ]
            said += ["<p>", *row, "</p>"]
    for name, title in (("report", "`report.pdf`"), ("workbook", "`plan.xlsx`, as printed")):
        shown = [
            f'<img src="pictures/{page}.webp" width="240" alt="{title}, page {page.rsplit("-", 1)[1]}">'
            for page in documents
            if page.startswith(name)
        ]
        if shown:
            said += ["", f"## {title}", "", "<p>", *shown, "</p>"]
    return "\n".join(said) + "\n"


def main() -> int:
    """Take all pictures anew."""
    if not Path(CHROMIUM).exists():
        print(f"{CHROMIUM} is missing: install chromium, or name it in CHROMIUM", file=sys.stderr)
        return 2
    FOLDER.mkdir(parents=True, exist_ok=True)
    # drawings of the evidence stand here too: only our own are taken anew
    for path in FOLDER.glob("*.webp"):
        path.unlink()
    with served() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        photograph(browser, address)
        browser.close()
    with tempfile.TemporaryDirectory(prefix="yunchou-pictures-") as folder:
        documents = photograph_documents(Path(folder))
    DOCUMENT.write_text(described(documents), encoding="utf-8")
    taken = list(FOLDER.glob("*.webp"))
    total = sum(path.stat().st_size for path in taken)
    print(f"{len(taken)} pictures, {total / 1e6:.1f} MB")
    return 0 if total <= LARGEST else 1


if __name__ == "__main__":
    sys.exit(main())
