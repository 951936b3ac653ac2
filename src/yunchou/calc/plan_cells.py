"""The cells of a plan year: product tier × region × customer tier × month, and which of them are meant."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
import polars as pl

from yunchou.calc import reading
from yunchou.calc.money import IntArray
from yunchou.calc.periods import add_months
from yunchou.calc.plan_settings import PRODUCT_TIERS
from yunchou.calc.sales_months import FloatArray

Mask = npt.NDArray[np.bool_]

_MONTHS = 12
_QUARTER = 3


@dataclass(frozen=True, kw_only=True)
class PlanYear:
    """A fiscal year: it is named after the calendar year in which its first month lies."""

    year: int
    starts: int

    @property
    def first(self) -> date:
        """Return its first day."""
        return date(self.year, self.starts, 1)

    @property
    def months(self) -> tuple[date, ...]:
        """Return the first days of its twelve months."""
        return tuple(add_months(self.first, ahead) for ahead in range(_MONTHS))

    @property
    def names(self) -> tuple[str, ...]:
        """Return its months as ``2017-04``."""
        return tuple(f"{month:%Y-%m}" for month in self.months)

    @property
    def before(self) -> "PlanYear":
        """Return the year before."""
        return PlanYear(year=self.year - 1, starts=self.starts)


@dataclass(frozen=True, kw_only=True)
class Cells:
    """The axes of a plan: arrays over them have the shape ``(series, customer tiers, 12)``.

    ``series``: ``product`` (the name that stands in tables), ``tier`` (product tier) and ``region``, sorted.
    """

    series: pl.DataFrame
    customer_tiers: tuple[str, ...]
    months: tuple[date, ...]

    @property
    def shape(self) -> tuple[int, int, int]:
        """Return the shape of an array over the cells."""
        return self.series.height, len(self.customer_tiers), _MONTHS

    def frame(self, **values: IntArray) -> pl.DataFrame:
        """Return a row a cell: ``product, region, customer_tier, month`` and the values given."""
        series, tiers, months = (index.ravel() for index in np.indices(self.shape))
        names = pl.Series([f"{month:%Y-%m}" for month in self.months])
        return pl.DataFrame(
            {
                "product": self.series["product"][series],
                "region": self.series["region"][series],
                "customer_tier": pl.Series(list(self.customer_tiers), dtype=pl.String)[tiers],
                "month": names[months],
                **{name: value.ravel() for name, value in values.items()},
            }
        )

    def mask(self, where: Mapping[str, Sequence[str]], place: str, starts_on: date | None = None) -> Mask:
        """Return the cells that ``where`` means, from the month of ``starts_on`` on.

        Raises:
            BadInput: ``where`` names a product, region or customer tier that the plan does not have.
        """
        chosen = np.ones(self.shape, dtype=np.bool_)
        products = self.series["product"].to_list()
        known = {
            "product": dict.fromkeys([*products, *(word for word, tier in PRODUCT_TIERS.items() if tier in set(self.series["tier"]))]),
            "region": dict.fromkeys(self.series["region"].to_list()),
            "customer_tier": dict.fromkeys(self.customer_tiers),
        }
        for name, words in where.items():
            for word in words:
                if word not in known[name] and not (name == "product" and word in PRODUCT_TIERS):
                    raise reading.unknown(f"{place}.where.{name}", word, list(known[name]))
        if "product" in where:
            tiers = {PRODUCT_TIERS.get(word) for word in where["product"]}
            meant = [name in where["product"] or tier in tiers for name, tier in self.series.select("product", "tier").iter_rows()]
            chosen &= np.array(meant)[:, None, None]
        if "region" in where:
            chosen &= self.series["region"].is_in(list(where["region"])).to_numpy()[:, None, None]
        if "customer_tier" in where:
            chosen &= np.array([name in where["customer_tier"] for name in self.customer_tiers])[None, :, None]
        if starts_on is not None:
            chosen &= np.array([month >= starts_on for month in self.months])[None, None, :]
        return chosen

    def levels(self) -> tuple[list[IntArray], list[IntArray]]:
        """Return the two nested families as the group of each cell: product > region > customer tier, and quarter > month."""
        series, tiers, months = (index.ravel() for index in np.indices(self.shape))
        product = self.series["product"].rank("dense").to_numpy().astype(np.int64) - 1
        return [product[series], series, series * len(self.customer_tiers) + tiers], [months // _QUARTER, months]


def whole_cells(values: FloatArray, total: int) -> IntArray:
    """Round values to whole ones that sum to ``total``: floors, then one each to the largest remainders.

    For figures of the past, which may be negative. ``total`` is within the number of values of their sum.

    Source: Hamilton's method, as in ``allocation.allocate_largest_remainder``.
    """
    floors = np.floor(values).astype(np.int64)
    flat = floors.ravel()
    left = total - int(flat.sum())
    order = np.argsort(-(values - floors).ravel(), kind="stable")
    each, rest = divmod(left, len(flat))
    flat += each
    flat[order[:rest]] += 1
    return flat.reshape(values.shape)
