"""The clock, and the day that a moment belongs to."""

from datetime import UTC, date, datetime

from yunchou.common import clock


def test_now_is_aware() -> None:
    assert clock.now().tzinfo is not None


def test_local_date_is_that_of_shanghai() -> None:
    assert clock.local_date(datetime(2026, 8, 31, 15, 59, tzinfo=UTC)) == date(2026, 8, 31)
    assert clock.local_date(datetime(2026, 8, 31, 16, 0, tzinfo=UTC)) == date(2026, 9, 1)
