"""Orders as documents: what was won becomes lines with prices and costs, what came back becomes returns."""

import numpy as np
import polars as pl

from yunchou.demo.deals import WON
from yunchou.demo.demand import NET_PRICE, Market
from yunchou.demo.geography import REGIONS, Cities
from yunchou.demo.organisation import Organisation, person_code
from yunchou.demo.products import CATALOGUE
from yunchou.demo.rosters import unit_codes
from yunchou.demo.streams import FloatArray, IntArray, Streams
from yunchou.demo.trade import Run
from yunchou.demo.workdays import DATA_FROM, FIRST_DAY, Days, number_of

_SUCCESSOR = np.array(
    [next((i for i, other in enumerate(CATALOGUE) if other.code == item.successor), -1) for item in CATALOGUE], dtype=np.int64
)
_RUSH_DAYS = 14


def account_codes(count: int) -> pl.Series:
    """Return the codes of accounts by number."""
    return pl.Series(np.arange(1, count + 1)).cast(pl.String).str.zfill(6).str.pad_start(7, "A")


def _pick(values: pl.Series, places: IntArray) -> pl.Series:
    return values.gather(places)


def _net_unit_minor(*, product: IntArray, quantity: IntArray, root: FloatArray, hurried: FloatArray, noise: FloatArray) -> IntArray:
    """Return the agreed price of a piece: larger customers and orders, and quarter ends, get more off; whole yuan."""
    list_minor = np.array([item.list_yuan * 100 for item in CATALOGUE], dtype=np.int64)[product]
    value = list_minor / 100.0 * quantity
    off = (1.0 - NET_PRICE) - 0.02 + 0.035 * np.clip(np.log10(np.maximum(value, 1e3)) - 4.3, -1.5, 2.5)
    off = off + 0.02 * np.clip(root - 1.0, -0.5, 2.0) + 0.02 * hurried + 0.03 * noise
    share = 1.0 - np.clip(off, 0.0, 0.38)
    yuan = np.maximum(1, np.round(list_minor * share / 100.0)).astype(np.int64)
    return yuan * 100


def order_lines(
    *, run: Run, market: Market, days: Days, cities: Cities, organisation: Organisation, streams: Streams, today: int
) -> pl.DataFrame:
    """Write every line sold or returned by today, sorted by day, order and line."""
    deals, lines, accounts = run.deals, run.lines, run.accounts
    won = (deals.filled("outcome") == WON) & (deals.filled("closed") <= today) & (deals.filled("closed") >= number_of(DATA_FROM))
    numbers = np.flatnonzero(won[lines.filled("deal")])
    deal = lines["deal"][numbers].astype(np.int64)
    on = deals["closed"][deal].astype(np.int64)
    product, quantity = lines["product"][numbers].astype(np.int64), lines["quantity"][numbers].astype(np.int64)
    # Asked for while the old product was sold, decided after: its successor is delivered.
    gone = ~market.on_sale[product, on]
    product = np.where(gone & (_SUCCESSOR[product] >= 0), _SUCCESSOR[product], product)
    account = deals["account"][deal].astype(np.int64)
    hurried = ((days.quarter_ends[on] - on < _RUSH_DAYS) & (days.quarter_ends[on] >= on)).astype(np.float64)
    unit_minor = _net_unit_minor(
        product=product, quantity=quantity, root=accounts.root[account], hurried=hurried, noise=streams.normal("orders.price", numbers)
    )
    years = (on + 0.0) / 365.25
    # Costs of hardware fall a little every year, those of services rise.
    cost_share = np.array([item.cost_share for item in CATALOGUE])[product]
    drift = np.where(market.line[product] == 0, -0.012, 0.008) * years
    list_minor = np.array([item.list_yuan * 100 for item in CATALOGUE], dtype=np.int64)[product]
    cost_unit = np.round(list_minor * cost_share * NET_PRICE * (1.0 + drift) * (1.0 + 0.02 * streams.normal("orders.cost", numbers)))
    sold = {
        "deal": deal, "on": on, "line": numbers, "account": account, "product": product, "person": deals["person"][deal].astype(np.int64),
        "quantity": quantity, "price": unit_minor, "piece_cost": cost_unit.astype(np.int64), "amount": unit_minor * quantity,
        "cost": cost_unit.astype(np.int64) * quantity, "back": np.zeros(len(deal), dtype=np.int64),
    }  # fmt: skip
    frame = pl.concat([pl.DataFrame(sold), _returned(pl.DataFrame(sold), run.returns, market, streams, today)])
    return _documents(frame, run=run, cities=cities, organisation=organisation)


