"""How likely company, units and people reach what is asked of them, for several over-assignments, and which one to take."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from yunchou.calc.money import IntArray
from yunchou.calc.sales_months import FloatArray
from yunchou.calc.text import Text
from yunchou.calc.wording import chance, percent

OVERS = (0.0, 0.05, 0.10, 0.15, 0.20, 0.25)
PUBLISHED_OVER = Text(
    "公开的建议是 10–20%；软件业 44% 的公司加 11–25%，22% 不超过 11%（Zuora 财务负责人调查，2017，强度 D/B）",
    "Published advice is 10–20%; 44% of software firms add 11–25%, 22% at most 11% (survey of finance chiefs, Zuora 2017, strength D/B)",
)
# Half a core's second-level cache: what is compared stays there until it is counted.
_BLOCK_VALUES = 200_000
_MOST_ROWS = 250  # counts of a block fit a byte
_LOW, _HIGH = 0.1, 0.9
_HALF = 0.5
# Of thousands some always leave: what stays covers the target when at most a hundredth of it is open.
_COVERED = 0.99
_TINY = 1e-9  # a sum of shares of exactly a half may come out a hair below


@dataclass(frozen=True, kw_only=True)
class Reached:
    """How often results reached their quotas.

    ``people``: shape ``(levels, people)``, the share of paths on which each person did. ``units``: ``(levels, units)``.
    ``shares``: ``(levels, paths)``, the share of people who did on each path.
    """

    people: FloatArray
    units: FloatArray
    shares: FloatArray


def count_reached(results: FloatArray, quotas: FloatArray, unit_starts: IntArray, overs: Sequence[float] = (0.0,)) -> Reached:
    """Count on how many paths people, and their units together, reach their quotas raised by each over-assignment.

    One pass in blocks that stay in the processor's cache; nothing as large as ``results`` is made.

    Args:
        results: Shape ``(paths, people)``, what each brings on each path; people of one unit stand together.
        quotas: Shape ``(people,)``, in the same unit; nobody reaches a quota of 0 or less, for nothing was asked.
        unit_starts: Shape ``(units,)``, where each unit's people start, rising from 0.
        overs: Over-assignments, as shares on top.

    Source: own; the empirical distribution.
    """
    paths, count = results.shape
    levels = [quotas * (1 + over) for over in overs]
    asked = np.where(quotas > 0, 1.0, np.inf)
    levels = [np.where(np.isinf(asked), np.inf, level) for level in levels]
    by_unit = [np.add.reduceat(quotas, unit_starts) * (1 + over) for over in overs]
    people = np.zeros((len(overs), count), dtype=np.int64)
    units = np.zeros((len(overs), len(unit_starts)), dtype=np.int64)
    shares = np.zeros((len(overs), paths))
    rows = min(max(_BLOCK_VALUES // max(count, 1), 1), _MOST_ROWS)
    mask = np.empty((rows, count), dtype=np.bool_)
    for first in range(0, paths, rows):
        block = results[first : first + rows]
        hit = mask[: len(block)]
        together = np.add.reduceat(block, unit_starts, axis=1)
        for at, level in enumerate(levels):
            np.greater_equal(block, level, out=hit)
            people[at] += np.add.reduce(hit.view(np.uint8), axis=0, dtype=np.uint8)
            shares[at, first : first + rows] = np.count_nonzero(hit, axis=1)
            units[at] += ((together >= by_unit[at]) & (by_unit[at] > 0)).sum(axis=0)
    return Reached(people=people / paths, units=units / paths, shares=shares / max(int((quotas > 0).sum()), 1))


def joint_results(brought: FloatArray, spread: float, *, seed: int) -> FloatArray:
    """Return what each person brings on each path with a luck of their own, people's sum on a path unchanged.

    Args:
        brought: Shape ``(paths, people)``, each one's part of the path.
        spread: Standard deviation of the log of a person's luck, whose mean is 1.
        seed: Of everything random.

    Source: own; log-normal luck, as in ``attainment``.
    """
    random = np.random.default_rng([seed, 20260])
    lucky = brought * np.exp(spread * random.standard_normal(brought.shape) - spread**2 / 2)
    whole, sums = brought.sum(axis=1, keepdims=True), lucky.sum(axis=1, keepdims=True)
    results: FloatArray = lucky * np.divide(whole, sums, out=np.ones_like(whole), where=sums > 0)
    return results


@dataclass(frozen=True, kw_only=True)
class OverLine:
    """One over-assignment (share on top) and what it means; all probabilities and shares 0…1.

    ``company``: that the year reaches the target raised by it; ``unit``, ``person``: the mean over units and people that they
    reach theirs; ``people_low``, ``people_high``: 80 % interval of the share of people who do; ``in_seat``: that the quotas
    of those still here through the year sum to at least 99 % of the target.
    """

    over: float
    company: float
    unit: float
    person: float
    people_low: float
    people_high: float
    in_seat: float


@dataclass(frozen=True, kw_only=True)
class QuotaRisk:
    """The over-assignments that were weighed, the one to take at each level, and why.

    ``luck``: spread of a person's own luck; ``learned_from``: how many people it was learnt from, 0 for the settings' level.
    """

    lines: tuple[OverLine, ...]
    company: float
    unit: float
    person: float
    luck: float
    learned_from: int
    reasons: tuple[Text, ...]


def weigh_over_assignments(
    reached: Reached,
    totals_minor: FloatArray,
    target_minor: int,
    in_seat: FloatArray,
    *,
    people_at_target: float,
    certainty: float,
    luck: tuple[float, int],
) -> QuotaRisk:
    """Return the over-assignments with their risks, and the one to take at each level.

    A person's quota is raised only as far as leavers leave the target uncovered, and never so far that fewer people than
    wished reach theirs. A unit's is raised at most as far, while units reach theirs on average with even odds. The company's
    target is what was promised: it is not raised.

    Args:
        reached: Of ``OVERS``.
        totals_minor: Shape ``(paths,)``, the year with drivers.
        target_minor: The target.
        in_seat: Shape ``(draws,)``, the share of all quotas that stays with those still here.
        people_at_target: Share of people who are to reach theirs.
        certainty: Probability with which quotas of those who stay are to cover the target.
        luck: Spread of a person's own luck, and of how many people it was learnt.

    Source: own; docs/methods/quotas.md.
    """
    lines = []
    for at, over in enumerate(OVERS):
        low, high = np.quantile(reached.shares[at], [_LOW, _HIGH]).tolist()
        lines.append(
            OverLine(
                over=over,
                company=float((totals_minor >= target_minor * (1 + over) - 0.5).mean()),
                unit=float(reached.units[at].mean()),
                person=float(reached.shares[at].mean()),
                people_low=low,
                people_high=high,
                in_seat=float(((1 + over) * in_seat >= _COVERED).mean()),
            )
        )
    covering = next((line for line in lines if line.in_seat >= certainty), None)
    bearable = [line for line in lines if line.person >= people_at_target - _TINY]
    wished = percent(people_at_target, 0)
    sure = percent(certainty, 0)
    first = lines[0]
    reasons = [
        Text(
            "公司级不加：目标就是承诺的数",
            "nothing on top at the company: its target is what was promised",
        )
    ]
    if covering is first:
        person = 0.0
        reasons.append(
            Text(
                f"个人级不必加：即使有人离开，留下的人的指标仍有 {chance(first.in_seat)} 的把握覆盖目标",
                "nothing on top for people: even as some leave, the quotas of those who stay cover the target with"
                f" {chance(first.in_seat)}",
            )
        )
    elif not bearable:
        person = 0.0
        reasons.append(
            Text(
                f"个人级不加：不加时也只有 {percent(first.person, 0)} 的人能完成，低于希望的 {wished}；"
                f"流失的缺口要靠补人（留任者覆盖目标的把握 {chance(first.in_seat)}）",
                f"nothing on top for people: even so only {percent(first.person, 0)} reach theirs, below the wished {wished};"
                f" what leavers leave open needs hires (those who stay cover the target with {chance(first.in_seat)})",
            )
        )
    else:
        most = bearable[-1]
        wanted = covering or lines[-1]
        person = min(most.over, wanted.over)
        if person == wanted.over and covering is not None:
            reasons.append(
                Text(
                    f"个人级 {percent(person, 0)}：流失之后仍有 {chance(wanted.in_seat)} 的把握覆盖目标，"
                    f"{percent(wanted.person, 0)} 的人能完成",
                    f"{percent(person, 0)} for people: after leavers quotas still cover the target with {chance(wanted.in_seat)},"
                    f" and {percent(wanted.person, 0)} reach theirs",
                )
            )
        else:
            reasons.append(
                Text(
                    f"个人级 {percent(person, 0)}：再高，能完成的人就少于 {wished}；这时覆盖流失的把握只有 {chance(most.in_seat)}，"
                    f"不足 {sure}，缺口要靠补人",
                    f"{percent(person, 0)} for people: above it fewer than {wished} reach theirs; leavers are then covered with only"
                    f" {chance(most.in_seat)}, below {sure}: the rest needs hires",
                )
            )
    even = [line for line in lines if line.over <= person and line.unit >= _HALF]
    unit = even[-1].over if even else 0.0
    theirs = chance(lines[OVERS.index(unit)].unit)
    reasons.append(
        Text(
            f"部门级 {percent(unit, 0)}：不高于个人级，部门平均有 {theirs} 的把握完成",
            f"{percent(unit, 0)} for units: not above people's; units reach theirs with {theirs} on average",
        )
    )
    return QuotaRisk(lines=tuple(lines), company=0.0, unit=unit, person=person, luck=luck[0], learned_from=luck[1], reasons=tuple(reasons))
