"""How quotas proposed from data would have fared: adventureworks against its given quotas, superstore_cn's six managers."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache

import numpy as np
import numpy.typing as npt
import polars as pl

from evidence_cases import SHARED
from evidence_tables import table
from yunchou.calc.baseline import forecast
from yunchou.calc.periods import add_months
from yunchou.calc.person_factors import credible_factors
from yunchou.calc.person_sales import attrition_of, luck_of, person_sales
from yunchou.calc.planning import make_plan
from yunchou.calc.published_levels import published_level
from yunchou.calc.ramp_curve import PUBLISHED_RAMP, learn_ramps
from yunchou.demo.simulate import simulate
from yunchou.demo.truth_draw import draw_truth

FloatArray = npt.NDArray[np.float64]

ADVENTUREWORKS, SUPERSTORE = SHARED / "adventureworks", SHARED / "superstore_cn"
GIVEN, OURS, EVEN, EACH, LAST, SAME = (
    "given by Microsoft",
    "ours: the company's forecast × each one's factor",
    "the same by twelve months, neither weighed by age nor shrunk",
    "each person's own forecast",
    "last quarter",
    "same quarter a year before",
)
METHODS = (GIVEN, OURS, EVEN, EACH, LAST, SAME)
CHOSEN_BEFORE = date(2018, 10, 1)  # the first quarter of the test; what was chosen was chosen on those before
LAST_WHOLE = date(2020, 1, 1)
LARGE = 100_000  # USD a quarter: who sold so much before is no manager who sells now and then
_COMPANIES = range(31_001, 31_006)
_DRAWS = 4000
_PATHS = 1000
_STATED = (0.1, 0.25, 0.5, 0.75, 0.9)


@dataclass(frozen=True)
class Proposed:
    """Quotas proposed for one person and quarter by each method (None: it has none), and what was sold; USD.

    ``usual``: what the person sold in a quarter so far, the mean of up to four; ``below``: by stated quantile of the person's own
    forecast, whether the sales lay below it.
    """

    quarter: date
    person: str
    sold: float
    usual: float
    quotas: dict[str, float | None]
    below: dict[float, bool] | None


def _lines() -> pl.DataFrame:
    read = pl.read_csv(ADVENTUREWORKS / "reseller_sales_lines.csv.gz", try_parse_dates=True)
    return read.select(
        pl.col("OrderDate").cast(pl.Date).alias("date"),
        pl.col("SalesAmount").alias("amount"),
        pl.col("BusinessEntityID").cast(pl.String).alias("person"),
    )


def _given() -> pl.DataFrame:
    year, quarter = (pl.col("quarter").str.slice(at, size).cast(pl.Int32) for at, size in ((0, 4), (5, 1)))
    read = pl.read_csv(ADVENTUREWORKS / "quota_vs_actual_quarterly.csv")
    return read.with_columns(pl.date(year, quarter * 3 - 2, 1).alias("on"), pl.col("BusinessEntityID").cast(pl.String).alias("person"))


@cache
def proposals() -> tuple[Proposed, ...]:
    """Propose every quota from the lines before its quarter alone; a quarter ahead by months."""
    lines, given = _lines(), _given()
    found: list[Proposed] = []
    for on in given["on"].unique().sort().to_list()[1:]:
        past = lines.filter(pl.col("date") < on).with_columns(pl.col("date").dt.truncate("1mo").alias("period"))
        sizes = (
            pl.col("amount").sum().alias("value"),
            pl.len().cast(pl.Float64).alias("lines"),
            (pl.col("amount") ** 2).sum().alias("squares"),
        )
        whole = past.group_by("period").agg(sizes).with_columns(pl.lit("all").alias("company")).sort("period")
        ahead = forecast(whole, keys=["company"], horizon=3, freq="M", paths=_PATHS, seed=0)
        company = float(np.median(ahead.total_paths.sum(axis=1)))
        each = forecast(
            past.group_by("person", "period").agg(sizes).sort("person", "period"), keys=["person"], horizon=3, paths=_PATHS, seed=0
        )
        paths = each.bottom_paths().sum(axis=2)
        of_each = dict(zip(each.series["person"], np.median(paths, axis=0).tolist(), strict=True))
        known = dict(zip(each.series["person"], np.quantile(paths, _STATED, axis=0).T.tolist(), strict=True))
        months = tuple(add_months(date(2017, 7, 1), at) for at in range((on.year - 2017) * 12 + on.month - 7))
        sold = person_sales(past.with_columns(pl.col("amount").cast(pl.Decimal(38, 6))), before=on, months=months)
        if sold is None:
            raise ValueError("adventureworks names its people")
        latest = sold.amounts[:, -12:]
        began = np.array([np.argmax(row > 0) if (row > 0).any() else len(row) for row in latest])
        here = np.arange(latest.shape[1])[None, :] >= began[:, None]
        even = here * (latest.sum(axis=0) / np.maximum(here.sum(axis=0), 1))
        ours = dict(zip(sold.people, _share(credible_factors(latest, even)) * company, strict=True))
        plain = dict(zip(sold.people, _share(np.divide(latest.sum(axis=1), even.sum(axis=1))) * company, strict=True))
        for person, quota, actual in given.filter(pl.col("on") == on).select("person", "SalesQuota", "ActualResellerSales").iter_rows():
            row = sold.people.index(person) if person in sold.people else None
            last = None if row is None else float(sold.amounts[row, -3:].sum())
            same = None if row is None or len(months) < 12 else float(sold.amounts[row, -12:-9].sum())
            quotas = {
                GIVEN: quota,
                OURS: ours.get(person),
                EVEN: plain.get(person),
                EACH: of_each.get(person),
                LAST: last,
                SAME: same or None,
            }
            below = {q: actual <= value for q, value in zip(_STATED, known[person], strict=True)} if person in known else None
            found.append(
                Proposed(
                    quarter=on,
                    person=person,
                    sold=actual,
                    usual=0.0 if row is None else float(latest[row].mean() * 3),
                    quotas={name: None if value is None else float(value) for name, value in quotas.items()},
                    below=below,
                )
            )
    return tuple(found)


def _share(values: FloatArray) -> FloatArray:
    shares: FloatArray = values / values.sum()
    return shares


def _test(rows: tuple[Proposed, ...]) -> list[Proposed]:
    """Return the person-quarters of the test that every method but the year-before has a quota for."""
    return [
        row
        for row in rows
        if CHOSEN_BEFORE <= row.quarter <= LAST_WHOLE and all(row.quotas[name] is not None for name in METHODS if name != SAME)
    ]


def _arrays(rows: list[Proposed], name: str) -> tuple[FloatArray, FloatArray]:
    kept = [row for row in rows if row.quotas[name] is not None]
    return np.array([max(row.quotas[name] or 0.0, 1.0) for row in kept]), np.array([row.sold for row in kept])


def _measures(quota: FloatArray, sold: FloatArray) -> tuple[float, float, float, float, float, float]:
    """MAPE, its median, weighted error, spread of the log of attainment, share within 80–120 %, share at or above quota."""
    off, attained = np.abs(quota - sold), sold / quota
    return (
        float((off / sold).mean()),
        float(np.median(off / sold)),
        float(off.sum() / sold.sum()),
        float(np.log(attained).std()),
        float((np.abs(attained - 1) <= 0.2).mean()),
        float((attained >= 1).mean()),
    )


def _row(name: str, rows: list[Proposed]) -> list[str]:
    quota, sold = _arrays(rows, name)
    if not len(quota):
        return [name, "0", *["–"] * 6]
    mape, middle, weighted, spread, within, reached = _measures(quota, sold)
    return [name, str(len(quota)), f"{mape:.1%}", f"{middle:.1%}", f"{weighted:.1%}", f"{spread:.2f}", f"{within:.0%}", f"{reached:.0%}"]


def _pair(rows: list[Proposed], reference: str) -> list[list[str]]:
    """Compare ours with a reference: people and quarters are drawn again, independently of each other."""
    random = np.random.default_rng(7)
    people, quarters = (sorted({getattr(row, name) for row in rows}) for name in ("person", "quarter"))
    at = np.array([(people.index(row.person), quarters.index(row.quarter)) for row in rows])
    quotas = [np.array([row.quotas[name] or 1.0 for row in rows]) for name in (OURS, reference)]
    sold = np.array([row.sold for row in rows])
    differences = []
    for _ in range(_DRAWS):
        weight = np.bincount(random.integers(0, len(people), len(people)), minlength=len(people))[at[:, 0]]
        weight = weight * np.bincount(random.integers(0, len(quarters), len(quarters)), minlength=len(quarters))[at[:, 1]]
        if weight.sum():
            one, two = (_weighed(quota, sold, weight) for quota in quotas)
            differences.append(one - two)
    one, two = (_weighed(quota, sold, np.ones(len(sold))) for quota in quotas)
    low, high = np.quantile(np.array(differences), [0.025, 0.975], axis=0)
    told = []
    for place, (measure, falls) in enumerate((("MAPE", True), ("weighted error", True), ("within 80–120 %", False))):
        ahead = high[place] < 0 if falls else low[place] > 0
        behind = low[place] > 0 if falls else high[place] < 0
        verdict = "better" if ahead else "worse" if behind else "undecided"
        difference = one[place] - two[place]
        told.append([reference, measure, f"{difference:+.1%}", f"{low[place]:+.1%} … {high[place]:+.1%}", verdict])
    return told


def _weighed(quota: FloatArray, sold: FloatArray, weight: FloatArray) -> FloatArray:
    off = np.abs(quota - sold)
    within = np.abs(sold / np.maximum(quota, 1) - 1) <= 0.2
    return np.array(
        [(weight * off / sold).sum() / weight.sum(), (weight * off).sum() / (weight * sold).sum(), (weight * within).sum() / weight.sum()]
    )


def _hindsight(rows: list[Proposed]) -> str:
    """Say how much of the change since last quarter each method's quota knows."""
    told = []
    for name in (GIVEN, OURS, EACH):
        quota, sold = _arrays(rows, name)
        last, _ = _arrays(rows, LAST)
        told.append([name, f"{float(np.corrcoef(np.log(quota / last), np.log(sold / last))[0, 1]):.2f}"])
    return table(["quota", "correlation"], told)


