"""Fixtures of the audit's tests."""

from tests.planning.conftest import planned as planned  # noqa: PLC0414 - the same company
