"""Why this number? What it means, how it was made, from what, and when."""

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
from yunchou.planning.selectors.wording import definition_of, formula_of, name_of
from yunchou.revenue import selectors as revenue

if TYPE_CHECKING:
    from yunchou.org.models import User

ROWS_SHOWN = 20
FROM_THE_LEDGER = frozenset({"attained", "attainment", "expected", "ahead", "ahead_share", "behind"})
# What each ratio or difference is made of, by the same place and months.
_PARTS: dict[str, tuple[Measure, ...]] = {
    "growth": ("target", "last_year"),
    "attainment": ("attained", "target"),
    "expected": ("target",),
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
        formula=formula_of(asked.measure),
        operands=_operands(basis, asked),
        notes=_notes(basis, asked),
        source=_source(basis, asked),
        computed_at=now if is_live or asked.measure == "rows_changed" else basis.version.calculated_at,
        fingerprint="" if is_live else basis.version.fingerprint,
    )


def _missing() -> NotFound:
    return NotFound(_("没有找到这个数，或不在您的数据范围内"))


def _is_known(basis: Basis, key: Key) -> bool:
    place = (key.part.region, key.part.tier)
    return place == (WHOLE.region, WHOLE.tier) or place in basis.target or place in basis.last_year or place in basis.attained


def _name(basis: Basis, key: Key) -> str:
    number = key.number or 0
    match key.measure:
        case "step":
            return step_name(basis.evidence["waterfall"][number]["step"])
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
    if key.measure == "step":
        steps = basis.evidence["waterfall"]
        others = range(key.number or 0)
        found = [(step_name(steps[number]["step"]), figure(basis, Key("step", number=number))) for number in others]
    elif key.measure == "target":
        found = [(name, of_part(basis, "target", part)) for name, part in _below(basis, key.part)]
    else:
        found = [(name_of(part), figure(basis, Key(part, key.part))) for part in _PARTS.get(key.measure, ())]
    return tuple(Operand(name=name, figure=part) for name, part in found if part is not None and part.value is not None)


def _below(basis: Basis, part: Part) -> list[tuple[str, Part]]:
    """Return the parts that a target is the sum of: the regions of the whole, the product tiers of a region."""
    if part.tier:
        return []
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
    if key.measure in {"probability", "median", "quantile", "scenario_probability", "scenario_target"} or key.measure == "step":
        notes.extend(_method(basis))
    if key.measure == "step":
        notes.extend(_driver(basis, key.number or 0))
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
    if isinstance(cover, int | float) and outcomes:
        return [
            _("预测在过去的回测中：80%% 区间实际覆盖 %(cover)s%%（%(outcomes)s 个结果）")
            % {"cover": round(cover * 100), "outcomes": outcomes}
        ]
    return []


def _driver(basis: Basis, number: int) -> list[str]:
    step = basis.evidence["waterfall"][number]["step"]
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
            sum_minor=version.source_sum_minor,
            from_on=version.source_from,
            before_on=version.source_before,
            first_rows=(),
        )
    from_on, before_on = month_after(first, key.part.first - 1), month_after(first, key.part.last)
    products = [product for product, tier in basis.tier_of_product.items() if not key.part.tier or tier == key.part.tier]
    found = revenue.order_lines_within(reach=basis.reach).filter(on__gte=from_on, on__lt=before_on)
    if key.part.region:
        found = found.filter(region_id=key.part.region)
    if key.part.tier:
        found = found.filter(product_id__in=products)
    if key.measure in FROM_THE_LEDGER:
        rows, total = (
            lines_of(basis, key.part),
            of_part(basis, "attained", key.part).value,
        )
    else:
        sums = revenue.month_sums(reach=basis.reach, from_month=from_on, before_month=before_on)
        chosen = [s for s in sums if (not key.part.region or s.region_id == key.part.region) and s.product_id in products]
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
