"""The periods that a metric's page may be asked for, and each one's counterpart a year before."""

from datetime import date, timedelta

from django.utils.translation import gettext as _

from yunchou.metrics.selectors.questions import Period

SPANS = ("year_to_date", "last_year", "month", "quarter", "twelve_months")


def names() -> dict[str, str]:
    """Return what each span is called, in the order they are offered."""
    return {
        "year_to_date": _("今年至今"),
        "quarter": _("本季至今"),
        "month": _("本月至今"),
        "twelve_months": _("近 12 个月"),
        "last_year": _("去年全年"),
    }


def period_of(span: str, *, today: date, fiscal_year_starts: int) -> Period:
    """Return the days of a span: the fiscal year to date, the whole fiscal year before, this month, this quarter, the last 12 months."""
    tomorrow = today + timedelta(days=1)
    starts = today.replace(month=fiscal_year_starts, day=1)
    year = starts if starts <= today else starts.replace(year=starts.year - 1)
    match span:
        case "last_year":
            return Period(starts_on=year.replace(year=year.year - 1), ends_before=year)
        case "month":
            return Period(starts_on=today.replace(day=1), ends_before=tomorrow)
        case "quarter":
            since = (today.month - fiscal_year_starts) % 3
            month = today.replace(day=1)
            for _step in range(since):
                month = (month - timedelta(days=1)).replace(day=1)
            return Period(starts_on=month, ends_before=tomorrow)
        case "twelve_months":
            return Period(starts_on=_year_before(tomorrow), ends_before=tomorrow)
        case _:
            return Period(starts_on=year, ends_before=tomorrow)


def year_before(period: Period) -> Period:
    """Return the same days a year before."""
    return Period(starts_on=_year_before(period.starts_on), ends_before=_year_before(period.ends_before))


def two_years(today: date) -> Period:
    """Return the 24 months that end with this one."""
    month = today.replace(day=1)
    following = (month + timedelta(days=32)).replace(day=1)
    return Period(starts_on=following.replace(year=following.year - 2), ends_before=following)


def _year_before(day: date) -> date:
    return day.replace(year=day.year - 1, day=28 if (day.month, day.day) == (2, 29) else day.day)
