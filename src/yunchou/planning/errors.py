"""Refusals of planning."""

from yunchou.common.errors import DomainError


class VersionNotDraft(DomainError):  # noqa: N818 - a refusal is an answer, not a fault
    """A version that was published or superseded cannot be changed or published again."""

    code = "version_not_draft"


class NoHistory(DomainError):  # noqa: N818
    """There are no sales before the plan's year to learn from."""

    code = "no_history"
