"""Read the tables of ``yunchou assign``: accounts and people, a row each, under Chinese or English headers."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from yunchou.calc.errors import BadInput
from yunchou.calc.reading import nearest
from yunchou.calc.territory_nouns import Account, Place, Seller
from yunchou.calc.text import Text
from yunchou.cli.plan import read_people_table

if TYPE_CHECKING:
    import polars as pl

Made = TypeVar("Made")
_MINOR = 100
ACCOUNTS = {
    "account": ("客户", "客户名称", "customer"),
    "potential": ("潜力", "年潜力"),
    "workload": ("工作量",),
    "region": ("地区", "大区", "区域"),
    "province": ("省", "省份", "省/自治区"),
    "prefecture": ("地级市",),
    "city": ("城市", "区县"),
    "owner": ("负责人", "现负责人", "销售"),
    "tie": ("关系",),
    "language": ("语言",),
    "product": ("产品",),
    "person": ("锁定", "指定人员"),
    "wallet": ("规模", "年采购额"),
    "segment": ("细分", "行业", "等级"),
}
PEOPLE = {
    "person": ("人员", "姓名"),
    "fte": ("用工比例",),
    "home_region": ("所在大区", "所在地区"),
    "home_province": ("所在省",),
    "home_prefecture": ("所在地级市",),
    "home_city": ("所在城市",),
    "region": ("负责地区", "负责区域"),
    "language": ("语言",),
    "product": ("产品",),
    "most_accounts": ("客户数上限",),
    "most_workload": ("工作量上限",),
}
# columns that people.csv has for ``yunchou plan``
_OF_PLANS = ("unit", "manager", "start_on", "end_on", "ramp", "position", "last_quota")


class Row:
    """A row of a table, with its number as a spreadsheet shows it; ``columns``: the header that each name was read from."""

    def __init__(self, path: Path, number: int, cells: Mapping[str, str], columns: Mapping[str, str]) -> None:
        self.path, self.number, self.cells, self.columns = path, number, cells, dict(columns)

    def text(self, name: str) -> str:
        """Return a cell without blanks around it; empty where the column is absent."""
        return self.cells.get(name, "")

    def names(self, name: str) -> tuple[str, ...]:
        """Return a cell that lists names."""
        text = self.text(name)
        for mark in ("；", ";", "、", "|", "，"):
            text = text.replace(mark, ",")
        return tuple(part.strip() for part in text.split(",") if part.strip())

    def number_of(self, name: str, otherwise: Decimal | None) -> Decimal | None:
        """Return a cell that holds a number, grouped or with a percent sign.

        Raises:
            BadInput: It is no number.
        """
        text = self.text(name).replace(",", "")
        if not text:
            return otherwise
        try:
            value = Decimal(text[:-1]) / 100 if text.endswith("%") else Decimal(text)
        except InvalidOperation:
            value = Decimal("NaN")
        if not value.is_finite():
            raise self.wrong(f"{name}“{text}”不是数", f"{name} “{text}” is no number")
        return value

    def wrong(self, zh: str, en: str) -> BadInput:
        """Return the refusal of this row."""
        return BadInput(Text(f"{self.path} 第 {self.number} 行：{zh}", f"{self.path}, row {self.number}: {en}"))

    def made(self, make: Callable[..., Made], **fields: Any) -> Made:
        """Make something of the row's fields; a refusal of them names the row."""
        try:
            return make(**fields)
        except BadInput as fault:
            raise self.wrong(fault.text.zh, fault.text.en) from None

    def place(self, prefix: str = "") -> Place:
        """Return region, province, prefecture and city."""
        return (
            self.text(f"{prefix}region"),
            self.text(f"{prefix}province"),
            self.text(f"{prefix}prefecture"),
            self.text(f"{prefix}city"),
        )


