"""What ``evidence.json`` of ``yunchou plan`` says: a plan's figures and reasons as plain values."""

import dataclasses
from typing import TYPE_CHECKING, Any

from yunchou.calc.text import Lang

if TYPE_CHECKING:
    from yunchou.calc.coverage import Coverage
    from yunchou.calc.pareto import StrategicLine
    from yunchou.calc.people_plan import PeoplePlan
    from yunchou.calc.plan import Judgement, Plan


def evidence(planned: "Plan", lang: Lang) -> dict[str, Any]:
    """Return what ``evidence.json`` says: the plan's figures and reasons as plain values; names never change with the language."""
    from yunchou.calc.wording import chance

    tiers = planned.customers
    return {
        "year": planned.year,
        "currency": planned.currency,
        "unit_minor": planned.unit_minor,
        "months": list(planned.months),
        "base": {
            "last_year_minor": planned.last_year_minor,
            "last_year_months": planned.last_year_months,
            "last_twelve_minor": planned.last_twelve_minor,
            "mean_minor": planned.mean_minor,
        },
        "expected_minor": planned.expected_minor,
        "target_minor": planned.target_minor,
        "probability": planned.probability,
        "probability_told": chance(planned.probability),
        "condition": None if planned.condition is None else planned.condition.told(lang),
        "chosen": planned.chosen,
        "raised_minor": planned.raised_minor,
        "scenarios": [dataclasses.asdict(scenario) for scenario in planned.scenarios],
        "waterfall": [dataclasses.asdict(step) for step in planned.waterfall],
        "quantiles_minor": dict(planned.quantiles_minor),
        "with_drivers_minor": dict(planned.with_drivers_minor),
        "drivers": [dict(driver) for driver in planned.drivers],
        "floors": [dict(floor) for floor in planned.floors],
        "recommendation": _recommended(planned, lang),
        "quarters": [dataclasses.asdict(quarter) for quarter in planned.quarters],
        "products": [_judged(judged, lang) for judged in planned.products],
        "regions": [_judged(judged, lang) | _cities(planned.coverage.get(judged.name)) for judged in planned.regions],
        "tier_moves": [
            {"kind": kind, "name": move.name, "old": move.old, "new": move.new, "why": move.why.told(lang)}
            for kind, moves in planned.moves.items()
            for move in moves
        ],
        "customers": {
            "thresholds": dict(tiers.thresholds_minor),
            "counts": dict(tiers.counts),
            "revenue_minor": dict(tiers.revenue_minor),
            "tiers": dict(tiers.tiers.sort("customer").select("customer", "tier").iter_rows()),
            "candidates": [dataclasses.asdict(line) for line in tiers.candidates],
            "strategic": None if tiers.strategic is None else _strategic(tiers.strategic, lang),
            "overrides": dict(tiers.overrides),
        },
        "outlook": planned.outlook.to_dicts(),
        "monthly": planned.monthly.to_dicts(),
        "people": None if planned.people is None else planned.people.to_dicts(),
        "units": None if planned.units is None else planned.units.to_dicts(),
        "people_plan": None if planned.people_plan is None else _people_plan(planned.people_plan, lang),
        "method": dict(planned.method),
        "events": [event.told(lang) for event in planned.events],
        "warnings": [warning.told(lang) for warning in planned.warnings],
    }


def _recommended(planned: "Plan", lang: Lang) -> dict[str, Any] | None:
    found = planned.recommendation
    if found is None:
        return None
    return {
        **dataclasses.asdict(found.recommended),
        "difference_minor": planned.target_minor - found.recommended.target_minor,
        "raised_minor": found.raised_minor,
        "chosen": dataclasses.asdict(found.chosen),
        "considerations": [
            {
                "name": one.name,
                "target_minor": one.target_minor,
                "probability": one.probability,
                **one.figures,
                "source": one.source.told(lang),
                "reason": one.reason.told(lang),
            }
            for one in found.considerations
        ],
        "candidates": [dataclasses.asdict(candidate) for candidate in found.candidates],
        "reasons": [reason.told(lang) for reason in found.reasons],
    }


def _people_plan(found: "PeoplePlan", lang: Lang) -> dict[str, Any]:
    from yunchou.calc.quota_risk import PUBLISHED_OVER

    check, risk = found.capacity, found.risk
    return {
        "basis": found.basis.told(lang),
        "capacity": {
            "attrition": check.attrition,
            "attrition_basis": check.attrition_basis.told(lang),
            "growth": check.growth,
            "certainty": check.certainty,
            "units": check.units.to_dicts(),
            "months": check.months.to_dicts(),
            "hires": check.hires.to_dicts(),
        },
        "ramps": [
            {
                "position": ramp.position,
                "shares": [float(share) for share in ramp.shares],
                "newcomers": ramp.newcomers,
                "source": ramp.source.told(lang),
            }
            for ramp in found.ramps
        ],
        "over_assignment": None
        if risk is None
        else {
            "recommended": {"company": risk.company, "unit": risk.unit, "person": risk.person},
            "reasons": [reason.told(lang) for reason in risk.reasons],
            "published": PUBLISHED_OVER.told(lang),
            "luck": risk.luck,
            "luck_learned_from": risk.learned_from,
            "lines": [dataclasses.asdict(line) for line in risk.lines],
        },
        "fairness": dataclasses.asdict(found.fairness),
    }


def _judged(judged: "Judgement", lang: Lang) -> dict[str, Any]:
    return {
        "name": judged.name,
        "tier": judged.tier,
        "evidence": dict(judged.evidence),
        "reason": judged.reason.told(lang),
        "overridden": judged.overridden,
        "balanced": judged.balanced,
    }


def _cities(covered: "Coverage | None") -> dict[str, Any]:
    return {} if covered is None else {"cities": dataclasses.asdict(covered)}


def _strategic(line: "StrategicLine", lang: Lang) -> dict[str, Any]:
    return {
        "threshold_minor": line.threshold_minor,
        "lines": [dataclasses.asdict(one) for one in line.lines],
        "reason": line.reason.told(lang),
    }
