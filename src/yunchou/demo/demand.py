"""The market: what the regions would like to spend on each product, day by day, and in how many order lines."""

from dataclasses import dataclass
from datetime import date

import numpy as np

from yunchou.demo.geography import REGIONS
from yunchou.demo.names import INDUSTRY_NAMES
from yunchou.demo.products import CATALOGUE, LINES
from yunchou.demo.sizes import Size
from yunchou.demo.streams import BoolArray, FloatArray, IntArray
from yunchou.demo.truth import ProductTruth, RegionTruth, SeasonTruth, Truth
from yunchou.demo.workdays import DATA_FROM, FIRST_DAY, LAST_DAY, TODAY, YEARS, Days, date_of, number_of

# How much of a working day's online demand arises on a day off.
DAY_OFF = 0.35
# Demand for a product that will be retired ends this many days before, so that its deals can close.
_LAST_ORDERS_DAYS = 60
_LINE = np.array([LINES.index(product.line) for product in CATALOGUE], dtype=np.int64)

# Products lean to regions a little: factors over the region's average, by line.
_LEANING = {"华东": (1.00, 1.02, 1.05), "华南": (1.08, 0.92, 1.00), "华中": (1.05, 0.95, 0.90), "华北": (0.88, 1.15, 1.05),
            "西南": (0.95, 1.05, 0.95), "西北": (1.15, 0.85, 0.60)}  # fmt: skip

# When an industry buys: factors by month on top of the company's season; public bodies late, schools in summer.
_INDUSTRY_MONTHS = {
    "制造": (0.95, 0.95, 1.05, 1.05, 1.05, 1.05, 1.00, 1.00, 1.00, 1.00, 0.98, 0.92),
    "政企": (0.60, 0.60, 0.75, 0.85, 0.90, 1.00, 0.95, 1.00, 1.10, 1.20, 1.45, 1.60),
    "金融": (1.00, 0.85, 1.10, 1.00, 1.00, 1.10, 0.95, 0.95, 1.05, 0.95, 1.00, 1.05),
    "医疗": (0.95, 0.90, 1.05, 1.05, 1.05, 1.05, 1.00, 1.00, 1.00, 0.95, 1.00, 1.00),
    "教育": (0.70, 0.75, 0.95, 0.95, 1.05, 1.25, 1.50, 1.50, 0.95, 0.80, 0.80, 0.80),
    "零售": (1.15, 0.80, 0.90, 0.90, 1.00, 1.00, 0.90, 0.95, 1.10, 1.20, 1.10, 1.00),
    "物流": (0.95, 0.85, 1.00, 1.00, 1.05, 1.00, 0.95, 0.95, 1.05, 1.15, 1.10, 0.95),
    "能源": (0.80, 0.80, 1.00, 1.05, 1.10, 1.10, 1.05, 1.05, 1.05, 1.00, 1.00, 1.00),
}  # fmt: skip

# E[sqrt(size)] and the mean net price come from these: sizes are lognormal with mean 1.
NET_PRICE = 0.86  # mean share of the list price that is paid
LINES_PER_DEAL = 2.1
_GRID = 200
_KEPT_LINES = 0.82  # two lines of one product in an order become one


def industry_months() -> FloatArray:
    """Return how much of its usual an industry buys in a month, ``[industry, month from 0]``; a year's mean is 1."""
    table = np.array([_INDUSTRY_MONTHS[name] for name in INDUSTRY_NAMES])
    return np.asarray(table / table.mean(axis=1, keepdims=True), dtype=np.float64)


@dataclass(frozen=True)
class Market:
    """Demand over the whole calendar.

    ``yuan[region, product, day]``: what would be spent per day; ``online_yuan``: the part of it that needs no
    salesperson, which also arises on days off. ``usual_yuan[product]``: value of an order line of an account
    of size 1.
    """

    yuan: FloatArray
    usual_yuan: FloatArray
    line: IntArray
    price_yuan: FloatArray
    online: BoolArray
    on_sale: BoolArray  # [product, day]: may be ordered
    planned: FloatArray  # [region, product, year]: demand of the year in yuan

    def by_line(self, day: int) -> FloatArray:
        """Return the demand of a day by region and product line."""
        return np.stack([self.yuan[:, self.line == line, day].sum(axis=1) for line in range(len(LINES))], axis=1)


