"""A demo company from a size, a seed and a truth."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from yunchou.demo.coverage import Coverage
from yunchou.demo.demand import make_market
from yunchou.demo.frames import accounts_frame, deals_frame, owners_frame, products_frame
from yunchou.demo.geography import make_cities
from yunchou.demo.orders import order_lines
from yunchou.demo.organisation import make_organisation
from yunchou.demo.realised import realised_truth
from yunchou.demo.rosters import memberships_frame, people_frame, units_frame
from yunchou.demo.sizes import SIZES, SizeName
from yunchou.demo.streams import Streams
from yunchou.demo.trade import Trade
from yunchou.demo.truth import Truth
from yunchou.demo.workdays import DATA_FROM, LAST_DAY, TODAY, make_days, number_of

FRAMES = ("units", "people", "memberships", "products", "cities", "accounts", "account_owners", "deals", "order_lines")


@dataclass(frozen=True, kw_only=True)
class Company:
    """A simulated company as it stood at the end of ``today``; what comes after is unknown everywhere.

    A unit has a row in ``units`` for each of its places in the tree, a person one in ``memberships`` for each
    unit and manager, an account one in ``account_owners`` for each owner. ``people.left_on`` is the last day
    employed; ``ends_before`` is the first day after. Money is minor units of CNY; returns are negative.
    ``truth`` holds the planted and the realised one.
    """

    units: pl.DataFrame
    people: pl.DataFrame
    memberships: pl.DataFrame
    products: pl.DataFrame
    cities: pl.DataFrame
    accounts: pl.DataFrame
    account_owners: pl.DataFrame
    deals: pl.DataFrame
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
    if not DATA_FROM <= today <= LAST_DAY:
        raise ValueError(f"today must lie between {DATA_FROM} and {LAST_DAY}")
    scale, streams, days, until = SIZES[size], Streams(seed), make_days(), number_of(today)
    cities, market = make_cities(), make_market(scale, truth, days)
    organisation = make_organisation(scale, truth, market.planned.sum(axis=(1, 2)), days, streams)
    coverage = Coverage(organisation, truth, days, streams)
    run = Trade(size=scale, truth=truth, days=days, market=market, cities=cities, coverage=coverage, streams=streams, until=until).run()
    lines = order_lines(run=run, market=market, days=days, cities=cities, organisation=organisation, streams=streams, today=until)
    products = products_frame(truth, until)
    realised = realised_truth(
        truth=truth, market=market, days=days, organisation=organisation, run=run, order_lines=lines, products=products, today=until
    )
    return Company(
        units=units_frame(organisation, until),
        people=people_frame(organisation, until),
        memberships=memberships_frame(organisation, until),
        products=products,
        cities=cities.frame,
        accounts=accounts_frame(run, cities, streams),
        account_owners=owners_frame(run),
        deals=deals_frame(run),
        order_lines=lines,
        truth={"size": size, "seed": seed, "planted": truth.document(), "realised": realised},
        today=today,
    )
