"""Why this number? What it means, how it was made, from what, and when."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from yunchou.common.errors import NotFound
from yunchou.planning.selectors.basis import Basis, load, month_after
from yunchou.planning.selectors.figures import Operand, Source, SourceRow, Why
from yunchou.planning.selectors.home import step_name, tier_name
from yunchou.planning.selectors.keys import MONTHS, TIERS, UNPLANNED, WHOLE, Key, Measure, Part, parse
from yunchou.planning.selectors.measures import figure, lines_of, of_part
from yunchou.planning.selectors.wording import assumptions_of, definition_of, formula_of, name_of, step_formula
from yunchou.revenue import selectors as revenue

if TYPE_CHECKING:
    from yunchou.org.models import User

ROWS_SHOWN = 20
# Outcomes below which a stated probability cannot be tested (docs/methods/forecast.md).
ENOUGH_OUTCOMES = 20
FROM_THE_LEDGER = frozenset({"attained", "attainment", "ahead", "ahead_share", "behind"})
ASSUMING = frozenset({"probability", "median", "quantile", "scenario_probability", "scenario_target"})
ABOUT_THE_FORECAST = frozenset({"probability", "median", "quantile", "scenario_probability", "scenario_target", "step"})
# What each ratio or difference is made of, by the same place and months.
_PARTS: dict[str, tuple[Measure, ...]] = {
    "growth": ("target", "last_year"),
    "attainment": ("attained", "target"),
    "ahead": ("attained", "expected"),
    "ahead_share": ("attained", "expected"),
    "behind": ("expected", "attained"),
    "probability": ("target", "median"),
}


def why(*, actor: "User", key: str, now: datetime) -> Why:
    """Explain the figure that ``key`` names, within the actor's data scope.

    Raises:
        NotFound: No such figure, or not in the actor's scope.
    """
    asked = parse(key)
    basis = None if asked is None else load(actor=actor, now=now)
    if asked is None or basis is None:
        raise _missing()
    found = figure(basis, asked)
    if found is None or found.value is None or not _is_known(basis, asked):
        raise _missing()
    is_live = asked.measure in FROM_THE_LEDGER or (asked.measure == "last_year" and not basis.is_company)
    return Why(
        figure=found,
        name=_name(basis, asked),
        place=_place(basis, asked),
        definition=definition_of(asked.measure, is_company=basis.is_company),
        formula=step_formula(_step(basis, asked)["step"]) if asked.measure == "step" else formula_of(asked.measure),
        operands=_operands(basis, asked),
        notes=_notes(basis, asked),
        source=_source(basis, asked),
        computed_at=now if is_live or asked.measure in {"expected", "rows_changed"} else basis.version.calculated_at,
        fingerprint="" if is_live else basis.version.fingerprint,
    )


def _missing() -> NotFound:
    return NotFound(_("没有找到这个数，或不在您的数据范围内"))


def _is_known(basis: Basis, key: Key) -> bool:
    place = (key.part.region, key.part.tier)
    return place == (WHOLE.region, WHOLE.tier) or place in basis.target or place in basis.last_year or place in basis.attained


def _step(basis: Basis, key: Key) -> Mapping[str, Any]:
    step: Mapping[str, Any] = basis.evidence["waterfall"][key.number or 0]
    return step


def _name(basis: Basis, key: Key) -> str:
    number = key.number or 0
    match key.measure:
        case "step":
            return step_name(_step(basis, key))
        case "quantile":
            return _("有 %(chance)s%% 把握达到的全年总额") % {"chance": 100 - number}
        case "scenario_target" | "scenario_probability":
            return f"{basis.evidence['scenarios'][number]['name']} · {name_of(key.measure)}"
        case _:
            return name_of(key.measure)


def _place(basis: Basis, key: Key) -> str:
    region, tier, first, last = key.part
    words = [basis.region_names[region] if region else basis.reach.name]
    if tier:
        words.append(tier_name(tier))
    if (first, last) == (WHOLE.first, WHOLE.last):
        words.append(str(basis.version.plan.year))
    else:
        words.append(" – ".join(f"{basis.month(number):%Y-%m}" for number in dict.fromkeys((first, last))))
    return " · ".join(words)


def _operands(basis: Basis, key: Key) -> tuple[Operand, ...]:
    match key.measure:
        case "step":
            keys = [Key("step", number=number) for number in range(key.number or 0)]
            found = [(step_name(_step(basis, before)), figure(basis, before)) for before in keys]
            if _step(basis, key)["step"] == "beyond_expectation":
                found.insert(0, (name_of("target"), of_part(basis, "target")))
        case "target":
            found = [(name, of_part(basis, "target", part)) for name, part in _below(basis, key.part)]
        case "expected":
            found = [(name, of_part(basis, "target", part)) for name, part in _due(basis, key.part)]
        case _:
            found = [(name_of(part), figure(basis, Key(part, key.part))) for part in _PARTS.get(key.measure, ())]
    return tuple(Operand(name=name, figure=part) for name, part in found if part is not None and part.value is not None)


def _due(basis: Basis, part: Part) -> list[tuple[str, Part]]:
    """Return the months whose targets are due: those gone in one where they begin the year, and the one that runs."""
    gone, running = min(part.last, basis.months_gone), basis.months_gone + 1
    months = [(f"{basis.month(month):%Y-%m}", part._replace(first=month, last=month)) for month in range(part.first, gone + 1)]
    if part.first == 1 and gone > 1:
        months = [(_("已过整月的目标"), part._replace(last=gone))]
    if part.first <= running <= part.last:
        months.append((_("本月目标"), part._replace(first=running, last=running)))
    return months


def _below(basis: Basis, part: Part) -> list[tuple[str, Part]]:
    """Return what a target is the sum of: the regions of the whole, the product tiers of a region, the quarters or months of a tier."""
    if part.tier:
        if part.last - part.first == MONTHS - 1:
            return [(f"Q{last // 3}", part._replace(first=last - 2, last=last)) for last in range(3, MONTHS + 1, 3)]
        months = range(part.first, part.last + 1) if part.last > part.first else ()
        return [(f"{basis.month(month):%Y-%m}", part._replace(first=month, last=month)) for month in months]
    if part.region:
        tiers = [tier for tier in TIERS if (part.region, tier) in basis.target]
        return [(tier_name(tier), part._replace(tier=tier)) for tier in tiers]
    regions = dict.fromkeys(region for region, _tier in basis.target if region)
    return [(basis.region_names[region], part._replace(region=region)) for region in sorted(regions)]


def _notes(basis: Basis, key: Key) -> tuple[str, ...]:
    notes: list[str] = []
    version = basis.version
    notes.append(
        _("计划第 %(number)s 版，依据 %(first)s 至 %(last)s 的 %(lines)s 行销售明细")
        % {
            "number": version.number,
            "first": f"{version.source_from:%Y-%m}",
            "last": f"{version.source_before - timedelta(days=1):%Y-%m}",
            "lines": f"{version.source_lines:,}",
        }
    )
    if key.measure in ASSUMING:
        notes.extend(_assumptions(basis))
    if key.measure in ABOUT_THE_FORECAST:
        notes.extend(_method(basis))
    if key.measure == "expected" and key.part.first <= basis.months_gone + 1 <= key.part.last:
        days, of_days = basis.running_share
        notes.append(_("本月已过 %(days)s 天，全月 %(of_days)s 天") % {"days": days, "of_days": of_days})
    if key.measure == "step":
        notes.extend(_driver(basis, _step(basis, key)["step"]))
    # Why a product or a region stands where it stands is told in the company's growth and margins.
    if not basis.is_company:
        return tuple(notes)
    if key.part.tier and key.part.tier != UNPLANNED:
        notes.extend(
            _named(product["name"], product["reason"]) for product in basis.evidence["products"] if product["tier"] == key.part.tier
        )
    if key.part.region:
        name = basis.region_names[key.part.region]
        notes.extend(_named(name, region["reason"]) for region in basis.evidence["regions"] if region["name"] == name)
    return tuple(notes)


def _method(basis: Basis) -> list[str]:
    method = basis.evidence["method"]
    cover, outcomes = method.get("cover80"), method.get("outcomes")
    if not isinstance(cover, int | float) or not outcomes:
        return [_("历史太短，区间无法用自己的数据检验，采用公开发表的预测误差，已放宽")]
    told = _("预测的检验：从过去 %(origins)s 个时点各预测一次（互不重叠的 %(outcomes)s 个），80%% 区间实际覆盖 %(cover)s%%") % {
        "origins": method.get("origins"),
        "outcomes": outcomes,
        "cover": round(cover * 100),
    }
    return [told + _("；互不重叠的结果太少，只能参考") if outcomes < ENOUGH_OUTCOMES else told]


def _assumptions(basis: Basis) -> list[str]:
    names = assumptions_of(basis.evidence)
    # What is assumed is told to those who may see the company's own figures.
    if not names or not basis.is_company:
        return []
    return [_("若下列假设成立："), *(f"{name}：{line}" for name in names for line in _driver(basis, name))]


def _driver(basis: Basis, step: str) -> list[str]:
    for driver in basis.evidence["drivers"]:
        if driver["name"] == step and "probability" in driver:
            return [
                _("增量假设：低 %(low)s、中 %(likely)s、高 %(high)s，发生的可能性 %(probability)s")
                % {name: _percent(driver.get(name)) for name in ("low", "likely", "high", "probability")}
            ]
    return []


def _percent(value: Any) -> str:
    return "–" if value is None else f"{float(value) * 100:.1f}%"


def _named(name: str, reason: dict[str, str]) -> str:
    told = reason["zh" if (get_language() or "zh").startswith("zh") else "en"]
    return _("%(name)s：%(reason)s") % {"name": name, "reason": told}


def _source(basis: Basis, key: Key) -> Source:
    year_before = month_after(basis.starts_on, -MONTHS)
    if key.measure in FROM_THE_LEDGER:
        first = basis.starts_on
    elif key.measure == "last_year":
        first = year_before
    else:
        version = basis.version
        return Source(
            kind="plan_version",
            rows=version.source_lines,
            sum_minor=version.source_sum_minor if basis.is_company else None,
            from_on=version.source_from,
            before_on=version.source_before,
            first_rows=(),
        )
    from_on, before_on = month_after(first, key.part.first - 1), month_after(first, key.part.last)
    region, tier = key.part.region, key.part.tier
    tiers = basis.tier_of_product
    found = revenue.order_lines_within(reach=basis.reach).filter(on__gte=from_on, on__lt=before_on)
    if region:
        found = found.filter(region_id=region)
    if tier == UNPLANNED:
        found = found.exclude(product_id__in=list(tiers))
    elif tier:
        found = found.filter(product_id__in=[product for product, given in tiers.items() if given == tier])
    if key.measure in FROM_THE_LEDGER:
        rows, total = lines_of(basis, key.part), of_part(basis, "attained", key.part).value
    else:
        sums = revenue.month_sums(reach=basis.reach, from_month=from_on, before_month=before_on)
        chosen = [s for s in sums if region in {0, s.region_id} and tier in {"", tiers.get(s.product_id, UNPLANNED)}]
        rows, total = sum(s.lines for s in chosen), sum(s.amount_minor for s in chosen)
    return Source(
        kind="order_lines",
        rows=rows,
        sum_minor=total,
        from_on=from_on,
        before_on=before_on,
        first_rows=tuple(
            SourceRow(
                on=line.on,
                order_code=line.order_code,
                line_no=line.line_no,
                account=line.account.name,
                product=line.product.name,
                region=line.region.name,
                person=line.person.name,
                amount_minor=line.amount_minor,
                is_reversal=line.reverses_id is not None,
            )
            for line in found.select_related("account", "product", "region", "person")[:ROWS_SHOWN]
        ),
    )