def _years(days: Days) -> FloatArray:
    """Return each day as years since the middle of 2023."""
    return np.asarray((np.arange(len(days)) - (number_of(DATA_FROM) + 181.5)) / 365.25, dtype=np.float64)


def _ramp(days: Days, starts: int, months: float) -> FloatArray:
    """Rise from 0 at ``starts`` to 1 after ``months``, slowly at both ends."""
    x = np.clip((np.arange(len(days)) - starts) / (months * 30.44), 0.0, 1.0)
    return x * x * (3.0 - 2.0 * x)


def _first_year_is_one(curve: FloatArray, days: Days, weight: FloatArray) -> FloatArray:
    """Scale a curve so that its weighted mean over 2023 is 1."""
    first = days.year == YEARS[0]
    scaled: FloatArray = curve / (np.sum(curve[first] * weight[first]) / np.sum(weight[first]))
    return scaled


def _region_curve(truth: RegionTruth, days: Days, weight: FloatArray) -> FloatArray:
    curve = np.power(1.0 + truth.growth, _years(days))
    if truth.opens_on is None:
        return truth.share * _first_year_is_one(curve, days, weight)
    opens = number_of(truth.opens_on)
    full = opens + truth.ramp_months * 30.44
    after = np.power(1.0 + truth.growth, np.maximum(np.arange(len(days)) - full, 0.0) / 365.25)
    return np.asarray(truth.share * _ramp(days, opens, truth.ramp_months) * after, dtype=np.float64)


def _product_curve(truth: ProductTruth, days: Days, weight: FloatArray) -> FloatArray:
    launched = number_of(truth.launched_on)
    if truth.launched_on >= FIRST_DAY:
        full = launched + truth.ramp_months * 30.44
        after = np.power(1.0 + truth.growth, np.maximum(np.arange(len(days)) - full, 0.0) / 365.25)
        curve = truth.share * _ramp(days, launched, truth.ramp_months) * after
    else:
        curve = truth.share * _first_year_is_one(np.power(1.0 + truth.growth, _years(days)), days, weight)
    if truth.retired_on is not None:
        curve[np.arange(len(days)) >= number_of(truth.retired_on) - _LAST_ORDERS_DAYS] = 0.0
    return np.asarray(curve, dtype=np.float64)


def season(truth: SeasonTruth, days: Days) -> FloatArray:
    """Return the weight of each working day by season, before days off are taken out.

    Around Spring Festival demand fades from twelve days before and returns until twenty days after; from July
    on budgets are released; in December the rest is spent.
    """
    gap = days.spring_gap.astype(np.float64)
    near = np.where(gap < 0, np.clip(1.0 + gap / 14.0, 0.0, 1.0), np.clip(1.0 - (gap - 6.0) / 16.0, 0.0, 1.0))
    weight = 1.0 - truth.spring_festival_dip * near
    weight *= np.where(days.month >= 7, 1.0 + truth.second_half_uplift, 1.0)
    return np.asarray(weight * np.where(days.month == 12, 1.0 + truth.december_uplift, 1.0), dtype=np.float64)


