"""Evidence as JSON, and the fingerprint of inputs."""

import json
from datetime import date
from decimal import Decimal

import polars as pl

from tests.documents.sample import sample_plan
from yunchou.planning.evidence import evidence_of, fingerprint_of


def test_evidence_survives_json_without_a_change() -> None:
    evidence = evidence_of(sample_plan(people=True))

    assert json.loads(json.dumps(evidence)) == evidence


def test_evidence_keeps_every_figure_and_leaves_out_the_long_tables() -> None:
    plan = sample_plan(people=True)
    evidence = evidence_of(plan)

    assert {"targets", "cells"}.isdisjoint(evidence)
    assert "tiers" not in evidence["customers"]
    assert evidence["target_minor"] == plan.target_minor
    assert [step["amount_minor"] for step in evidence["waterfall"]] == [step.amount_minor for step in plan.waterfall]
    assert evidence["quantiles_minor"] == dict(plan.quantiles_minor)
    assert evidence["products"][0]["reason"] == {"zh": plan.products[0].reason.zh, "en": plan.products[0].reason.en}
    assert len(evidence["outlook"]) == plan.outlook.height
    assert plan.people is not None
    assert [row["person"] for row in evidence["people"]] == plan.people["person"].to_list()


def test_fingerprint_changes_with_any_input() -> None:
    frame = pl.DataFrame({"date": [date(2025, 1, 1)], "amount": [Decimal("1.00")]})
    prints = [
        fingerprint_of(frames=(frame, None), choices={"year": 2026}),
        fingerprint_of(frames=(frame, frame), choices={"year": 2026}),
        fingerprint_of(frames=(frame.with_columns(amount=pl.lit(Decimal("1.01"))), None), choices={"year": 2026}),
        fingerprint_of(frames=(frame, None), choices={"year": 2027}),
    ]

    assert len(set(prints)) == 4
    assert prints[0] == fingerprint_of(frames=(frame.clone(), None), choices={"year": 2026})
