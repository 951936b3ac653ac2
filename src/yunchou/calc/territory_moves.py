"""What moving one account to another person would do, told at once; and why each account went where it went."""

from dataclasses import dataclass

import numpy as np

from yunchou.calc.errors import BadInput
from yunchou.calc.reading import nearest
from yunchou.calc.sharing import TOLERANCE
from yunchou.calc.territory import Assignment
from yunchou.calc.territory_refusals import LACKS, METERS
from yunchou.calc.territory_rules import lacks
from yunchou.calc.text import Text
from yunchou.calc.wording import percent

_PLACES = (
    Text("同城", "in the same city"),
    Text("同地级市", "in the same prefecture"),
    Text("同省", "in the same province"),
    Text("同大区", "in the same region"),
    Text("不在同一大区", "outside the region"),
)
_LOCK = Text("锁定", "lock")


@dataclass(frozen=True, kw_only=True)
class Move:
    """The effect of giving one account to another person.

    ``shares``: by meter the shares of the person who gives and of the one who takes, ``(before, after)`` each. ``total_change``: what
    the whole assignment costs more (below zero: less), in the unit of its total. ``breaks``: the rules and caps it would break.
    """

    account: str
    giver: str
    taker: str
    shares: dict[str, tuple[tuple[float, float], tuple[float, float]]]
    steps: tuple[int, int]
    total_change: float
    breaks: tuple[str, ...]

    def told(self) -> Text:
        """Return one sentence."""
        name, ((before, after), (had, has)) = next(iter(self.shares.items()))
        measured = METERS[name]
        near, far = _PLACES[self.steps[0]], _PLACES[self.steps[1]]
        zh = (
            f"“{self.account}”由 {self.giver} 转给 {self.taker}：{self.giver} 的{measured.zh}由 {percent(before, 0)}"
            f" 变为 {percent(after, 0)}，{self.taker} 由 {percent(had, 0)} 变为 {percent(has, 0)}；"
            f"{near.zh if near == far else f'{near.zh}变为{far.zh}'}"
        )
        en = (
            f"“{self.account}” from {self.giver} to {self.taker}: {self.giver}'s {measured.en} goes from {percent(before, 0)} to"
            f" {percent(after, 0)}, {self.taker}'s from {percent(had, 0)} to {percent(has, 0)} of a full share;"
            f" {near.en if near == far else f'{near.en} becomes {far.en}'}"
        )
        if self.breaks:
            zh += f"；不符：{'、'.join(_broken(one).zh for one in self.breaks)}"
            en += f"; breaks: {', '.join(_broken(one).en for one in self.breaks)}"
        verdict = (
            Text("整体变好", "better in all")
            if self.total_change < -TOLERANCE
            else Text("整体变差", "worse in all")
            if self.total_change > TOLERANCE
            else Text("整体不变", "no difference in all")
        )
        return Text(f"{zh}；{verdict.zh}", f"{en}; {verdict.en}")


def _broken(rule: str) -> Text:
    return (LACKS | METERS).get(rule, _LOCK)


def effect_of_move(assignment: Assignment, account: str, person: str) -> Move:
    """Return what giving one account to another person would do, by the two people alone: no new search.

    Raises:
        BadInput: The account or the person is not known; the nearest name is told.

    Source:
        Own.
    """
    at = _find([one.name for one in assignment.accounts], account, Text("客户", "account"))
    taker = _find([one.name for one in assignment.people], person, Text("人员", "person"))
    giver = int(assignment.given[at])
    one = assignment.accounts[at]
    breaks = list(lacks(one, assignment.people[taker])) if giver != taker else []
    if one.person is not None and one.person != person:
        breaks.append("lock")
    shares, change = {}, float(assignment.costs[at, taker] - assignment.costs[at, giver])
    for meter in assignment.sharing.meters:
        before = meter.shares(assignment.given)
        moved = assignment.given.copy()
        moved[at] = taker
        after = meter.shares(moved)
        shares[meter.name] = ((float(before[giver]), float(after[giver])), (float(before[taker]), float(after[taker])))
        worse = meter.beyond(after) - meter.beyond(before)
        if meter.price is not None:
            change += meter.price * float(worse.sum())
        elif float(worse.max()) > TOLERANCE:
            breaks.append(meter.name)
    return Move(
        account=account,
        giver=assignment.people[giver].name,
        taker=person,
        shares=shares,
        steps=(int(assignment.steps[at, giver]), int(assignment.steps[at, taker])),
        total_change=change,
        breaks=tuple(breaks),
    )


def _find(names: list[str], name: str, kind: Text) -> int:
    if name not in names:
        near = nearest(name, names)
        raise BadInput(Text(f"没有{kind.zh}“{name}”，最接近的是 {near}", f"there is no {kind.en} “{name}”; the nearest is {near}"))
    return names.index(name)


def reasons(assignment: Assignment) -> list[Text]:
    """Return for each account, in order, why its person has it.

    Source:
        Own.
    """
    allowed = np.isfinite(assignment.sharing.cost)
    alone = allowed.sum(axis=1) == 1
    meter = assignment.sharing.meters[0]
    measured = METERS[meter.name]
    held = meter.shares_held(assignment.owners)
    told = []
    for at, (account, person) in enumerate(zip(assignment.accounts, assignment.given.tolist(), strict=True)):
        name, owner = assignment.people[person].name, int(assignment.owners[at])
        near = _PLACES[assignment.steps[at, person]]
        if account.person is not None:
            told.append(Text(f"锁定给 {name}", f"locked to {name}"))
        elif alone[at]:
            told.append(Text(f"只有 {name} 可以服务", f"{name} alone may serve it"))
        elif owner == person:
            told.append(Text(f"原由 {name} 负责，{near.zh}", f"stays with {name}, {near.en}"))
        elif owner < 0:
            told.append(Text(f"原无人负责，{name} {near.zh}", f"nobody had it; {name} is {near.en}"))
        elif not allowed[at, owner]:
            told.append(
                Text(
                    f"{assignment.people[owner].name} 不能再服务，{name} {near.zh}",
                    f"{assignment.people[owner].name} may not serve it any more; {name} is {near.en}",
                )
            )
        elif assignment.steps[at, person] < assignment.steps[at, owner]:
            told.append(Text(f"{name} {near.zh}，比原来的人近", f"{name} is {near.en}, nearer than who had it"))
        else:
            before, today = assignment.people[owner].name, percent(float(held[owner]), 0)
            told.append(
                Text(
                    f"为均衡：{before} 现有的{measured.zh}是应得的 {today}；{name} {near.zh}",
                    f"for balance: {before} has {today} of a full {measured.en} today; {name} is {near.en}",
                )
            )
    return told
