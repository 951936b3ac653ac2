"""The realised truth: the planted effects as they came out in the data."""

from typing import Any

import numpy as np
import polars as pl

from yunchou.demo.accounts import TIERS
from yunchou.demo.demand import Market
from yunchou.demo.geography import REGIONS
from yunchou.demo.organisation import NEVER, Organisation
from yunchou.demo.products import CATALOGUE, LINES
from yunchou.demo.streams import FloatArray
from yunchou.demo.trade import Run
from yunchou.demo.truth import Truth
from yunchou.demo.workdays import CLOSED_YEARS, DATA_FROM, YEARS, Days, date_of, number_of

_TENURE_MONTHS = 12
_SPRING_DAYS = (-12, 20)
_LAST_DAYS = 15
_SOON_DAYS = 300


def _rounded(value: float | None) -> float | None:
    return None if value is None or not np.isfinite(value) else round(float(value), 4)


def _ratio(part: Any, whole: Any) -> float | None:
    return _rounded(float(part or 0) / float(whole)) if whole else None


def _growth(sums: dict[int, float]) -> dict[int, float | None]:
    """Return each closed year's growth over the year before; null from nothing."""
    return {
        year: _rounded(sums[year] / sums[year - 1] - 1) if sums.get(year - 1, 0) > 0 else None for year in CLOSED_YEARS[1:] if year in sums
    }


def _by(lines: pl.DataFrame, key: str, years: tuple[int, ...]) -> dict[str, dict[str, dict[int, Any]]]:
    """Sum revenue by a key and year, with its growth."""
    found: dict[str, dict[int, float]] = {}
    for name, year, amount in lines.group_by(key, "year").agg(pl.col("amount_minor").sum()).sort(key, "year").iter_rows():
        found.setdefault(name, dict.fromkeys(years, 0))[year] = amount
    return {name: {"revenue_minor": sums, "growth": _growth(sums)} for name, sums in found.items()}


def _expected(planned: FloatArray, names: tuple[str, ...]) -> dict[str, dict[int, float | None]]:
    """Return the growth that the planted demand alone implies, by name."""
    return {name: _growth(dict(zip(YEARS, planned[place].tolist(), strict=True))) for place, name in enumerate(names)}


def _revenue(lines: pl.DataFrame, truth: Truth, market: Market) -> dict[str, Any]:
    years = tuple(sorted(lines["year"].unique().to_list()))
    total = {year: int(lines.filter(pl.col("year") == year)["amount_minor"].sum()) for year in years}
    tiers = {item.name: truth.products[item.name].tier for item in CATALOGUE}
    region_tiers: dict[str, str] = {name: region.tier for name, region in truth.regions.items()}
    lines = lines.with_columns(
        product_tier=pl.col("name").replace_strict(tiers, return_dtype=pl.String),
        region_tier=pl.col("region").replace_strict(region_tiers, return_dtype=pl.String),
    )
    by_line = np.stack([market.planned[:, market.line == line].sum(axis=(0, 1)) for line in range(len(LINES))])
    return {
        "total": {"revenue_minor": total, "growth": _growth({year: float(value) for year, value in total.items()})},
        "by_product_line": _by(lines, "line", years),
        "by_product": _by(lines, "name", years),
        "by_product_tier": _by(lines, "product_tier", years),
        "by_region": _by(lines, "region", years),
        "by_region_tier": _by(lines, "region_tier", years),
        "growth_of_demand": {
            "product_line": _expected(by_line, LINES),
            "product": _expected(market.planned.sum(axis=0), tuple(item.name for item in CATALOGUE)),
            "region": _expected(market.planned.sum(axis=1), REGIONS),
        },
    }


def _season(lines: pl.DataFrame, days: Days, today: int) -> dict[str, Any]:
    closed = [year for year in CLOSED_YEARS if number_of(DATA_FROM.replace(year=year, month=12, day=31)) <= today]
    whole = lines.filter(pl.col("year").is_in(closed))
    if whole.is_empty():
        return {}
    sold = np.zeros(len(days))
    daily = whole.group_by("number").agg(pl.col("amount_minor").sum()).sort("number")
    sold[daily["number"].to_numpy()] = daily["amount_minor"].to_numpy()
    within = np.isin(days.year, closed)
    shares = [sold[within & (days.month == month)].sum() / sold[within].sum() * 12 for month in range(1, 13)]
    numbers = np.arange(len(days))
    last = within & (days.quarter_ends - numbers < _LAST_DAYS) & (days.quarter_ends >= numbers)
    working = within & days.working
    spring = working & (days.spring_gap >= _SPRING_DAYS[0]) & (days.spring_gap <= _SPRING_DAYS[1])

    def a_day(which: np.typing.NDArray[np.bool_]) -> float:
        return float(sold[which].sum() / max(1, np.count_nonzero(which & days.working)))

    late = within & (days.month >= 7)
    return {
        "month_index": {month: _rounded(share) for month, share in enumerate(shares, start=1)},
        "around_spring_festival": _ratio(a_day(spring), a_day(working & ~spring)),
        "last_two_weeks_of_quarter": _ratio(a_day(last), a_day(within & ~last)),
        "second_half_over_first": _ratio(sold[late].sum(), sold[within & ~late].sum()),
    }


