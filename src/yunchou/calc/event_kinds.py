"""What an event in the history is, where it may lie, and the sentence that names it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np
import polars as pl

from yunchou.calc.baseline_grid import BoolArray, FloatArray, Grid, group_sums
from yunchou.calc.text import Lang, Text

Kind = Literal["giant_order", "break", "stock_out", "price", "returns"]
Treat = Literal["once", "recurring", "replace", "keep"]
Where = tuple[tuple[str, tuple[str, ...]], ...]

# how each kind may be treated; the first is what happens without a mark
TREATS: Mapping[Kind, tuple[Treat, ...]] = {
    "giant_order": ("recurring", "once", "keep"),
    "break": ("replace", "keep"),
    "stock_out": ("keep", "replace"),
    "price": ("keep", "replace"),
    "returns": ("keep",),
}
# what carries less of a year than this is not looked at for breaks and silences: it could not move the year
SCANNED_SHARE = 0.05
# what moves a year by less is not named
MATERIAL = 0.03
# a part explains an event of the whole when it holds this much of it
_EXPLAINS = 0.6

_NAMES: Mapping[Kind, Text] = {
    "giant_order": Text("大单", "giant order"),
    "break": Text("水平变化", "lasting change of level"),
    "stock_out": Text("断货或停售", "stock-out or silence"),
    "price": Text("调价", "price change"),
    "returns": Text("净退货", "returns exceed sales"),
}
_COLUMNS = {"product": "产品", "region": "区域", "customer": "客户", "order": "订单"}
_TIERS = {"star": "明星", "potential": "潜力", "base": "基础"}
_LABEL = re.compile(r"(^| \+ )(order|customer) ")
_TREATED: Mapping[tuple[Kind, Treat], Text] = {
    ("giant_order", "recurring"): Text(
        "预测不把它当作平常水平，而是作为偶发大单按历史频率放回",
        "the models do not learn it; it may happen again as a rare order, as often as seen",
    ),
    ("giant_order", "once"): Text("预测不计入它，以后也不再出现", "left out of what the models learn, and not expected again"),
    ("break", "replace"): Text("预测以变化之后的水平为准，季节规律取自全部历史", "the level is learnt from after it, the season from all"),
    ("stock_out", "keep"): Text(
        "预测照实使用，不补数；如应补齐请标记 replace", "kept as it is, nothing is invented; mark it `replace` to fill it in"
    ),
    ("stock_out", "replace"): Text("预测按平常水平补齐这一段", "filled in with what was usual"),
    ("price", "keep"): Text("预测照实使用，新价格已在最近的销售里", "kept as it is: recent sales have the new price in them"),
    ("price", "replace"): Text("调价前的金额折算到新价格", "earlier amounts are brought to the new price"),
}


@dataclass(frozen=True, kw_only=True)
class Event:
    """Something in the history that is no ordinary month.

    ``where`` lists key columns and their values (empty: the whole); ``first`` and ``last`` are first days of periods;
    ``size`` is signed, as a share of the whole's usual year at that time; ``evidence`` holds plain numbers, amounts in
    the unit of the history. ``label`` names an order or customer. ``reason`` is a person's; empty where found.
    """

    kind: Kind
    where: Where
    first: date
    last: date
    size: float
    evidence: Mapping[str, float]
    treat: Treat
    label: str = ""
    reason: str = ""

    @property
    def sentence(self) -> Text:
        """Return what was seen, and what the forecast does with it."""
        return say_event(self)

    def told(self, lang: Lang) -> dict[str, object]:
        """Return the event as plain values; names never change with the language."""
        return {
            "kind": self.kind,
            "where": dict(self.where),
            "from": self.first.isoformat(),
            "to": self.last.isoformat(),
            "size": self.size,
            "evidence": dict(self.evidence),
            "treat": self.treat,
            "label": self.label,
            "reason": self.reason,
            "sentence": self.sentence.told(lang),
        }


@dataclass(frozen=True, kw_only=True)
class Scope:
    """A part of the history that is looked at: its place, its sums by period, and its first period with a line."""

    where: Where
    values: FloatArray
    first: int


@dataclass(frozen=True, kw_only=True)
class Found:
    """A candidate: periods ``start`` … ``end`` (included), its signed amount in a year, and how clear it is (larger is clearer)."""

    where: Where
    start: int
    end: int
    amount: float
    score: float
    evidence: Mapping[str, float]
    label: str = ""


def where_of(keys: Sequence[str], values: Sequence[str]) -> Where:
    """Return a place in one order of its columns."""
    return tuple(sorted((key, (value,)) for key, value in zip(keys, values, strict=True)))


def rows_of(series: pl.DataFrame, where: Where, count: int) -> BoolArray:
    """Return which bottom series lie in a place, shape ``(series,)``."""
    rows = np.ones(count, dtype=np.bool_)
    for column, values in where:
        rows &= series[column].is_in(list(values)).to_numpy()
    return rows


def scopes_of(grid: Grid) -> list[Scope]:
    """Return the whole, then each key column's values, then the bottom series, that carry at least 5 % of all or of the last year.

    Source: own.
    """
    keys = grid.series.columns
    found = [Scope(where=(), values=grid.top, first=int(grid.first.min(initial=0)))]
    levels = [[key] for key in keys] + ([list(keys)] if len(keys) > 1 else [])
    recent = slice(max(0, len(grid.periods) - 12), None)
    for by in levels:
        groups, index = grid.groups(by)
        sums = group_sums(grid.values, index, groups.height)
        opened = np.full(groups.height, len(grid.periods), dtype=np.int64)
        np.minimum.at(opened, index, grid.first)
        size = np.abs(sums)
        whole, late = max(float(size.sum()), 1e-300), max(float(size[:, recent].sum()), 1e-300)
        share = np.maximum(size.sum(axis=1) / whole, size[:, recent].sum(axis=1) / late)
        if groups.height > 1:
            found += [
                Scope(where=where_of(by, groups.row(row)), values=sums[row], first=int(opened[row]))
                for row in np.flatnonzero(share >= SCANNED_SHARE).tolist()
            ]
    return found


def year_about(values: FloatArray, season: int) -> FloatArray:
    """Return, for each period, what a year about it comes to without that period; shape ``(periods,)``.

    Source: own.
    """
    count, half = len(values), max(1, season // 2)
    sums = np.concatenate([[0.0], np.cumsum(values)])
    start = np.maximum(np.arange(count) - half, 0)
    end = np.minimum(np.arange(count) + half + 1, count)
    others = np.maximum(end - start - 1, 1)
    # a year of next to nothing is only the rounding of sums
    year = np.asarray(season * (sums[end] - sums[start] - values) / others)
    return np.where(np.abs(year) < 1e-9 * float(np.abs(values).sum()), 0.0, year)


def _holds(outer: Where, inner: Where) -> bool:
    return set(outer) <= set(inner)


def _apart(one: Where, other: Where) -> bool:
    there = dict(other)
    return any(column in there and not set(values) & set(there[column]) for column, values in one)


def narrowest(found: Sequence[Found], *, near: int) -> list[Found]:
    """Keep one candidate for each event: the narrowest that explains at least 60 % of what holds it.

    Candidates overlap when neither place excludes the other and they start within ``near`` periods.

    Source: own.
    """
    kept: list[Found] = []
    for one in sorted(found, key=lambda item: (len(item.where), bool(item.label), -item.score, item.start, item.where, item.label)):
        rivals = [other for other in kept if abs(other.start - one.start) <= near and not _apart(one.where, other.where)]
        if all(_holds(rival.where, one.where) and one.amount / rival.amount >= _EXPLAINS for rival in rivals):
            kept = [other for other in kept if other not in rivals] + [one]
    return sorted(kept, key=lambda item: (item.start, item.where, item.label))


def told_day(day: date) -> str:
    """Return a period's first day as it is said: a month where it starts one."""
    return f"{day:%Y-%m}" if day.day == 1 else f"{day:%Y-%m-%d}"