def _reliability(rows: list[Proposed]) -> str:
    known = [row.below for row in rows if row.below is not None]
    return table(
        ["each person's forecast: stated", *(f"{q:.0%}" for q in _STATED)],
        [["happened", *(f"{np.mean([below[q] for below in known]):.0%}" for q in _STATED)]],
    )


def _luck() -> str:
    months = tuple(add_months(date(2017, 7, 1), at) for at in range(24))
    lines = _lines().with_columns(pl.col("amount").cast(pl.Decimal(38, 6)))
    spread, seen = luck_of(person_sales(lines, before=date(2019, 7, 1), months=months), 0.15)
    return f"{spread:.2f}, learnt from {seen} people"


def _managers() -> str:
    """Return what a plan of 2017 asked of superstore_cn's six managers, and what came."""
    path = SUPERSTORE / "orders.csv.gz"
    if not path.exists():
        return "superstore_cn is absent."
    orders = pl.read_csv(path, try_parse_dates=True).select(
        pl.col("订单日期").cast(pl.Date).alias("date"),
        pl.col("销售额").round(2).cast(pl.Decimal(18, 2)).alias("amount"),
        pl.col("类别").alias("product"),
        pl.col("地区").alias("region"),
        pl.col("客户 ID").alias("customer"),
    )
    people = pl.read_csv(SUPERSTORE / "region_managers.csv").select(
        pl.col("地区经理").alias("person"), pl.col("地区").alias("unit"), pl.col("地区").alias("region")
    )
    plan = make_plan(orders.filter(pl.col("date") < date(2017, 1, 1)), year=2017, people=people, probability=Decimal("0.5"))
    came = dict(
        orders.filter(pl.col("date") >= date(2017, 1, 1)).group_by("region").agg(pl.col("amount").cast(pl.Float64).sum()).iter_rows()
    )
    if plan.people is None or plan.people_plan is None:
        raise ValueError("the plan has people")
    load = {row["unit"]: row for row in plan.people_plan.capacity.units.iter_rows(named=True)}
    rows = [
        [
            f"{row['person']} ({row['unit']})",
            f"{row['last_year_minor'] / 1e6:.1f}",
            f"{row['quota_minor'] / 1e6:.1f}",
            f"{row['probability']:.0%}",
            f"{load[row['unit']]['load']:.0%}",
            f"{came[row['unit']] / 1e4:.1f}",
            f"{came[row['unit']] * 100 / row['quota_minor']:.0%}",
        ]
        for row in plan.people.iter_rows(named=True)
    ]
    heads = ["manager", "sold 2016", "quota 2017", "said to reach it", "load", "sold 2017", "attainment"]
    return table(heads, rows)


