"""Which target to recommend, and why: what missing and sandbagging cost, how many people reach theirs, how the market grows."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from yunchou.calc import reading
from yunchou.calc.attainment import Attainment, share_reaching, target_reached_by
from yunchou.calc.money import LARGEST_MINOR
from yunchou.calc.sales_months import FloatArray
from yunchou.calc.stakes import Market, Stakes
from yunchou.calc.target import probability_of, target_at
from yunchou.calc.text import Text
from yunchou.calc.wording import beside, chance, money, odds, percent

_CANDIDATES = tuple(at / 20 for at in range(19, 0, -1))
_SETTINGS = Text("plan.yaml 的设定", "set in plan.yaml")
_OF_COSTS = Text("本产品的假设，可在 plan.yaml 里改", "an assumption of this product, to be changed in plan.yaml")
_OF_PEOPLE = Text(
    "公开的设计水平：WorldatWork/BSC 指标实践调查，2012（强度 D：数据有说明），所见范围 50%–70%；"
    "个人差异由公开的完成率分布推出（Alexander Group 等，强度 B、S）",
    "published design level: WorldatWork/BSC quota practices study, 2012 (strength D: data described), 50–70% seen;"
    " how far people end apart follows published bands of attainment (Alexander Group and others, strength B, S)",
)


@dataclass(frozen=True, kw_only=True)
class Consideration:
    """One reason for a target: the target it leads to, with what probability the year reaches that, and what it rests on.

    ``name`` is ``cost``, ``people`` or ``market``; ``figures`` are its own numbers, shares 0…1.
    """

    name: Literal["cost", "people", "market"]
    target_minor: int
    probability: float
    figures: Mapping[str, float | int | None]
    source: Text
    reason: Text


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """What a target is expected to cost: by how much the year stays below it on average, by how much it ends above.

    ``cost_minor`` weighs the two by the stakes; ``people_share`` (0…1) of people are expected to reach their quota.
    """

    target_minor: int
    probability: float
    missing_minor: int
    sandbagging_minor: int
    cost_minor: int
    people_share: float


@dataclass(frozen=True, kw_only=True)
class Recommendation:
    """The target that the considerations lead to, beside the chosen one.

    ``recommended`` and ``chosen`` say what each costs; ``raised_minor`` is what floors added; ``candidates`` run from the
    most to the least certain; ``reasons`` say it in sentences.
    """

    recommended: Candidate
    chosen: Candidate
    raised_minor: int
    considerations: tuple[Consideration, ...]
    candidates: tuple[Candidate, ...]
    reasons: tuple[Text, ...]

    def is_among_candidates(self, one: Candidate) -> bool:
        """Tell whether a target lies within the range of the candidates."""
        return self.candidates[0].target_minor <= one.target_minor <= self.candidates[-1].target_minor


def recommend(
    totals_minor: FloatArray,
    *,
    chosen_minor: int,
    last_year_minor: int,
    stakes: Stakes,
    market: Market | None,
    attainment: Attainment,
    raised: Callable[[int], int],
    unit_minor: int,
    currency: str,
) -> Recommendation:
    """Return the target in the middle of what costs, people and the market ask for, and each of them.

    The costs alone lead to the target whose probability is cost of missing ÷ (cost of missing + cost of sandbagging), the
    people to the largest that the wished share of them is expected to reach, the market to last year grown as it does.
    The recommendation is their median (the mean of two), raised to what the floors need.

    Args:
        totals_minor: Shape ``(paths,)``, the year's total with drivers.
        chosen_minor: The plan's target.
        last_year_minor: What a whole year was; 0 where nothing is to be grown.
        stakes: What a person said of the costs and the people.
        market: The market's growth, or None.
        attainment: How people's results lie beside their quotas.
        raised: Returns a target with what floors add to it.
        unit_minor: The step of targets.
        currency: Of the amounts.

    Raises:
        BadInput: The market's growth leads beyond what can be counted exactly.

    Source:
        Newsvendor: K. J. Arrow, T. Harris, J. Marschak, "Optimal inventory policy", Econometrica 19(3), 1951. The median of
        the three is own; see docs/methods/which-target.md.
    """
    considerations = [
        _by_cost(totals_minor, stakes, unit_minor, currency),
        _by_people(totals_minor, stakes, attainment, unit_minor, currency),
    ]
    if market is not None and last_year_minor > 0:
        considerations.append(_by_market(totals_minor, market, last_year_minor, unit_minor, currency))
    middle = _median([found.target_minor for found in considerations]) // unit_minor * unit_minor
    target = raised(middle)

    def weighed(asked: int) -> Candidate:
        return _candidate(totals_minor, asked, stakes, attainment)

    found = Recommendation(
        recommended=weighed(target),
        chosen=weighed(chosen_minor),
        raised_minor=target - middle,
        considerations=tuple(considerations),
        candidates=tuple(weighed(asked) for asked in sorted({target_at(totals_minor, at, unit_minor) for at in _CANDIDATES})),
        reasons=(),
    )
    return Recommendation(**{**vars(found), "reasons": _reasons(found, currency)})


def _candidate(totals_minor: FloatArray, target_minor: int, stakes: Stakes, attainment: Attainment) -> Candidate:
    missing = float((target_minor - totals_minor).clip(min=0).mean())
    sandbagging = float((totals_minor - target_minor).clip(min=0).mean())
    return Candidate(
        target_minor=target_minor,
        probability=probability_of(totals_minor, target_minor),
        missing_minor=round(missing),
        sandbagging_minor=round(sandbagging),
        cost_minor=round(float(stakes.cost_of_missing) * missing + float(stakes.cost_of_sandbagging) * sandbagging),
        people_share=share_reaching(attainment, target_minor),
    )


def _by_cost(totals_minor: FloatArray, stakes: Stakes, unit_minor: int, currency: str) -> Consideration:
    wanted = stakes.cost_of_missing / (stakes.cost_of_missing + stakes.cost_of_sandbagging)
    target = target_at(totals_minor, float(wanted), unit_minor)
    ratio = f"{stakes.cost_of_missing / stakes.cost_of_sandbagging:.3g}"
    told = money(target, currency)
    return Consideration(
        name="cost",
        target_minor=target,
        probability=probability_of(totals_minor, target),
        figures={
            "cost_of_missing": float(stakes.cost_of_missing),
            "cost_of_sandbagging": float(stakes.cost_of_sandbagging),
            "wanted_probability": float(wanted),
        },
        source=_OF_COSTS if _as_by_default(stakes, "cost_of_missing", "cost_of_sandbagging") else _SETTINGS,
        reason=Text(
            f"没完成 1 元的代价，按目标定低 1 元的 {ratio} 倍计：代价最小的目标是把握为 {percent(float(wanted), 0)} 的 {told.zh}",
            f"missing by 1 costs {ratio} times what setting 1 too low costs: the cheapest target is {told.en},"
            f" reached with {percent(float(wanted), 0)}",
        ),
    )


def _by_people(totals_minor: FloatArray, stakes: Stakes, attainment: Attainment, unit_minor: int, currency: str) -> Consideration:
    target = target_reached_by(attainment, float(stakes.people_at_target), unit_minor)
    probability = probability_of(totals_minor, target)
    wanted, spread = percent(float(stakes.people_at_target), 0), percent(float(stakes.people_spread), 0)
    told, sure = money(target, currency), odds(probability)
    basis = (
        Text(f"没有人员名单，假设人人与公司同起落，另有 {spread} 的个人差异", f"no list of people: each as the company, {spread} apart")
        if attainment.people is None
        else Text(
            f"按 {attainment.people} 人的指标逐条路径推算，另有 {spread} 的个人差异",
            f"the quotas of {attainment.people} people, path by path, {spread} apart",
        )
    )
    return Consideration(
        name="people",
        target_minor=target,
        probability=probability,
        figures={
            "people_at_target": float(stakes.people_at_target),
            "people_spread": float(stakes.people_spread),
            "people": attainment.people,
        },
        source=_OF_PEOPLE if _as_by_default(stakes, "people_at_target") else _SETTINGS,
        reason=Text(
            f"要让 {wanted} 的人完成个人指标，目标最多定到 {told.zh}（全年把握{beside(sure.zh)}）；{basis.zh}",
            f"for {wanted} of people to reach theirs the target is at most {told.en} (reached with {sure.en}); {basis.en}",
        ),
    )


def _by_market(totals_minor: FloatArray, market: Market, last_year_minor: int, unit_minor: int, currency: str) -> Consideration:
    target, low, high = (
        int(last_year_minor * (1 + growth) // unit_minor) * unit_minor for growth in (market.growth, market.low, market.high)
    )
    if high >= LARGEST_MINOR:
        raise reading.refuse("market", "增速大得无法精确计算", "the growth is too large to be counted exactly")
    probability = probability_of(totals_minor, target)
    told, sure = money(target, currency), odds(probability)
    zh_range = "" if low == high else f"（{percent(float(market.low))} 至 {percent(float(market.high))}）"
    en_range = "" if low == high else f" ({percent(float(market.low))} to {percent(float(market.high))})"
    return Consideration(
        name="market",
        target_minor=target,
        probability=probability,
        figures={
            "growth": float(market.growth),
            "low": float(market.low),
            "high": float(market.high),
            "low_target_minor": low,
            "high_target_minor": high,
            "low_probability": probability_of(totals_minor, low),
            "high_probability": probability_of(totals_minor, high),
        },
        source=Text(market.source, market.source) if market.source else _SETTINGS,
        reason=Text(
            f"市场预计增长 {percent(float(market.growth))}{zh_range}：要守住份额，目标应为 {told.zh}（全年把握{beside(sure.zh)}）",
            f"the market is expected to grow by {percent(float(market.growth))}{en_range}:"
            f" keeping the share takes {told.en} (reached with {sure.en})",
        ),
    )


def _as_by_default(stakes: Stakes, *names: str) -> bool:
    return all(getattr(stakes, name) == getattr(Stakes(), name) for name in names)


def _median(values: Sequence[int]) -> int:
    ordered = sorted(values)
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) // 2


def _reasons(found: Recommendation, currency: str) -> tuple[Text, ...]:
    asked, chosen = found.recommended, found.chosen
    told, sure = money(asked.target_minor, currency), odds(asked.probability)
    how = (
        Text("取三项考虑的中间一个", "the middle of three considerations")
        if len(found.considerations) > 2
        else Text("取两项考虑的平均", "the mean of two considerations")
    )
    people = chance(asked.people_share)
    reasons = [
        Text(
            f"推荐目标 {told.zh}，全年把握{beside(sure.zh)}，预计 {people} 的人完成个人指标；{how.zh}",
            f"recommended: {told.en}, reached with {sure.en}, {people} of people at theirs; {how.en}",
        )
    ]
    if found.raised_minor:
        more = money(found.raised_minor, currency)
        reasons.append(
            Text(f"推荐目标中有 {more.zh}是增长下限抬高的", f"{more.en} of the recommended target was added by the floors"),
        )
    apart = chosen.target_minor - asked.target_minor
    if apart and asked.target_minor:
        size, share = money(abs(apart), currency), percent(abs(apart) / asked.target_minor)
        cost, saved = money(abs(chosen.cost_minor - asked.cost_minor), currency), chosen.cost_minor > asked.cost_minor
        reasons.append(
            Text(
                f"所选目标比推荐{'高' if apart > 0 else '低'} {size.zh}（{share}），预计 {chance(chosen.people_share)} 的人完成；"
                f"按设定的代价，预计{'多' if saved else '少'}付出 {cost.zh}",
                f"the chosen target lies {size.en} ({share}) {'above' if apart > 0 else 'below'} it, with"
                f" {chance(chosen.people_share)} of people at theirs; at the stated costs it is expected to cost"
                f" {cost.en} {'more' if saved else 'less'}",
            )
        )
    elif not apart:
        reasons.append(Text("所选目标就是推荐目标", "the chosen target is the recommended one"))
    below = [one for one in found.considerations if one.name == "market" and chosen.target_minor < one.target_minor]
    if below:
        lost = money(below[0].target_minor - chosen.target_minor, currency)
        reasons.append(
            Text(
                f"所选目标比跟上市场少 {lost.zh}：即使完成，份额也会下降",
                f"the chosen target is {lost.en} short of the market's growth: even when reached, share is lost",
            )
        )
    return tuple(reasons)
