"""Which column is the date, the amount, the product …: told by the user, else guessed from names and content."""

import difflib
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import polars as pl

from yunchou.calc.errors import BadInput
from yunchou.calc.text import Text
from yunchou.tables.amounts import parse_amount
from yunchou.tables.dates import parse_date
from yunchou.tables.header import Header
from yunchou.tables.words import ASKED_ROLES, Role, plain_header, rank

ROLE_NAMES: dict[Role, Text] = {
    "date": Text("日期", "date"),
    "amount": Text("金额", "amount"),
    "product": Text("产品", "product"),
    "region": Text("地区", "region"),
    "customer": Text("客户", "customer"),
    "person": Text("销售员", "person"),
    "cost": Text("成本", "cost"),
    "quantity": Text("数量", "quantity"),
    "order": Text("订单号", "order"),
    "province": Text("省份", "province"),
    "city": Text("城市", "city"),
}
_Test = Callable[[str, date], bool]
_SAMPLED = 400
_MOSTLY = 0.5
_NEARLY_ALL = 0.9
_MOST_REGIONS = 100
_FEWEST_PRODUCTS, _MOST_PRODUCTS = 5, 300


def find_column(name: str, header: Header, path: Path) -> str:
    """Return the header meant by a name the user gave: exactly, else apart from case, blanks and marks.

    Raises:
        BadInput: There is no such column, or several.
    """
    if name in header.names:
        return name
    given = header.repeated.get(name) or tuple(known for known in header.names if plain_header(known) == plain_header(name))
    if len(given) == 1:
        return given[0]
    if given:
        raise BadInput(_twice(name, given, path))
    near = difflib.get_close_matches(name, header.names, n=1, cutoff=0.5)
    zh, en = (f"；是不是“{near[0]}”？", f"; did you mean {near[0]!r}?") if near else ("", "")
    raise BadInput(
        Text(
            f"{path} 里没有“{name}”这一列；有：{'、'.join(header.names)}{zh}",
            f"{path} has no column {name!r}; it has: {', '.join(header.names)}{en}",
        )
    )


def _twice(name: str, given: Sequence[str], path: Path) -> Text:
    return Text(
        f"{path} 里有 {len(given)} 列都叫“{name}”；请改名，或写明是哪一列：{'、'.join(given)}",
        f"{path} has {len(given)} columns named {name!r}; rename them, or say which one: {', '.join(given)}",
    )