def _planted() -> str:
    """Return the planted ramps and attrition of demo companies beside what is learnt from their lines."""
    rows, off, published = [], [], []
    for seed in _COMPANIES:
        truth = draw_truth(seed)
        company = simulate("m", seed, truth, today=date(2026, 12, 31))
        lines = company.order_lines.select(
            pl.col("on").alias("date"),
            (pl.col("amount_minor") / 100).cast(pl.Decimal(38, 6)).alias("amount"),
            pl.col("person_code").alias("person"),
        )
        first = lines["date"].dt.truncate("1mo").min()
        if not isinstance(first, date):
            raise TypeError("a company has lines")
        months = tuple(add_months(first, at) for at in range((2027 - first.year) * 12 + 1 - first.month))
        sold = person_sales(lines, before=date(2027, 1, 1), months=months)
        starts = {person: day for person, day in company.people.select("person_code", "hired_on").iter_rows() if day >= first}
        curve = learn_ramps(sold, starts, {})[None]
        planted = np.array([*truth.people.ramp, *[1.0] * 12])[:12]
        learned = np.array([float(share) for share in curve.shares[:12]])
        off.append(np.abs(learned - planted).mean())
        published.append(np.abs(np.array([float(share) for share in PUBLISHED_RAMP] + [1.0] * 7) - planted).mean())
        left, stayed, seen = attrition_of(sold, published_level("attrition").middle)
        shown = "/".join(f"{share:.0%}".removesuffix("%") for share in learned[:7])
        leaving = f"{left / (left + stayed):.1%} of {seen}"
        rows.append(
            [
                str(seed),
                "/".join(f"{share * 100:.0f}" for share in planted[:7]),
                shown,
                str(curve.newcomers),
                f"{truth.people.leaver_rate:.1%}",
                leaving,
            ]
        )
    heads = ["company", "planted ramp, months 1–7", "learnt", "newcomers", "planted attrition", "learnt, person-years"]
    apart = f"Mean distance over twelve months: {np.mean(off):.3f} learnt, {np.mean(published):.3f} published schedule."
    return f"{table(heads, rows)}\n\n{apart}"


