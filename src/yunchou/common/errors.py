"""Refusals of the web application: what was asked cannot be done, and what to do instead."""

from typing import ClassVar


class DomainError(Exception):
    """A clear no: a stable code for programs, an HTTP status, and one sentence a person can act on.

    Subclasses state ``code`` and ``status``; the sentence is given where the refusal is raised, already in
    the reader's language. Bugs raise anything else.
    """

    code: ClassVar[str] = "refused"
    status: ClassVar[int] = 409

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class NotFound(DomainError):  # noqa: N818 - a refusal is an answer, not a fault
    """The thing is missing, or someone else's: both look the same, so that keys cannot be probed."""

    code = "not_found"
    status = 404
