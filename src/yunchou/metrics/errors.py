"""Refusals of metrics."""

from typing import ClassVar

from yunchou.common.errors import DomainError


class BadQuestion(DomainError):  # noqa: N818 - a refusal is an answer, not a fault
    """A metric cannot be asked like this: by what its fact lacks, over no time, as of a day it does not know."""

    code: ClassVar[str] = "bad_question"
    status: ClassVar[int] = 422