def _returned(sold: pl.DataFrame, returns: IntArray, market: Market, streams: Streams, today: int) -> pl.DataFrame:
    """Take back a part of the first hardware line of the orders that had one."""
    hardware = np.flatnonzero(market.line == 0)
    wanted = pl.DataFrame({"deal": returns[:, 0], "on": returns[:, 1], "person": returns[:, 2]}).filter(pl.col("on") <= today)
    first = sold.filter(pl.col("product").is_in(hardware)).sort("line").unique("deal", keep="first", maintain_order=True)
    found = first.drop("on", "person").join(wanted, on="deal").sort("on", "deal")
    part = pl.Series(
        np.ceil(found["quantity"].to_numpy() * streams.uniform("returns.part", found["deal"].to_numpy()) ** 2).astype(np.int64)
    )
    taken = found.with_columns(
        quantity=-part, amount=-pl.col("price") * part, cost=-pl.col("piece_cost") * part, back=pl.lit(1, dtype=pl.Int64)
    )
    return taken.select(sold.columns)


def _documents(frame: pl.DataFrame, *, run: Run, cities: Cities, organisation: Organisation) -> pl.DataFrame:
    """Number the orders of each day, and put codes in the place of numbers."""
    frame = frame.sort("on", "back", "deal", "line")
    orders = frame.select("on", "back", "deal").unique(maintain_order=True)
    day = pl.lit(FIRST_DAY) + pl.duration(days=pl.col("on"))
    number = pl.int_range(1, pl.len() + 1).over("on", "back").cast(pl.String).str.zfill(5)
    kind = pl.when(pl.col("back") == 1).then(pl.lit("RT")).otherwise(pl.lit("SO"))
    orders = orders.with_columns(day=day.cast(pl.Date))
    orders = orders.with_columns(order_code=pl.concat_str(kind, pl.col("day").dt.strftime("%Y%m%d"), pl.lit("-"), number))
    frame = frame.join(orders, on=["on", "back", "deal"], how="left", maintain_order="left")
    frame = frame.with_columns(line_no=pl.int_range(1, pl.len() + 1).over("on", "back", "deal"))
    accounts, person, account = run.accounts, frame["person"].to_numpy(), frame["account"].to_numpy()
    before, after = unit_codes(organisation)
    unit = pl.select(
        pl.when(pl.lit(frame["on"]) < organisation.reorganised).then(_pick(before, person)).otherwise(_pick(after, person))
    ).to_series()
    return pl.DataFrame(
        {
            "order_code": frame["order_code"],
            "line_no": frame["line_no"].cast(pl.Int32),
            "on": frame["day"],
            "account_code": _pick(account_codes(accounts.count), account),
            "product_code": _pick(pl.Series([item.code for item in CATALOGUE]), frame["product"].to_numpy()),
            "person_code": _pick(pl.Series([person_code(number) for number in range(len(organisation.staff.seat))]), person),
            "unit_code": unit,
            "region": _pick(pl.Series(REGIONS), accounts.region[account]),
            "division_code": _pick(cities.frame["division_code"], accounts.city[account]),
            "quantity": frame["quantity"],
            "amount_minor": frame["amount"],
            "cost_minor": frame["cost"],
        }
    )
