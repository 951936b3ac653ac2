"""Keep the English catalogue complete: every Chinese sentence of pages, models and services has its translation.

``python tools/translations.py`` takes the sentences from templates and code into the catalogue and compiles it;
new ones stand there empty until someone translates them. ``--check`` changes nothing and names what is missing,
stale, fuzzy, or compiled from an older catalogue. GNU gettext is not needed.
"""

import argparse
import io
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "yunchou"
CATALOGUE = SOURCE / "locale" / "en" / "LC_MESSAGES" / "django.po"
KEYWORDS: dict[str, None] = dict.fromkeys(("_", "gettext", "gettext_lazy"))
CHINESE = re.compile(r"[㐀-鿿]")
# The product's name, and the language switch, which names each language in itself.
SAME_EVERYWHERE = re.compile(r"运筹|中文")
PLACEHOLDER = re.compile(r"\{[a-z_]*\}|%\([a-z_]+\)s")
_ANY_DAY = datetime(2026, 1, 1, tzinfo=UTC)
_TRANSLATED = re.compile(r"\{%\s*blocktrans(?:late)?\b.*?\{%\s*endblocktrans(?:late)?\s*%\}|\{[%#{].*?[%#}]\}", re.DOTALL)


def sentences() -> dict[str, set[str]]:
    """Return every sentence to translate, with the files it stands in."""
    if not settings.configured:
        settings.configure()
    found: dict[str, set[str]] = {}
    for path in sorted([*SOURCE.rglob("*.html"), *SOURCE.rglob("*.py")]):
        text = path.read_text(encoding="utf-8")
        if path.suffix == ".html":
            text = templatize(text)
        elif "django.utils.translation" not in text:
            continue
        for _, message, _, _ in extract("python", io.BytesIO(text.encode()), keywords=KEYWORDS):
            if isinstance(message, str) and message:
                found.setdefault(message, set()).add(path.relative_to(ROOT).as_posix())
    return found


def untranslatable() -> Iterator[str]:
    """Yield a line for each template that shows Chinese outside of a translation tag."""
    for path in sorted(SOURCE.rglob("*.html")):
        for number, line in enumerate(_TRANSLATED.sub(_blank, path.read_text(encoding="utf-8")).splitlines(), start=1):
            if CHINESE.search(SAME_EVERYWHERE.sub("", line)):
                yield f"{path.relative_to(ROOT).as_posix()}:{number}: Chinese outside a translation tag: {line.strip()}"


def _blank(found: re.Match[str]) -> str:
    """Return the line ends of what is cut out, so that the lines after it keep their numbers."""
    return "\n" * found[0].count("\n")


def read_catalogue() -> Catalog:
    """Return the catalogue as it stands in the repository, or an empty one."""
    if not CATALOGUE.exists():
        return Catalog(locale="en")
    with CATALOGUE.open("rb") as file:
        return read_po(file, locale="en")


def renewed(old: Catalog, found: dict[str, set[str]]) -> Catalog:
    """Return a catalogue of exactly the sentences found, with the translations there are."""
    new = Catalog(locale="en", project="yunchou", version="", copyright_holder="", msgid_bugs_address="", header_comment="# English")
    for message in sorted(found):
        known = old.get(message)
        new.add(message, known.string if known else "", locations=[(name, 0) for name in sorted(found[message])])
    return new


def written(catalogue: Catalog) -> tuple[bytes, bytes]:
    """Return a catalogue as its two files hold it; the same catalogue gives the same bytes on any day."""
    for_people, for_machines = io.BytesIO(), io.BytesIO()
    write_po(for_people, catalogue, omit_header=True, include_lineno=False, width=0)
    header = b'msgid ""\nmsgstr ""\n"Language: en\\n"\n"Content-Type: text/plain; charset=UTF-8\\n"\n'
    header += b'"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n\n'
    text = header + for_people.getvalue().strip(b"\n") + b"\n"
    compiled = read_po(io.BytesIO(text), locale="en")
    compiled.creation_date = compiled.revision_date = _ANY_DAY
    write_mo(for_machines, compiled)
    return text, for_machines.getvalue()


def faults(catalogue: Catalog, found: dict[str, set[str]]) -> Iterator[str]:
    """Yield a line for each sentence that an English reader would not get right."""
    known = {str(message.id): message for message in catalogue if message.id}
    for message in sorted(found.keys() - known.keys()):
        yield f"missing: {message}  ({', '.join(sorted(found[message]))})"
    for message in sorted(known.keys() - found.keys()):
        yield f"stale: {message}"
    for message in sorted(found.keys() & known.keys()):
        translation = str(known[message].string)
        if not translation:
            yield f"missing: {message}  ({', '.join(sorted(found[message]))})"
        elif known[message].fuzzy:
            yield f"fuzzy: {message}"
        elif CHINESE.search(SAME_EVERYWHERE.sub("", translation)):
            yield f"still Chinese: {message} -> {translation}"
        elif sorted(PLACEHOLDER.findall(message)) != sorted(PLACEHOLDER.findall(translation)):
            yield f"placeholders differ: {message} -> {translation}"


def main() -> int:
    """Renew the catalogue, or check it."""
    parser = argparse.ArgumentParser(description="take sentences into the English catalogue and compile it")
    parser.add_argument("--check", action="store_true", help="change nothing, name what is missing, stale or fuzzy")
    is_check = parser.parse_args().check
    found, catalogue = sentences(), read_catalogue()
    compiled = CATALOGUE.with_suffix(".mo")
    said = list(untranslatable())
    if is_check:
        if not compiled.exists() or compiled.read_bytes() != written(catalogue)[1]:
            said.append(f"{compiled.name} is not compiled from {CATALOGUE.name}: run python tools/translations.py")
    else:
        catalogue = renewed(catalogue, found)
        CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
        for path, content in zip((CATALOGUE, compiled), written(catalogue), strict=True):
            path.write_bytes(content)
    said += faults(catalogue, found)
    for line in said:
        print(line, file=sys.stderr)
    return 1 if said else 0


if __name__ == "__main__":
    sys.exit(main())
