"""Products, accounts, their owners and the deals as tables, as they stood on a day."""

from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from yunchou.demo.deals import EXPIRED, LOST, WON
from yunchou.demo.geography import REGIONS, Cities
from yunchou.demo.names import INDUSTRIES, INDUSTRY_NAMES, account_name
from yunchou.demo.orders import account_codes
from yunchou.demo.organisation import person_code
from yunchou.demo.products import CATALOGUE
from yunchou.demo.streams import BoolArray, Streams
from yunchou.demo.trade import Run
from yunchou.demo.truth import Truth
from yunchou.demo.workdays import DATA_FROM, FIRST_DAY, number_of

_OUTCOMES = {WON: "won", LOST: "lost", EXPIRED: "expired"}


def _days(numbers: npt.NDArray[Any], known: BoolArray | None = None) -> pl.Series:
    """Turn day numbers into dates, null where they are not known."""
    days = pl.Series(np.datetime64(FIRST_DAY, "D") + numbers.astype(np.int64)).cast(pl.Date)
    if known is None:
        return days
    return pl.DataFrame({"day": days, "known": known}).select(pl.when("known").then("day")).to_series()


def _people(numbers: npt.NDArray[Any]) -> pl.Series:
    codes = pl.Series([person_code(number) for number in range(int(numbers.max(initial=0)) + 1)])
    return codes.gather(numbers)


def products_frame(truth: Truth, today: int) -> pl.DataFrame:
    """List what was launched by today."""
    rows = []
    for item in CATALOGUE:
        life = truth.products[item.name]
        if number_of(life.launched_on) > today:
            continue
        retired = life.retired_on if life.retired_on is not None and number_of(life.retired_on) <= today else None
        price = item.list_yuan * 100
        rows.append((item.code, item.name, item.line, life.launched_on, retired, price, round(price * item.cost_share)))
    schema = {
        "product_code": pl.String, "name": pl.String, "line": pl.String, "launched_on": pl.Date, "retired_on": pl.Date,
        "list_price_minor": pl.Int64, "unit_cost_minor": pl.Int64,
    }  # fmt: skip
    return pl.DataFrame(rows, schema=schema, orient="row")


def accounts_frame(run: Run, cities: Cities, streams: Streams) -> pl.DataFrame:
    """List all accounts, in the order in which they were opened."""
    accounts, count = run.accounts, run.accounts.count
    city, industry, lost = accounts.city[:count], accounts.industry[:count], accounts.lost[:count]
    word = streams.choice("accounts.word", 6, np.arange(count))
    place = pl.DataFrame({"city": city}).select(pl.int_range(pl.len()).over("city")).to_series()
    names = [
        account_name(cities.short[where], where * 1_237, number, INDUSTRY_NAMES[what], pick % len(INDUSTRIES[INDUSTRY_NAMES[what]]))
        for where, number, what, pick in zip(city.tolist(), place.to_list(), industry.tolist(), word.tolist(), strict=True)
    ]
    return pl.DataFrame(
        {
            "account_code": account_codes(count),
            "name": names,
            "industry": pl.Series(INDUSTRY_NAMES).gather(industry),
            "division_code": cities.frame["division_code"].gather(city),
            "region": pl.Series(REGIONS).gather(accounts.region[:count]),
            "owner_code": _people(accounts.owner[:count]),
            "created_on": _days(accounts.created[:count]),
            "lost_on": _days(lost, lost >= 0),
        }
    )


def owners_frame(run: Run) -> pl.DataFrame:
    """List who looked after which account from which day on."""
    owned = run.owned
    codes = account_codes(run.accounts.count)
    # Who owned an account before the first day simulated is not known: the day of its opening stands for it.
    since = np.where(owned[:, 0] == 0, run.accounts.created[owned[:, 1]], owned[:, 0])
    return pl.DataFrame({"account_code": codes.gather(owned[:, 1]), "person_code": _people(owned[:, 2]), "starts_on": _days(since)})


def deals_frame(run: Run) -> pl.DataFrame:
    """List the deals opened since the data begin: what was asked for, who worked on it, how it ended.

    ``source`` is ``new`` (a prospect's first), ``again`` or ``online``; ``outcome`` is ``won``, ``lost`` (the
    customer said no), ``expired`` (nobody had time) or null while it is open.
    """
    deals = run.deals
    kept = np.flatnonzero(deals.filled("opened") >= number_of(DATA_FROM))
    take = {name: deals[name][kept] for name in ("account", "person", "product", "opened", "served", "closed", "outcome", "online", "new")}
    outcome = pl.Series(take["outcome"]).replace_strict(_OUTCOMES, default=None, return_dtype=pl.String)
    source = pl.select(
        pl.when(pl.lit(take["new"])).then(pl.lit("new")).when(pl.lit(take["online"])).then(pl.lit("online")).otherwise(pl.lit("again"))
    )
    closed = take["outcome"] >= WON
    return pl.DataFrame(
        {
            "account_code": account_codes(run.accounts.count).gather(take["account"]),
            "person_code": _people(take["person"]),
            "product_code": pl.Series([item.code for item in CATALOGUE]).gather(take["product"].astype(np.int64)),
            "source": source.to_series(),
            "opened_on": _days(take["opened"]),
            "served_on": _days(take["served"], (take["served"] > 0)),
            "closed_on": _days(take["closed"], closed),
            "outcome": outcome,
            "value_minor": (np.round(deals["value"][kept].astype(np.float64)) * 100).astype(np.int64),
        }
    )
