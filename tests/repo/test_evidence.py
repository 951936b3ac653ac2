import sys
from pathlib import Path

import numpy as np
import polars as pl
import pytest

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tools"))
import evidence_backtests  # noqa: E402 - tools are programs, not a package
import evidence_cases  # noqa: E402
import evidence_tables  # noqa: E402
from evidence_score import MULTIPLES  # noqa: E402


def test_interval_of_a_share_is_wilson_s() -> None:
    # 8 of 10, worked in L. D. Brown, T. T. Cai and A. DasGupta, Statistical Science 16 (2001), by the same formula
    assert evidence_tables.wilson(8, 10) == pytest.approx((0.4902, 0.9433), abs=1e-4)
    assert evidence_tables.wilson(20, 20)[1] == 1.0


def test_ratio_of_scores_pairs_the_outcomes() -> None:
    rows = [
        {"case": "a", "number": 0, "origin": series, "level": "total", "series": 0, "method": method, "crps": crps}
        for series, size in enumerate((1.0, 10.0, 100.0))
        for method, crps in (("yunchou", size), ("SeasonalNaive", 2 * size))
    ]
    # each outcome is half as far off, so whichever are drawn again the ratio is one half
    assert evidence_tables.ratio(pl.DataFrame(rows), "SeasonalNaive") == (0.5, 0.5, 0.5)


def test_calibration_error_by_hand() -> None:
    # of two said 0.2 one came, of two said 0.8 both: off by 0.3 and by 0.2, each half of the cases
    said, came = np.array([0.2, 0.2, 0.8, 0.8]), np.array([0.0, 1.0, 1.0, 1.0])
    assert evidence_tables.ece(said, came) == pytest.approx(0.25, abs=1e-12)


def _said(number: int, said: float, drawn: list[float]) -> dict[str, object]:
    row: dict[str, object] = {"number": number, "method": "yunchou", "drawn": drawn}
    for multiple in MULTIPLES:
        row |= {f"said {multiple}": said, f"came {multiple}": 1.0}
    return row


def test_a_perfect_forecaster_s_error_by_hand() -> None:
    # said 0.3: a path passes where its place is above 0.7. In the first run both pass: off by 0.7; then one: 0.2; then none: 0.3
    rows = pl.DataFrame([_said(0, 0.3, [0.75, 0.70, 0.1]), _said(1, 0.3, [0.95, 0.95, 0.05])])
    errors, covers = evidence_tables.perfect(rows)
    assert errors == pytest.approx([0.7, 0.2, 0.3], abs=1e-12)
    # places above 0.1 and up to 0.9 lie in the 80 % interval
    assert covers == pytest.approx([0.5, 0.5, 0.0], abs=1e-12)


def test_a_perfect_forecaster_s_error_is_larger_where_outcomes_go_together() -> None:
    # forty companies with ten levels each: either all levels come out alike, or each by itself
    random = np.random.default_rng(0)
    places = random.permuted(np.tile((np.arange(600) + 1) / 600, (40, 1)), axis=1)[:, :100]
    apart = [_said(0, 0.5, random.permutation(places[at % 40]).tolist()) for at in range(400)]
    together = [_said(0, 0.5, places[at % 40].tolist()) for at in range(400)]
    one, other = (float(evidence_tables.perfect(pl.DataFrame(rows))[0].mean()) for rows in (apart, together))
    # the mean distance of a share of n even chances from one half is 0.4 ÷ √n
    assert one == pytest.approx(0.4 / np.sqrt(400), rel=0.3)
    assert other == pytest.approx(0.4 / np.sqrt(40), rel=0.3)


def test_value_is_the_mean_over_origins() -> None:
    row = {"title": "t", "method": "yunchou", "level": "total", "measure": "mase"}
    scores = pl.DataFrame([{**row, "known": known, "value": value} for known, value in ((2, 1.0), (1, 3.0))])
    assert evidence_backtests.value(scores, "t", "yunchou", "total", "mase") == 2.0
    assert evidence_backtests.by_origin(scores, "t", "yunchou", "total", "mase").tolist() == [3.0, 1.0]


def test_truths_of_demo_companies_grow_as_drawn() -> None:
    for seed in range(evidence_cases.FIRST_COMPANY, evidence_cases.FIRST_COMPANY + 20):
        plain = evidence_cases.growing_truth(seed).document()
        parts = (plain["regions"].values(), plain["products"].values())
        grown = sum(sum(one["share"] * one["growth"] for one in part) / sum(one["share"] for one in part) for part in parts)
        wanted = np.random.default_rng([seed, 77]).uniform(-0.2, 0.4)
        # growths are rounded to four digits
        assert grown == pytest.approx(wanted, abs=1e-4)