@dataclass
class Guess:
    """The columns taken so far; ``columns`` are the data rows under their headers, as text."""

    columns: pl.DataFrame
    header: Header
    path: Path
    epoch: date
    taken: dict[Role, str] = field(default_factory=dict)
    guessed: set[Role] = field(default_factory=set)
    warnings: list[Text] = field(default_factory=list)
    _samples: dict[str, list[str]] = field(default_factory=dict)
    _several_years: bool = False

    def tell(self, roles: Mapping[str, str]) -> None:
        """Take the columns that the user named."""
        for role, name in roles.items():
            self.taken[role] = find_column(name, self.header, self.path)  # type: ignore[index]

    def guess_measures(self) -> None:
        """Guess date, amount and cost: named as such, and mostly readable as such."""
        self._take("date", self._readable("date", _is_day))
        self._take("amount", self._readable("amount", _is_amount))
        self._take("cost", [name for name in self._readable("cost", _is_amount) if self._share(name, _is_amount) >= _MOSTLY])

    def guess_asked(self, roles: Collection[Role]) -> None:
        """Guess what only some readers ask for, from the columns that nothing else took."""
        for role in ASKED_ROLES:
            if role in roles:
                named = self._named(role)
                self._take(role, [name for name in named if role != "quantity" or self._share(name, _is_amount) >= _MOSTLY])

    def guess_dimensions(self, years: pl.Series) -> None:
        """Guess customer, person, region and product; ``years`` are the rows' years, null where unreadable."""
        self._several_years = years.n_unique() - int(years.has_nulls()) > 1
        counts = {name: self.columns[name].n_unique() for role in ("customer", "person", "region", "product") for name in self._named(role)}
        self._take("customer", sorted(self._named("customer"), key=lambda name: counts[name] < 2))
        self._take("person", self._named("person"))
        self._take("region", sorted(self._named("region"), key=lambda name: not 2 <= counts[name] <= _MOST_REGIONS))
        self._take("product", self._plannable(self._named("product"), years, counts))

    def _plannable(self, names: list[str], years: pl.Series, counts: Mapping[str, int]) -> list[str]:
        """Put first what a plan can be made for: the finest column of 5 to 300 values that come back each year."""
        if len(names) < 2:
            return names
        recurring = {name: _recurring(self.columns[name], years) for name in names}

        def order(name: str) -> tuple[int, int]:
            n = counts[name]
            if _FEWEST_PRODUCTS <= n <= _MOST_PRODUCTS and recurring[name] >= _NEARLY_ALL:
                return 0, -n
            return (1, -n) if n < _FEWEST_PRODUCTS else (2, n)

        return sorted(names, key=order)

    def _named(self, role: Role) -> list[str]:
        free = [name for name in self.header.names if name not in self.taken.values()]
        ranked = [(found, name) for name in free if (found := rank(_bare(name, self.header), role)) is not None]
        return [name for _, name in sorted(ranked, key=lambda pair: pair[0])]

    def _readable(self, role: Role, test: _Test) -> list[str]:
        names = self._named(role)
        good = [name for name in names if self._share(name, test) >= _MOSTLY]
        if good or names:
            return good or names
        if role != "date":
            return []
        free = [name for name in self.header.names if name not in self.taken.values()]
        return [name for name in free if self._share(name, _is_written_day) >= _NEARLY_ALL]

    def _take(self, role: Role, names: list[str]) -> None:
        if role in self.taken or not names:
            return
        first, *others = names
        bare = _bare(first, self.header)
        if bare in self.header.repeated and role in {"date", "amount"}:
            raise BadInput(_twice(bare, self.header.repeated[bare], self.path))
        self.taken[role] = first
        self.guessed.add(role)
        if others:
            praise = Text("", "")
            if role == "product" and self._several_years:
                n = self.columns[first].n_unique()
                praise = Text(f"（{n} 个值，逐年重复，适合做计划）", f" ({n} values that recur, good for a plan)")
            self.warnings.append(_not_unique(role, first, others, praise))

    def _share(self, name: str, test: _Test) -> float:
        if name not in self._samples:
            column = self.columns[name].drop_nulls()
            step = max(1, column.len() // _SAMPLED)
            self._samples[name] = column.gather_every(step).to_list()
        values = self._samples[name]
        return sum(test(value, self.epoch) for value in values) / len(values) if values else 0.0


def _bare(name: str, header: Header) -> str:
    return next((known for known, given in header.repeated.items() if name in given), name)


def _is_day(text: str, epoch: date) -> bool:
    return parse_date(text, epoch) is not None


def _is_written_day(text: str, epoch: date) -> bool:
    return not text.strip().replace(".", "", 1).isdigit() and parse_date(text, epoch) is not None


def _is_amount(text: str, _epoch: date) -> bool:
    return parse_amount(text).value is not None


def _recurring(column: pl.Series, years: pl.Series) -> float:
    """Return the share of lines whose value is seen in at least half of the years, or 1 within a single year."""
    frame = pl.DataFrame({"value": column, "year": years}).drop_nulls()
    n = frame["year"].n_unique()
    if n < 2:
        return 1.0
    seen = frame.group_by("value").agg(pl.col("year").n_unique().alias("years"), pl.len().alias("lines"))
    return float(seen.filter(pl.col("years") * 2 >= n)["lines"].sum() / frame.height)


def _not_unique(role: Role, taken: str, others: Sequence[str], praise: Text) -> Text:
    told = ROLE_NAMES[role]
    left = "、".join(f"“{name}”" for name in others)
    return Text(
        f"{told.zh}列不止一个可能：取了“{taken}”{praise.zh}，没有取{left}；不对请用 --{role} 指定",
        f"the {told.en} column is not unique: {taken!r}{praise.en} was taken, not {', '.join(map(repr, others))};"
        f" choose another with --{role}",
    )
