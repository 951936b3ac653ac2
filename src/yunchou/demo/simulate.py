"""A demo company from a size, a seed and a truth."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import polars as pl

from yunchou.demo.coverage import Coverage
from yunchou.demo.demand import Market, make_market
from yunchou.demo.geography import REGIONS, Cities, make_cities
from yunchou.demo.names import INDUSTRIES, INDUSTRY_NAMES, account_name
from yunchou.demo.orders import account_codes, order_lines
from yunchou.demo.organisation import Organisation, make_organisation, person_code
from yunchou.demo.products import CATALOGUE
from yunchou.demo.rosters import memberships_frame, people_frame, units_frame
from yunchou.demo.sizes import SIZES, SizeName
from yunchou.demo.streams import Streams
from yunchou.demo.trade import Run, Trade
from yunchou.demo.truth import Truth
from yunchou.demo.workdays import FIRST_DAY, LAST_DAY, TODAY, date_of, make_days, number_of


@dataclass(frozen=True, kw_only=True)
class Company:
    """A simulated company as it stood at the end of ``today``; days after it are unknown everywhere.

    A unit has a row in ``units`` for each of its places in the tree; a person one in ``memberships`` for each
    unit and manager. Money is minor units of CNY; returns are negative. ``truth`` is the realised one.
    """

    units: pl.DataFrame
    people: pl.DataFrame
    memberships: pl.DataFrame
    products: pl.DataFrame
    cities: pl.DataFrame
    accounts: pl.DataFrame
    order_lines: pl.DataFrame
    truth: dict[str, Any]
    today: date


def simulate(size: SizeName, seed: int, truth: Truth, today: date = TODAY) -> Company:
    """Simulate a company up to the end of ``today``.

    The same size, seed and truth give the same company on every run; an earlier ``today`` gives the same
    company, known up to that day.

    Raises:
        ValueError: ``today`` lies outside the calendar.
    """
    if not FIRST_DAY <= today <= LAST_DAY:
        raise ValueError(f"today must lie between {FIRST_DAY} and {LAST_DAY}")
    scale, streams, days, until = SIZES[size], Streams(seed), make_days(), number_of(today)
    cities, market = make_cities(), make_market(scale, truth, days)
    organisation = make_organisation(scale, truth, days, streams)
    coverage = Coverage(organisation, truth, days, streams)
    run = Trade(size=scale, truth=truth, days=days, market=market, cities=cities, coverage=coverage, streams=streams, until=until).run()
    lines = order_lines(run=run, market=market, days=days, cities=cities, organisation=organisation, streams=streams, today=until)
    return Company(
        units=units_frame(organisation, until),
        people=people_frame(organisation, until),
        memberships=memberships_frame(organisation, until),
        products=_products(market, truth, until),
        cities=cities.frame,
        accounts=_accounts(run, cities, streams),
        order_lines=lines,
        truth={"planted": truth.document(), "realised": {}},
        today=today,
    )


def _products(market: Market, truth: Truth, today: int) -> pl.DataFrame:
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
    del market
    return pl.DataFrame(rows, schema=schema, orient="row")


def _accounts(run: Run, cities: Cities, streams: Streams) -> pl.DataFrame:
    accounts = run.accounts
    count = accounts.count
    city, industry = accounts.city[:count], accounts.industry[:count]
    frame = pl.DataFrame({"city": city, "pick": streams.choice("accounts.word", 6, np.arange(count))})
    place = frame.select(pl.int_range(pl.len()).over("city").alias("place"))["place"]
    names = [
        account_name(cities.short[where], number, INDUSTRY_NAMES[what], pick % len(INDUSTRIES[INDUSTRY_NAMES[what]]))
        for where, number, what, pick in zip(city.tolist(), place.to_list(), industry.tolist(), frame["pick"].to_list(), strict=True)
    ]
    epoch = np.datetime64(FIRST_DAY, "D")
    lost = accounts.lost[:count]
    owners = pl.Series([person_code(number) for number in range(int(accounts.owner[:count].max()) + 1)])
    return pl.DataFrame(
        {
            "account_code": account_codes(count),
            "name": names,
            "industry": pl.Series(INDUSTRY_NAMES).gather(industry),
            "division_code": cities.frame["division_code"].gather(city),
            "region": pl.Series(REGIONS).gather(accounts.region[:count]),
            "owner_code": owners.gather(accounts.owner[:count]),
            "created_on": pl.Series(epoch + accounts.created[:count]).cast(pl.Date),
            "lost_on": pl.DataFrame({"on": epoch + lost, "known": lost >= 0})
            .select(pl.when("known").then(pl.col("on").cast(pl.Date)).otherwise(None))
            .to_series(),
        }
    )


__all__ = ["Company", "Organisation", "date_of", "simulate"]