def people_section() -> str:
    """Return the section on people's quotas."""
    if not (ADVENTUREWORKS / "reseller_sales_lines.csv.gz").exists():
        return "## People's quotas\n\nadventureworks is absent."
    rows = proposals()
    test = _test(rows)
    newcomers = [row for row in rows if CHOSEN_BEFORE <= row.quarter <= LAST_WHOLE and row.quotas[OURS] is None]
    early = [row for row in rows if row.quarter < CHOSEN_BEFORE and row.quotas[OURS] is not None]
    heads = ["quota", "n", "MAPE", "median", "weighted", "spread of ln attainment", "within 80–120 %", "reached"]
    large = [row for row in test if row.usual >= LARGE]
    pairs = [pair for reference in (GIVEN, LAST, EACH) for pair in _pair(test, reference)]
    return f"""## People's quotas

### adventureworks: 17 salespeople, quotas proposed before each quarter

Quotas of {len(test)} person-quarters, 2018Q4–2020Q1, each proposed from the lines before its quarter alone. Error: |quota − sales| ÷ sales;
weighted: Σ|quota − sales| ÷ Σ sales. The half-life of three months was chosen on the {len(early)} person-quarters before them, where it
hardly matters; that people are drawn to capacity in proportion rather than in amount was decided with these quarters in sight, so
read ours as somewhat kind to us. 2020Q2 lacks June and is left out; {len(newcomers)} person-quarters of people who had sold nothing yet
have no quota of ours and are left out for everybody.

{table(heads, [_row(name, test) for name in METHODS])}

Those who had sold at least {LARGE:,} a quarter before ({len(large)} of {len(test)}; the rest are managers who sell now and then, and
make most of the MAPE):

{table(heads, [_row(name, large) for name in METHODS])}

Ours against a reference, 95 % interval by paired bootstrap over people and over quarters (both drawn again):

{table(["against", "measure", "ours less theirs", "95 % interval", "ours is"], pairs)}

**What is worse, and why.** Microsoft's quotas are far better for people who sell little and unevenly, and attainment lies much closer
together. They can hardly have been set before the quarter. The correlation of ln(quota ÷ last quarter) with ln(sales ÷ last quarter):

{_hindsight(test)}

A quota that foresees nearly every jump of every person, always some 18 % above, was made from the sales it is compared with; nothing
that reads only the past can. The fair references are last quarter and each person's own forecast. Ours draws people who sell little
towards the average of all, which costs MAPE: not shrunk, it is lower. Accounts changed hands within these years without a trace in the
lines before. The spread of a person's own luck over a year is {_luck()}: 0.15, the default where nothing is known, is far too
small here.

{_reliability(test)}

### superstore_cn: the six regional managers, 2017 from 2014–2016

Target at even odds, 万元; the lines name no person, so quotas follow regions. *Load*: quota ÷ what last year's yield carries.

{_managers()}

### Demo companies of size m: are planted ramps and attrition found again?

{_planted()}

Planted attrition is that of a plain seat; salespeople leave 1.1 times as often. The planted ramp is of work, and sales follow work by weeks
to months, so learnt ramps lag. The published schedule happens to resemble the planted one: here learning gains nothing on it.
"""


if __name__ == "__main__":
    print(people_section())
