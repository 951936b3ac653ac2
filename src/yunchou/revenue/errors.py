"""Refusals of revenue."""

from yunchou.common.errors import DomainError


class AlreadyCorrected(DomainError):  # noqa: N818 - a refusal is an answer, not a fault
    """The row was reversed before: only the newest version of an order line can be corrected."""

    code = "already_corrected"


class MayNotCorrect(DomainError):  # noqa: N818
    """Only finance and the director correct the ledger."""

    code = "may_not_correct"
    status = 403


class UnknownCode(DomainError):  # noqa: N818
    """A line points to an account, product, person, unit, region or city that is not there."""

    code = "unknown_code"
    status = 422
