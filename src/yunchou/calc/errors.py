"""Refusals of the pure core: what was asked cannot be answered, and why."""

from collections.abc import Mapping, Sequence
from typing import Any

from yunchou.calc.text import Lang, Text


class Refusal(Exception):  # noqa: N818 - a refusal is an answer, not a fault
    """An answer that is a clear no: one sentence that says what, where, and what to do.

    ``exit_code`` is what the command line returns for it.
    """

    exit_code = 2

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text

    def told(self, lang: Lang) -> str:
        """Return the sentence in one language."""
        return self.text.told(lang)


class BadInput(Refusal):
    """A file, a value or an option that cannot be used."""


class Contradiction(Refusal):
    """What was asked contradicts itself.

    ``conflict`` is an irreducible set in the form that the command line promises for ``conflict.json``:
    together its parts cannot be met; leave any one out and the rest can.
    """

    exit_code = 3

    def __init__(self, text: Text, conflict: Sequence[Mapping[str, Any]] = ()) -> None:
        super().__init__(text)
        self.conflict = list(conflict)


class NoAnswer(Refusal):
    """Nothing excludes an answer, but none was found within the time limit."""

    exit_code = 4
