"""Refusals of lists."""

from collections.abc import Mapping
from typing import ClassVar

from yunchou.common.errors import DomainError


class BadFilter(DomainError):  # noqa: N818 - a refusal is an answer, not a fault
    """A filter, an order or a column that cannot be understood."""

    code: ClassVar[str] = "bad_filter"
    status: ClassVar[int] = 422


class BadView(DomainError):  # noqa: N818 - a refusal is an answer, not a fault
    """A saved view that cannot be kept as asked."""

    code: ClassVar[str] = "bad_view"
    status: ClassVar[int] = 422


class MayNotChange(DomainError):  # noqa: N818
    """The actor may not change these rows, or not this column."""

    code: ClassVar[str] = "may_not_change"
    status: ClassVar[int] = 403


class RowRefused(DomainError):  # noqa: N818
    """What was asked of a row cannot be: the sentence says why."""

    code: ClassVar[str] = "row_refused"
    status: ClassVar[int] = 409


class BadValues(DomainError):  # noqa: N818
    """Values that their fields cannot hold; ``faults`` has a sentence for each field."""

    code: ClassVar[str] = "bad_values"
    status: ClassVar[int] = 422

    def __init__(self, faults: Mapping[str, str]) -> None:
        super().__init__(" ".join(faults.values()))
        self.faults = faults


class AlreadyUndone(DomainError):  # noqa: N818
    """An operation is taken back once."""

    code: ClassVar[str] = "already_undone"
    status: ClassVar[int] = 409


class BadFile(DomainError):  # noqa: N818
    """A file that cannot be taken in."""

    code: ClassVar[str] = "bad_file"
    status: ClassVar[int] = 422
