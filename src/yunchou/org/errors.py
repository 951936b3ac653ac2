"""Refusals of the organisation."""

from yunchou.common.errors import DomainError


class NoCompany(DomainError):  # noqa: N818 - a refusal is an answer, not a fault
    """The user is not tied to a person, and there is not exactly one company to show."""

    code = "no_company"


class UnitCycle(DomainError):  # noqa: N818
    """A unit cannot be placed below itself."""

    code = "unit_cycle"


class NotAdministrator(DomainError):  # noqa: N818
    """Somebody else looks after this."""

    code = "not_administrator"
    status = 403


class BadRight(DomainError):  # noqa: N818
    """A role, scope or right that cannot be given."""

    code = "bad_right"
    status = 422


class BadAccount(DomainError):  # noqa: N818
    """An account that cannot be made or changed as asked."""

    code = "bad_account"
    status = 422


class MayNotMove(DomainError):  # noqa: N818
    """Somebody else moves this person or unit."""

    code = "may_not_move"
    status = 403


class BadMove(DomainError):  # noqa: N818
    """A person or a unit cannot be moved, or a person cannot leave, as asked."""

    code = "bad_move"
    status = 422
