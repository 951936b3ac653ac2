"""The JSON Schema of ``plan.yaml``, printed by ``yunchou plan --schema``."""

from typing import Any

from yunchou.calc.marks import marks_schema
from yunchou.calc.people_settings import people_schema
from yunchou.calc.plan_settings import DRIVER_KINDS, LIMIT_KEYS, TIERS
from yunchou.calc.stakes import Stakes

_SHARE: dict[str, Any] = {
    "description": 'a share: 0.15 or "15%"; a bare number above 1 is refused',
    "anyOf": [{"type": "number", "minimum": -1, "maximum": 1}, {"type": "string", "pattern": r"^-?[0-9.]+\s*[%%]?$"}],
}
_COST: dict[str, Any] = {
    "description": "what each 元 below (missing) or above (sandbagging) the target costs; only the ratio decides",
    "anyOf": [{"type": "number", "exclusiveMinimum": 0}, {"type": "string", "pattern": r"^[0-9.]+$"}],
}
_AMOUNT: dict[str, Any] = {"anyOf": [{"type": "number", "minimum": 0}, {"type": "string", "pattern": r"^[0-9.]+$"}]}
_WORDS: dict[str, Any] = {
    "anyOf": [{"type": ["string", "number"]}, {"type": "array", "items": {"type": ["string", "number"]}, "minItems": 1}]
}


def _group(properties: dict[str, Any], *required: str) -> dict[str, Any]:
    return {"type": "object", "additionalProperties": False, "properties": properties, "required": list(required)}


def settings_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of a plan's settings.

    Source: own.
    """
    stakes = Stakes()
    where = _group({"product": _WORDS, "region": _WORDS, "customer_tier": _WORDS})
    tiers = [word for known in TIERS.values() for word in known]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "yunchou plan settings",
        **_group(
            {
                "currency": {"type": "string", "default": "CNY"},
                "unit": {"type": "integer", "minimum": 1, "default": 100, "description": "minor units a step: 1 = 分, 100 = 元"},
                "dimensions": _group({"product": {"enum": ["tier", "product"], "default": "tier"}}),
                "scenarios": {"type": "array", "items": _group({"name": {"type": "string"}, "probability": _SHARE}, "name", "probability")},
                "drivers": {
                    "type": "array",
                    "items": _group(
                        {
                            "name": {"type": "string"},
                            "kind": {"enum": list(DRIVER_KINDS)},
                            "where": where,
                            "from": {"type": "string", "pattern": r"^\d{4}-\d{2}"},
                            "low": _SHARE,
                            "likely": _SHARE,
                            "high": _SHARE,
                            "probability": _SHARE,
                        },
                        "name",
                        "likely",
                    ),
                },
                "floors": {"type": "array", "items": _group({"where": where, "growth": _SHARE, "source": {"type": "string"}}, "growth")},
                "over_assignment": _group({"company": _SHARE, "unit": _SHARE, "person": _SHARE}),
                "overrides": {
                    "type": "array",
                    "items": _group(
                        {
                            "kind": {"enum": ["product", "region", "customer"]},
                            "key": {"type": ["string", "number"]},
                            "value": {"enum": tiers},
                            "reason": {"type": "string"},
                        },
                        "kind",
                        "key",
                        "value",
                        "reason",
                    ),
                },
                "ramps": {
                    "type": "object",
                    "additionalProperties": {
                        "anyOf": [{"type": "string", "pattern": "/"}, {"type": "array", "items": _SHARE, "minItems": 1}]
                    },
                },
                "fiscal_year_starts": {"type": "integer", "minimum": 1, "maximum": 12, "default": 1},
                "marks": marks_schema(),
                "previous": {
                    "description": "tiers in force by name; `--previous evidence.json` takes them from the plan before",
                    **_group({kind: {"type": "object", "additionalProperties": {"enum": [*known]}} for kind, known in TIERS.items()}),
                },
                "limits": {
                    "description": "from which yearly revenue on (currency units) a customer is A, and B; recommended when left out",
                    **_group(dict.fromkeys(LIMIT_KEYS, _AMOUNT), *LIMIT_KEYS),
                },
                **people_schema(_SHARE),
                "market": _group({"growth": _SHARE, "low": _SHARE, "high": _SHARE, "source": {"type": "string"}}, "growth"),
                "recommendation": _group(
                    {
                        "cost_of_missing": {**_COST, "default": float(stakes.cost_of_missing)},
                        "cost_of_sandbagging": {**_COST, "default": float(stakes.cost_of_sandbagging)},
                        "people_at_target": {**_SHARE, "default": float(stakes.people_at_target)},
                        "people_spread": {**_SHARE, "default": float(stakes.people_spread)},
                    }
                ),
            }
        ),
    }
