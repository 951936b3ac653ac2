"""The English catalogue is complete, and the check sees what is not."""

from babel.messages.catalog import Catalog
from tools import translations


def catalogue(**translated: str) -> Catalog:
    made = Catalog(locale="en")
    for message, text in translated.items():
        made.add(message, text)
    return made


def said(catalogue: Catalog, *found: str) -> list[str]:
    return list(translations.faults(catalogue, {message: {"a.py"} for message in found}))


def test_every_sentence_is_translated() -> None:
    assert said(translations.read_catalogue(), *translations.sentences()) == []
    assert list(translations.untranslatable()) == []


def test_compiled_catalogue_is_the_written_one() -> None:
    compiled = translations.CATALOGUE.with_suffix(".mo").read_bytes()
    assert compiled == translations.written(translations.read_catalogue())[1]


def test_check_names_missing_stale_fuzzy_chinese_and_broken_sentences() -> None:
    made = catalogue(旧="old", 空="", 目标="目标 target", 到="by {day}")
    made.add("疑", "doubt", flags=["fuzzy"])
    assert said(made, "空", "目标", "到", "疑", "新") == [
        "missing: 新  (a.py)",
        "stale: 旧",
        "placeholders differ: 到 -> by {day}",
        "fuzzy: 疑",
        "still Chinese: 目标 -> 目标 target",
        "missing: 空  (a.py)",
    ]


def test_renewed_catalogue_keeps_translations_and_drops_what_is_gone() -> None:
    new = translations.renewed(catalogue(目标="Target", 旧="old"), {"目标": {"a.py"}, "新": {"b.html"}})
    assert {str(message.id): message.string for message in new if message.id} == {"目标": "Target", "新": ""}


def test_same_catalogue_gives_the_same_bytes() -> None:
    found = translations.read_catalogue()
    assert translations.written(found) == translations.written(found)