def told_where(where: Where, label: str = "") -> Text:
    """Return a place as it is said; the columns that we name ourselves, and tiers, in the reader's language."""
    zh = [f"{_COLUMNS.get(column, column)}={'/'.join(_tier(column, value) for value in values)}" for column, values in where]
    en = [f"{column}={'/'.join(values)}" for column, values in where]
    if label:
        zh.append(_LABEL.sub(lambda found: f"{found[1]}{_COLUMNS[found[2]]} ", label))
        en.append(label)
    return Text("，".join(zh) or "整体", ", ".join(en) or "the whole")


def _tier(column: str, value: str) -> str:
    return _TIERS.get(value, value) if column == "product" else value


def _share(size: float) -> str:
    return f"{abs(size):.0%}" if abs(size) >= 0.1 else f"{abs(size):.1%}"


def say_event(event: Event) -> Text:
    """Return one sentence: when and where, what was seen, what the forecast does with it, and a person's reason."""
    number, size = event.evidence, _share(event.size)
    first, last = told_day(event.first), told_day(event.last)
    span = Text(first, first) if event.first == event.last else Text(f"{first} 至 {last}", f"{first} to {last}")
    place = told_where(event.where, event.label)
    if event.kind == "giant_order":
        amount, usual = f"{number['amount']:,.0f}", f"{number['usual']:,.0f}"
        seen = Text(f"金额 {amount}，相当于一年的 {size}（平常约 {usual}）", f"{amount}, {size} of a year (usual: {usual})")
    elif event.kind == "break":
        change = number["factor"] - 1
        seen = Text(
            f"从此{'上' if change > 0 else '下'}了一个台阶（{change:+.0%}，扣除趋势和季节），影响全年的 {size}",
            f"{change:+.0%} from then on beyond trend and season, {size} of a year",
        )
    elif event.kind == "stock_out":
        lost = f"{number['lost']:,.0f}"
        seen = Text(
            f"几乎没有销售，前后都正常，估计少卖 {lost}（一年的 {size}）",
            f"next to nothing sold, though before and after it was: about {lost} lost ({size} of a year)",
        )
    elif event.kind == "price":
        change = number["factor"] - 1
        prices = f" {number['before']:,.2f} → {number['after']:,.2f}" if "before" in number else ""
        seen = Text(f"单价{prices}（{change:+.0%}），影响全年的 {size}", f"unit price{prices} ({change:+.0%}), {size} of a year")
    else:
        amount = f"{number['amount']:,.0f}"
        seen = Text(f"退货多于销售，净额 {amount}（一年的 {size}）", f"net {amount} ({size} of a year)")
    name = _NAMES[event.kind]
    does = _TREATED.get((event.kind, event.treat), Text("预测照实使用", "kept as it is"))
    why = Text(f"（人工标记：{event.reason}）", f" (marked by hand: {event.reason})") if event.reason else Text("", "")
    return Text(
        f"{span.zh} {name.zh}：{place.zh}，{seen.zh}；{does.zh}{why.zh}", f"{span.en}, {name.en}: {place.en}: {seen.en}; {does.en}{why.en}"
    )
