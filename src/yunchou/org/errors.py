"""Refusals of the organisation."""

from yunchou.common.errors import DomainError


class NoCompany(DomainError):  # noqa: N818 - a refusal is an answer, not a fault
    """The user is not tied to a person, and there is not exactly one company to show."""

    code = "no_company"


class UnitCycle(DomainError):  # noqa: N818
    """A unit cannot be placed below itself."""

    code = "unit_cycle"