def _customers(run: Run, lines: pl.DataFrame, today: int) -> dict[str, Any]:
    accounts, count = run.accounts, run.accounts.count
    created, lost, tier = accounts.created[:count], accounts.lost[:count], accounts.tier[:count]
    bought = np.zeros(count, dtype=np.bool_)
    won = np.flatnonzero(run.deals.filled("outcome") == 2)
    bought[run.deals["account"][won]] = True
    churn: dict[str, dict[int, float | None]] = {name: {} for name in TIERS}
    opened: dict[int, int] = {}
    for year in YEARS:
        starts, ends = number_of(DATA_FROM.replace(year=year)), number_of(DATA_FROM.replace(year=year + 1))
        opened[year] = int(np.count_nonzero((created >= starts) & (created < ends)))
        if ends - 1 > today:
            continue
        for place, name in enumerate(TIERS):
            there = (tier == place) & (created < starts) & bought & ((lost < 0) | (lost >= starts))
            churn[name][year] = _ratio(np.count_nonzero(there & (lost >= 0) & (lost < ends)), np.count_nonzero(there))
    revenue = lines.group_by("account").agg(pl.col("amount_minor").sum()).sort("amount_minor", "account", descending=True)
    amounts = revenue["amount_minor"].to_numpy()
    of_tier = [int(amounts[tier[revenue["account"].to_numpy()] == place].sum()) for place in range(len(TIERS))]
    return {
        "accounts": count,
        "opened": opened,
        "lost": int(np.count_nonzero(lost >= 0)),
        "churn": churn,
        "handovers": _handovers(run, today),
        "revenue_share_of_tier": {name: _ratio(of_tier[place], int(amounts.sum())) for place, name in enumerate(TIERS)},
        "revenue_share_of_largest": {
            f"{share:.0%}": _ratio(int(amounts[: max(1, round(len(amounts) * share))].sum()), int(amounts.sum()))
            for share in (0.01, 0.05, 0.2)
        },
    }


def _handovers(run: Run, today: int) -> dict[str, float | None]:
    """Compare the accounts lost soon after a handover with those lost soon after any other day."""
    accounts, count, owned = run.accounts, run.accounts.count, run.owned
    created, lost = accounts.created[:count], accounts.lost[:count]
    _, first = np.unique(owned[:, 1], return_index=True)
    later = np.ones(len(owned), dtype=np.bool_)
    later[first] = False  # the first owner takes over from nobody
    moved = owned[later & (owned[:, 0] + _SOON_DAYS <= today)]
    still = (lost[moved[:, 1]] < 0) | (lost[moved[:, 1]] > moved[:, 0])
    moved = moved[still]
    gone = (lost[moved[:, 1]] >= 0) & (lost[moved[:, 1]] <= moved[:, 0] + _SOON_DAYS)
    there, left = 0, 0
    for day in range(number_of(DATA_FROM), today - _SOON_DAYS + 1, 91):
        calm = (created < day) & ((lost < 0) | (lost > day))
        calm[owned[later & (np.abs(owned[:, 0] - day) < _SOON_DAYS)][:, 1]] = False
        there += int(np.count_nonzero(calm))
        left += int(np.count_nonzero(calm & (lost >= 0) & (lost <= day + _SOON_DAYS)))
    return {"lost_soon_after_handover": _ratio(np.count_nonzero(gone), len(moved)), "lost_soon_otherwise": _ratio(left, there)}


