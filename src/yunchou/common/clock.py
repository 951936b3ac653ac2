"""The one place that reads the clock; everything below views, tasks and commands takes it as an argument."""

from datetime import date, datetime

from django.utils import timezone


def now() -> datetime:
    """Return this moment, aware of its zone."""
    return timezone.now()  # noqa: TID251 - this is the place


def local_date(moment: datetime) -> date:
    """Return the calendar day of a moment in the installation's time zone."""
    return timezone.localdate(moment)
