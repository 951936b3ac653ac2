"""Fixtures of the metrics' tests: the small company."""

from tests.planning.conftest import planned as planned  # noqa: PLC0414 - the same company
from tests.site.conftest import fresh_limits as fresh_limits  # noqa: PLC0414 - no test is refused for another's wrong passwords