def _people(organisation: Organisation, run: Run, today: int) -> dict[str, Any]:
    staff = organisation.staff
    left = np.where(staff.left <= today, staff.left, NEVER)
    hired = staff.hired[staff.hired <= today]
    year_of = [date_of(day).year for day in hired[hired >= number_of(DATA_FROM)].tolist()]
    gone = [date_of(day).year for day in left[(left < NEVER) & (left >= number_of(DATA_FROM))].tolist()]
    deals = run.deals
    served = np.flatnonzero((deals.filled("served") > 0) & ~deals.filled("online"))
    person, day = deals["person"][served], deals["served"][served].astype(np.int64)
    tenure = ((day - staff.hired[person]) / 30.44).astype(np.int64)
    seller = np.array([organisation.seats[seat].selling >= 1.0 for seat in staff.seat.tolist()])
    counts = np.bincount(np.clip(tenure[seller[person]], 0, _TENURE_MONTHS), minlength=_TENURE_MONTHS + 1)
    # Person-months at each tenure while the simulation ran.
    months = np.zeros(_TENURE_MONTHS + 1)
    for begins, ends in zip(staff.hired[seller].tolist(), np.minimum(left, today)[seller].tolist(), strict=True):
        held = np.arange(max(begins, 0), ends + 1)
        months += np.bincount(np.clip(((held - begins) / 30.44).astype(np.int64), 0, _TENURE_MONTHS), minlength=_TENURE_MONTHS + 1)
    rate = counts / np.maximum(months, 1.0)
    return {
        "ever": len(hired),
        "today": int(np.count_nonzero((staff.hired <= today) & (staff.left > today))),
        "hired": {year: year_of.count(year) for year in YEARS},
        "left": {year: gone.count(year) for year in YEARS},
        "deals_worked_by_month_of_tenure": {
            month + 1: _rounded(rate[month] / rate[-1]) if months[month] >= 30 and rate[-1] > 0 else None for month in range(_TENURE_MONTHS)
        },
    }


def _deals(run: Run, market: Market, truth: Truth) -> dict[str, Any]:
    deals = run.deals
    outcome, served = deals.filled("outcome"), deals.filled("served")
    decided = (served > 0) & ((outcome == 2) | (outcome == 3)) & ~deals.filled("new")
    region = run.accounts.region[deals.filled("account")]
    line, closed, won = market.line[deals.filled("product")], deals.filled("closed"), outcome == 2
    weak = np.zeros(len(outcome), dtype=np.bool_)
    spots = []
    for spot in truth.weak_spots:
        here = decided & (region == REGIONS.index(spot.region)) & (line == LINES.index(spot.line)) & (closed >= number_of(spot.starts_on))
        weak |= here
        spots.append((spot, here))
    usual = _ratio(np.count_nonzero(won & decided & ~weak), np.count_nonzero(decided & ~weak))
    offline = ~deals.filled("online") & (outcome >= 2)
    return {
        "win_rate": usual,
        "win_rate_new": _ratio(
            np.count_nonzero(won & deals.filled("new")), np.count_nonzero(((outcome == 2) | (outcome == 3)) & deals.filled("new"))
        ),
        "expired_share": _ratio(np.count_nonzero(outcome == 4), np.count_nonzero(offline)),
        "days_to_close": _rounded(float(np.median((closed - deals.filled("opened"))[decided]))) if decided.any() else None,
        "weak_spots": [
            {
                "region": spot.region, "line": spot.line, "starts_on": spot.starts_on, "deals": int(np.count_nonzero(here)),
                "win_rate": _ratio(np.count_nonzero(won & here), np.count_nonzero(here)),
            }
            for spot, here in spots
        ],
    }  # fmt: skip


def realised_truth(
    *,
    truth: Truth,
    market: Market,
    days: Days,
    organisation: Organisation,
    run: Run,
    order_lines: pl.DataFrame,
    products: pl.DataFrame,
    today: int,
) -> dict[str, Any]:
    """Measure every planted effect in the data up to today; shares and rates are 0…1, money is minor units."""
    lines = order_lines.select(
        "product_code",
        "region",
        "amount_minor",
        "quantity",
        account=pl.col("account_code").str.slice(1).cast(pl.Int64) - 1,
        year=pl.col("on").dt.year().cast(pl.Int64),
        number=(pl.col("on") - pl.lit(date_of(0))).dt.total_days(),
    ).join(products.select("product_code", "name", "line"), on="product_code", how="left", maintain_order="left")
    hardware = lines.filter(pl.col("line") == LINES[0])
    back = int((hardware["quantity"] < 0).sum())
    return {
        "today": date_of(today),
        "order_lines": order_lines.height,
        "revenue": _revenue(lines, truth, market),
        "seasonality": _season(lines, days, today),
        "customers": _customers(run, lines, today) | {"return_rate": _ratio(back, hardware.height - back)},
        "people": _people(organisation, run, today),
        "deals": _deals(run, market, truth),
    }
