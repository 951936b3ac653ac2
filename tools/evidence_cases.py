"""The histories on which the forecast is measured: public tables beside the repository, and simulated companies."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from yunchou.calc.periods import Freq, step
from yunchou.demo.simulate import simulate
from yunchou.demo.truth_draw import draw_truth

SHARED = Path(__file__).parents[1].parent / "shared" / "data"
COMPANIES = 20
# companies before this one were looked at while the momentum of shares was built
_FIRST_SEED = 300


@dataclass(frozen=True, kw_only=True)
class Case:
    """A history, its keys, and the origins (numbers of known periods) to forecast a year from.

    ``earlier`` origins were looked at while constants were chosen; ``last`` ones were not.
    """

    name: str
    title: str
    history: pl.DataFrame
    keys: tuple[str, ...]
    freq: Freq
    season: int
    earlier: tuple[int, ...]
    last: tuple[int, ...]
    company: int = 0

    def split(self, origin: int) -> tuple[pl.DataFrame, pl.DataFrame]:
        """Return what was known at an origin, and the year that followed."""
        start = self.history["period"].min()
        if not isinstance(start, date):
            raise TypeError("the periods are no dates")
        cut, end = step(start, origin, self.freq), step(start, origin + self.season, self.freq)
        period = pl.col("period")
        return self.history.filter(period < cut), self.history.filter((period >= cut) & (period < end))


def _monthly(lines: pl.DataFrame, keys: tuple[str, ...], day: str, value: str) -> pl.DataFrame:
    period = pl.col(day).cast(pl.Date).dt.truncate("1mo").alias("period")
    amount = pl.col(value).cast(pl.Float64).sum().alias("value")
    return lines.with_columns(pl.col(keys).cast(pl.String)).group_by([*keys, period]).agg(amount).sort([*keys, "period"])


def _superstore() -> Iterator[Case]:
    path = SHARED / "superstore_cn" / "orders.csv.gz"
    if not path.exists():
        return
    lines = pl.read_csv(path, try_parse_dates=True)
    for keys in (("地区", "类别"), ("省/自治区", "类别"), ("地区", "子类别")):
        yield Case(
            name="superstore_cn",
            title="superstore_cn, 2014–2017, by " + " × ".join(keys),
            history=_monthly(lines, keys, "订单日期", "销售额"),
            keys=keys,
            freq="M",
            season=12,
            earlier=(24,),
            last=(36,),
        )


def _adventureworks() -> Iterator[Case]:
    path = SHARED / "adventureworks" / "reseller_sales_lines.csv.gz"
    if not path.exists():
        return
    keys = ("SalesTerritoryKey", "EmployeeKey")
    yield Case(
        name="adventureworks",
        title="adventureworks reseller lines, July 2017 – May 2020, by territory × employee",
        history=_monthly(pl.read_csv(path, try_parse_dates=True), keys, "OrderDate", "SalesAmount"),
        keys=keys,
        freq="M",
        season=12,
        earlier=(20,),
        last=(23,),
    )


def _tourism() -> Iterator[Case]:
    path = SHARED / "hier_tourismsmall" / "data.csv"
    if not path.exists():
        return
    wide = pl.read_csv(path, try_parse_dates=True)
    day = wide.columns[0]
    bottom = [name for name in wide.columns if name.count("-") == 2]
    part = pl.col("series").str.split("-").list
    long = wide.unpivot(on=bottom, index=day, variable_name="series", value_name="value")
    yield Case(
        name="hier_tourismsmall",
        title="hier_tourismsmall, quarters 1998–2006, by state × purpose × place",
        history=long.select(
            part.get(0).alias("state"),
            part.get(1).alias("purpose"),
            part.get(2).alias("place"),
            pl.col(day).cast(pl.Date).dt.truncate("1q").alias("period"),
            pl.col("value").cast(pl.Float64),
        ),
        keys=("state", "purpose", "place"),
        freq="Q",
        season=4,
        earlier=(16, 24),
        last=(28, 32),
    )


def real_cases() -> list[Case]:
    """Return the public histories that lie beside the repository."""
    return [*_superstore(), *_adventureworks(), *_tourism()]


def demo_cases(count: int = COMPANIES) -> Iterator[Case]:
    """Simulate companies with truths drawn at random: 2026 is to be foretold from 2023–2025."""
    for seed in range(_FIRST_SEED, _FIRST_SEED + count):
        company = simulate("s", seed, draw_truth(seed), today=date(2026, 12, 31))
        lines = company.order_lines.join(company.products.select("product_code", "line"), on="product_code")
        keys = ("region", "line")
        yield Case(
            name="demo",
            title=f"demo companies of size s, {count} truths drawn at random, 2026 from 2023–2025, by region × product line",
            history=_monthly(lines, keys, "on", "amount_minor").with_columns(pl.col("value") / 100),
            keys=keys,
            freq="M",
            season=12,
            earlier=(),
            last=(36,),
            company=seed,
        )