def make_market(size: Size, truth: Truth, days: Days) -> Market:
    """Lay out the demand from the planted truth; nothing here is random."""
    seasonal = season(truth.seasonality, days)
    online = np.array([product.online for product in CATALOGUE], dtype=np.bool_)
    # Each year's weights sum to 1, so that the growth of a year is what is planted, however its holidays fall.
    weights = np.zeros((2, len(days)))
    for year in YEARS:
        within = days.year == year
        for kind, off in enumerate((0.0, DAY_OFF * truth.customers.online_share)):
            raw = np.where(days.working, 1.0, off) * seasonal * within
            weights[kind] += raw / raw.sum()
    _weigh_before(days, seasonal, truth, weights)
    region = np.stack([_region_curve(truth.regions[name], days, weights[0]) for name in REGIONS])
    product = np.stack([_product_curve(truth.products[item.name], days, weights[0]) for item in CATALOGUE])
    leaning = np.array([_LEANING[name] for name in REGIONS])[:, _LINE]
    yuan = region[:, None, :] * product[None, :, :] * leaning[:, :, None]
    yuan *= weights[online.astype(np.int64)][None, :, :] * truth.revenue_2023 * size.revenue_factor
    on_sale = np.stack([_on_sale(truth.products[item.name], days) for item in CATALOGUE])
    yuan *= on_sale[None, :, :]
    planned = np.stack([yuan[:, :, days.year == year].sum(axis=2) for year in YEARS], axis=2)
    usual, price = np.array([item.usual_yuan for item in CATALOGUE]), np.array([float(item.list_yuan) for item in CATALOGUE])
    scale = _line_scale(
        size, truth, planned=yuan[:, :, number_of(DATA_FROM) : number_of(TODAY) + 1].sum(axis=(0, 2)), usual=usual, price=price * NET_PRICE
    )
    return Market(yuan, usual * scale, _LINE, price, online, on_sale, planned)


def _weigh_before(days: Days, seasonal: FloatArray, truth: Truth, weights: FloatArray) -> None:
    """Give the months before the data their days' weights on the scale of the first year."""
    first, before = days.year == YEARS[0], days.year < YEARS[0]
    for kind, off in enumerate((0.0, DAY_OFF * truth.customers.online_share)):
        raw = np.where(days.working, 1.0, off) * seasonal
        weights[kind] += raw * before / raw[first].sum()


def _on_sale(truth: ProductTruth, days: Days) -> BoolArray:
    numbers = np.arange(len(days))
    until = number_of(truth.retired_on) if truth.retired_on is not None else number_of(LAST_DAY) + 1
    return (numbers >= number_of(truth.launched_on)) & (numbers < until)


def _line_scale(size: Size, truth: Truth, *, planned: FloatArray, usual: FloatArray, price: FloatArray) -> float:
    """Find the factor on line values that gives the stated number of lines, by bisection.

    An account of size w orders in proportion to sqrt(w), lines worth usual × sqrt(w); a line of less than
    one piece comes about with that probability only.
    """
    sigma = truth.customers.concentration
    middle = (np.arange(_GRID) + 0.5) / _GRID
    root = np.exp((sigma * _normal_quantile(middle) - sigma * sigma / 2.0) / 2.0)
    low, high = 1e-3, 1e3
    for _ in range(60):
        scale = float(np.sqrt(low * high))
        happens = np.minimum(1.0, scale * usual[:, None] * root[None, :] / price[:, None])
        lines = np.sum(planned[:, None] / (scale * usual[:, None]) * root[None, :] * happens, axis=1) / np.sum(root * root)
        low, high = (scale, high) if _KEPT_LINES * lines.sum() > size.lines else (low, scale)
    return float(np.sqrt(low * high))


def _normal_quantile(p: FloatArray) -> FloatArray:
    """Return quantiles of the standard normal distribution.

    Source:
        F. G. Wichura's algorithm AS 241, as in Python's ``statistics.NormalDist``.
    """
    from statistics import NormalDist  # noqa: PLC0415 - needed once a run

    normal = NormalDist()
    return np.array([normal.inv_cdf(value) for value in p.tolist()])


def planned_until(market: Market, days: Days, today: date) -> FloatArray:
    """Return the demand by region, product and year up to a day."""
    until = np.arange(len(days)) <= number_of(today)
    return np.stack([market.yuan[:, :, (days.year == year) & until].sum(axis=2) for year in YEARS], axis=2)


__all__ = ["DAY_OFF", "Market", "date_of", "make_market", "planned_until", "season"]
