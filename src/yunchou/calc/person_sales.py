"""What each person sold by month, and what it says of them: their part of last year, their own luck, who leaves."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from yunchou.calc.sales_months import FloatArray

_YEAR = 12
_MOST_MONTHS_A_YEAR_WITHOUT = 3
# The default luck counts as much as that many people seen for two years; the published attrition as much as that many person-years.
_LUCK_WORTH = 8
_ATTRITION_WORTH = 20
_SILENT = 3


@dataclass(frozen=True, kw_only=True)
class PersonSales:
    """``amounts`` of shape ``(people, months)`` in currency major units; ``people`` sorted, ``months`` without gaps."""

    people: tuple[str, ...]
    months: tuple[date, ...]
    amounts: FloatArray

    def of(self, months: Sequence[date]) -> dict[str, FloatArray]:
        """Return what each person sold in some months; nothing where a month was not read."""
        at = {month: place for place, month in enumerate(self.months)}
        places = [at.get(month, -1) for month in months]
        padded = np.hstack([self.amounts, np.zeros((len(self.people), 1))])[:, places]
        return dict(zip(self.people, padded, strict=True))


def person_sales(lines: pl.DataFrame, *, before: date, months: Sequence[date]) -> PersonSales | None:
    """Sum the lines before a day by person and month; None where no line names a person.

    Sums are exact before they become floats, so the order of the lines never changes a value.

    Args:
        lines: ``date``, ``amount`` and perhaps ``person``.
        before: The first day that is not read.
        months: All months read, first days, without gaps.

    Source: own.
    """
    if "person" not in lines.columns:
        return None
    named = lines.filter((pl.col("date") < before) & pl.col("person").is_not_null())
    if named.is_empty():
        return None
    exact = named.with_columns(pl.col("person").cast(pl.String).str.strip_chars(), pl.col("amount").cast(pl.Decimal(38, 6)))
    sums = exact.group_by("person", pl.col("date").dt.truncate("1mo").alias("month")).agg(pl.col("amount").sum())
    people = sums["person"].unique().sort().to_list()
    row, column = {person: at for at, person in enumerate(people)}, {month: at for at, month in enumerate(months)}
    amounts = np.zeros((len(people), len(months)))
    for person, month, amount in sums.iter_rows():
        amounts[row[person], column[month]] = float(amount)
    return PersonSales(people=tuple(people), months=tuple(months), amounts=amounts)


def luck_of(sales: PersonSales | None, default: float) -> tuple[float, int]:
    """Return the spread of a person's own luck and how many people it was learnt from.

    The luck is how far the logs of people's growth from one twelve months to the next lie apart, shrunk to the default as if
    that had been seen on eight people. People count who sold in at least nine months of both.

    Source: own; the spread of growth is the error of foretelling a person's part of the year from last year's.
    """
    if sales is None or len(sales.months) < 2 * _YEAR:
        return default, 0
    before, after = sales.amounts[:, -2 * _YEAR : -_YEAR], sales.amounts[:, -_YEAR:]
    steady = ((before > 0).sum(axis=1) >= _YEAR - _MOST_MONTHS_A_YEAR_WITHOUT) & (
        (after > 0).sum(axis=1) >= _YEAR - _MOST_MONTHS_A_YEAR_WITHOUT
    )
    steady &= (before.sum(axis=1) > 0) & (after.sum(axis=1) > 0)
    count = int(steady.sum())
    if count < 3:
        return default, 0
    grown = np.log(after[steady].sum(axis=1) / before[steady].sum(axis=1))
    # the whole's growth is no luck of a person; one degree of freedom goes to it
    spread = float(grown.var(ddof=1))
    return float(np.sqrt((count * spread + _LUCK_WORTH * default**2) / (count + _LUCK_WORTH))), count


def attrition_of(sales: PersonSales | None, published: float) -> tuple[float, float, int]:
    """Return the two shapes of the beta distribution of yearly attrition, and the person-years it was learnt from.

    A person who sold in at least nine months of one twelve months and not at all in the last three of the next has left.
    The published level counts as much as twenty person-years.

    Source: own; beta-binomial.
    """
    left = stayed = 0
    if sales is not None:
        for end in range(len(sales.months), 2 * _YEAR - 1, -_YEAR):
            before, after = sales.amounts[:, end - 2 * _YEAR : end - _YEAR], sales.amounts[:, end - _YEAR : end]
            here = (before > 0).sum(axis=1) >= _YEAR - _MOST_MONTHS_A_YEAR_WITHOUT
            gone = here & (after[:, -_SILENT:] <= 0).all(axis=1)
            left, stayed = left + int(gone.sum()), stayed + int((here & ~gone).sum())
    return _ATTRITION_WORTH * published + left, _ATTRITION_WORTH * (1 - published) + stayed, left + stayed
