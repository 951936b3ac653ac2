"""The histories on which the forecast is measured: public tables beside the repository, and simulated companies."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl

from yunchou.calc.periods import Freq, step
from yunchou.demo.simulate import simulate
from yunchou.demo.truth import Truth, truth_from
from yunchou.demo.truth_draw import draw_truth

SHARED = Path(__file__).parents[1].parent / "shared" / "data"
# constants were chosen on the companies 20,000 to 20,079
FIRST_COMPANY = 40_000
_GROWTH = (-0.2, 0.4)


@dataclass(frozen=True, kw_only=True)
class Case:
    """A history with its keys and the levels that are scored; ``season`` periods make a year."""

    name: str
    history: pl.DataFrame
    keys: tuple[str, ...]
    levels: tuple[tuple[str, ...], ...]
    freq: Freq
    season: int

    def until(self, periods: int) -> "Case":
        """Return the case as it stood after so many periods."""
        kept = self.history.filter(pl.col("period") < self._period(periods))
        return Case(name=self.name, history=kept, keys=self.keys, levels=self.levels, freq=self.freq, season=self.season)

    def year_after(self, periods: int) -> pl.DataFrame:
        """Return the year that follows the first ``periods`` periods."""
        period = pl.col("period")
        return self.history.filter((period >= self._period(periods)) & (period < self._period(periods + self.season)))

    def _period(self, count: int) -> date:
        start = self.history["period"].min()
        if not isinstance(start, date):
            raise TypeError("the periods are no dates")
        return step(start, count, self.freq)


def _sums(lines: pl.DataFrame, keys: tuple[str, ...], day: str, value: str, every: str) -> pl.DataFrame:
    """Return the history of lines as ``yunchou forecast`` reads it: sums, numbers of lines, sums of their squares."""
    period = pl.col(day).cast(pl.Date).dt.truncate(every).alias("period")
    amount = pl.col(value).cast(pl.Float64)
    measures = (amount.sum().alias("value"), pl.len().cast(pl.Float64).alias("lines"), (amount**2).sort().sum().alias("squares"))
    return lines.with_columns(pl.col(keys).cast(pl.String)).group_by([*keys, period]).agg(measures).sort([*keys, "period"])


def superstore(keys: tuple[str, ...], levels: tuple[tuple[str, ...], ...]) -> Case | None:
    """Return superstore_cn by month, 2014–2017; None where it is absent."""
    path = SHARED / "superstore_cn" / "orders.csv.gz"
    if not path.exists():
        return None
    history = _sums(pl.read_csv(path, try_parse_dates=True), keys, "订单日期", "销售额", "1mo")
    return Case(name="superstore_cn", history=history, keys=keys, levels=levels, freq="M", season=12)


def adventureworks() -> Case | None:
    """Return the reseller lines by territory and whole quarter, July 2017 to March 2020; None where they are absent."""
    path = SHARED / "adventureworks" / "reseller_sales_lines.csv.gz"
    if not path.exists():
        return None
    key = ("SalesTerritoryKey",)
    lines = pl.read_csv(path, try_parse_dates=True).filter(pl.col("OrderDate").cast(pl.Date) < date(2020, 4, 1))
    history = _sums(lines, key, "OrderDate", "SalesAmount", "1q")
    return Case(name="adventureworks", history=history, keys=key, levels=((), key), freq="Q", season=4)


def online_retail() -> Case | None:
    """Return online_retail by country and quarter, December 2010 to September 2011; None where it is absent."""
    path = SHARED / "online_retail" / "online_retail_lines.csv.gz"
    if not path.exists():
        return None
    key = ("Country",)
    # credit notes have numbers with a letter
    read = pl.read_csv(path, try_parse_dates=True, schema_overrides={"InvoiceNo": pl.String, "StockCode": pl.String})
    lines = read.with_columns((pl.col("Quantity") * pl.col("UnitPrice")).alias("amount"))
    day = pl.col("InvoiceDate").cast(pl.Date)
    history = _sums(lines.filter((day >= date(2010, 12, 1)) & (day < date(2011, 12, 1))), key, "InvoiceDate", "amount", "1mo")
    # quarters from December on, so that all four are whole
    quarter = pl.col("period").dt.offset_by("1mo").dt.truncate("1q")
    sums = history.group_by(*key, quarter).agg(pl.col("value", "lines", "squares").sum()).sort(*key, "period")
    return Case(name="online_retail", history=sums, keys=key, levels=((), key), freq="Q", season=4)


def tourism() -> Case | None:
    """Return hier_tourismsmall: 36 quarters, total > purpose > state > place; None where it is absent."""
    path = SHARED / "hier_tourismsmall" / "data.csv"
    if not path.exists():
        return None
    wide = pl.read_csv(path, try_parse_dates=True)
    day = wide.columns[0]
    bottom = [name for name in wide.columns if name.count("-") == 2]
    part = pl.col("series").str.split("-").list
    long = wide.unpivot(on=bottom, index=day, variable_name="series", value_name="value")
    history = long.select(
        part.get(1).alias("purpose"),
        part.get(0).alias("state"),
        part.get(2).alias("place"),
        pl.col(day).cast(pl.Date).dt.truncate("1q").alias("period"),
        pl.col("value").cast(pl.Float64),
    )
    keys = ("purpose", "state", "place")
    return Case(name="hier_tourismsmall", history=history, keys=keys, levels=((), keys[:1], keys[:2], keys), freq="Q", season=4)


def growing_truth(seed: int) -> Truth:
    """Draw a truth whose regions grow so that the whole grows by a rate drawn between −20 and +40 % a year."""
    plain = draw_truth(seed).document()
    wanted = float(np.random.default_rng([seed, 77]).uniform(*_GROWTH))
    regions, products = plain["regions"].values(), plain["products"].values()
    drawn = sum(sum(one["share"] * one["growth"] for one in part) / sum(one["share"] for one in part) for part in (regions, products))
    for region in regions:
        region["growth"] = round(region["growth"] + wanted - drawn, 4)
    return truth_from(plain)


def demo(seed: int) -> Case:
    """Simulate a company of size s from 2023 to 2026, by region and product tier."""
    truth = growing_truth(seed)
    company = simulate("s", seed, truth, today=date(2026, 12, 31))
    tiers = {name: product.tier for name, product in truth.products.items()}
    lines = company.order_lines.join(company.products.select("product_code", "name"), on="product_code")
    lines = lines.with_columns(pl.col("name").replace_strict(tiers).alias("tier"), (pl.col("amount_minor") / 100).alias("amount"))
    keys = ("region", "tier")
    history = _sums(lines, keys, "on", "amount", "1mo")
    return Case(name="demo", history=history, keys=keys, levels=((), ("region",), ("tier",)), freq="M", season=12)


def real_cases() -> list[Case]:
    """Return the public histories that lie beside the repository."""
    found = [*(superstore(("地区", last), ()) for last in ("类别", "子类别")), adventureworks(), online_retail(), tourism()]
    return [case for case in found if case is not None]