def read_rows(path: Path, known: Mapping[str, Sequence[str]], needed: Sequence[str], *, others: Sequence[str] | None = ()) -> list[Row]:
    """Read a table whose headers are among the ``known`` ones or their other names; ``others``: left unread (None: any).

    Raises:
        BadInput: The table cannot be read, or a column is unknown, missing or there twice.
    """
    table = read_people_table(path)
    meant = {other.lower(): name for name, words in known.items() for other in (name, *words)}
    taken: dict[str, str] = {}
    for column in table.columns:
        name = meant.get(column.strip().lower())
        if name is None:
            if others is None or column in others:
                continue
            near = nearest(column, list(meant))
            raise BadInput(
                Text(f"{path}：不认识列“{column}”，最接近的是 {near}", f"{path}: unknown column “{column}”; the nearest is {near}")
            )
        if name in taken:
            raise BadInput(
                Text(f"{path}：列“{taken[name]}”和“{column}”是同一个意思", f"{path}: columns “{taken[name]}” and “{column}” mean the same")
            )
        taken[name] = column
    for name in needed:
        if name not in taken:
            raise BadInput(
                Text(f"{path}：缺少列 {name}（{known[name][0]}）", f"{path}: the column {name} is missing (also called {known[name][0]})")
            )
    rows = []
    for number, row in enumerate(table.iter_rows(named=True), start=2):
        made = Row(path, number, {name: ("" if row[column] is None else str(row[column]).strip()) for name, column in taken.items()}, taken)
        for name in needed:
            if not made.text(name):
                raise made.wrong(f"{name} 是空的", f"{name} is empty")
        rows.append(made)
    return rows


def read_sellers(path: Path) -> list[Seller]:
    """Return the people of a table.

    Raises:
        BadInput: With the file and the row.
    """
    return [_seller(row) for row in read_rows(path, PEOPLE, ("person",), others=_OF_PLANS)]


def _seller(row: Row) -> Seller:
    accounts, workload = row.number_of("most_accounts", None), row.number_of("most_workload", None)
    if accounts is not None and accounts != accounts.to_integral_value():
        raise row.wrong(f"most_accounts“{accounts}”不是整数", f"most_accounts “{accounts}” is no whole number")
    return row.made(
        Seller,
        name=row.text("person"),
        capacity=float(row.number_of("fte", Decimal(1)) or 0),
        place=row.place("home_"),
        regions=row.names("region"),
        languages=row.names("language"),
        products=row.names("product"),
        most_accounts=None if accounts is None else int(accounts),
        most_workload=None if workload is None else float(workload),
    )


def read_accounts(rows: Sequence[Row], potentials: Sequence[int], owners: Mapping[str, tuple[str, float]]) -> list[Account]:
    """Return accounts, given each one's potential in minor units and, from the history, owner and tie where the table names none.

    Raises:
        BadInput: With the file and the row.
    """
    accounts = []
    for row, potential_minor in zip(rows, potentials, strict=True):
        owner, tie = owners.get(row.text("account"), (None, 1.0))
        if row.text("owner"):
            tie = tie if row.text("owner") == owner else 1.0
            owner = row.text("owner")
        accounts.append(
            row.made(
                Account,
                name=row.text("account"),
                potential_minor=potential_minor,
                workload=float(row.number_of("workload", Decimal(1)) or 0),
                place=row.place(),
                owner=owner,
                tie=float(row.number_of("tie", Decimal(repr(tie))) or 0),
                languages=row.names("language"),
                products=row.names("product"),
                person=row.text("person") or None,
            )
        )
    return accounts


def minor_of(row: Row, name: str, scale: Decimal) -> int:
    """Return an amount of a row in whole minor units.

    Raises:
        BadInput: It is no amount, or finer than a minor unit.
    """
    value = row.number_of(name, Decimal(0)) or Decimal(0)
    minor = value * scale * _MINOR
    if minor != minor.to_integral_value():
        raise row.wrong(f"{name} {value} 不是整分", f"{name} {value} is no whole number of minor units")
    return int(minor)


def owners_in(lines: "pl.DataFrame") -> dict[str, tuple[str, float]]:
    """Return for each customer of the last twelve months of lines who sold most, and that person's share of it."""
    import polars as pl

    if "person" not in lines.columns:
        return {}
    last = lines["date"].max()
    recent = lines.filter((pl.col("date") > pl.lit(last).dt.offset_by("-12mo")) & (pl.col("amount") > 0))
    sold = recent.group_by("customer", "person").agg(pl.col("amount").cast(pl.Float64).sum())
    best = sold.sort("customer", "amount", "person", descending=[False, True, False]).group_by("customer", maintain_order=True).first()
    whole = dict(sold.group_by("customer").agg(pl.col("amount").sum()).iter_rows())
    return {customer: (person, amount / whole[customer]) for customer, person, amount in best.iter_rows()}
