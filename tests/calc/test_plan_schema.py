import json
import re
from pathlib import Path

from yunchou.calc.plan_schema import settings_schema
from yunchou.calc.plan_settings import DRIVER_KEYS, DRIVER_KINDS, FLOOR_KEYS, LIMIT_KEYS, OVERRIDE_KEYS, PLAN_KEYS, TIERS, WHERE_KEYS
from yunchou.calc.stakes import MARKET_KEYS, STAKES_KEYS


def test_settings_schema_knows_exactly_the_keys_that_are_read():
    schema = settings_schema()["properties"]
    assert set(schema) == set(PLAN_KEYS)
    assert set(schema["drivers"]["items"]["properties"]) == set(DRIVER_KEYS)
    assert set(schema["drivers"]["items"]["properties"]["where"]["properties"]) == set(WHERE_KEYS)
    assert set(schema["floors"]["items"]["properties"]) == set(FLOOR_KEYS)
    assert set(schema["market"]["properties"]) == set(MARKET_KEYS)
    assert set(schema["recommendation"]["properties"]) == set(STAKES_KEYS)
    assert set(schema["drivers"]["items"]["properties"]["kind"]["enum"]) == set(DRIVER_KINDS)
    assert set(schema["overrides"]["items"]["properties"]) == set(OVERRIDE_KEYS)
    assert set(schema["previous"]["properties"]) == set(TIERS)
    assert set(schema["limits"]["properties"]) == set(schema["limits"]["required"]) == set(LIMIT_KEYS)


def test_settings_schema_is_plain_json():
    assert json.loads(json.dumps(settings_schema())) == settings_schema()


def test_settings_page_names_the_keys_that_are_read():
    page = (Path(__file__).parents[2] / "docs" / "plan-settings.md").read_text(encoding="utf-8")
    assert re.findall(r"^\| `([a-z_]+)` \|", page, re.MULTILINE) == list(PLAN_KEYS)
