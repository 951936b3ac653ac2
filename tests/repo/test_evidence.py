import sys
from pathlib import Path

import numpy as np
import polars as pl
import pytest

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tools"))
import evidence_cases  # noqa: E402 - tools are programs, not a package
import evidence_tables  # noqa: E402 - tools are programs, not a package


def test_interval_of_a_share_is_wilson_s() -> None:
    # 8 of 10, worked in L. D. Brown, T. T. Cai and A. DasGupta, Statistical Science 16 (2001), by the same formula
    assert evidence_tables.wilson(8, 10) == pytest.approx((0.4902, 0.9433), abs=1e-4)
    assert evidence_tables.wilson(20, 20)[1] == 1.0


def test_ratio_of_scores_pairs_the_outcomes() -> None:
    rows = [
        {"number": series, "origin": 1, "level": "total", "series": 0, "method": method, "crps": crps}
        for series, size in enumerate((1.0, 10.0, 100.0))
        for method, crps in (("yunchou", size), ("SeasonalNaive", 2 * size))
    ]
    # each outcome is half as far off, so whichever are drawn again the ratio is one half
    assert evidence_tables.ratio(pl.DataFrame(rows), "SeasonalNaive") == (0.5, 0.5, 0.5)


def test_calibration_error_weighs_bins_by_their_number() -> None:
    # by hand: three said 0.25 and one happened (gap 1/12), one said 0.95 and it happened (gap 0.05)
    said, came = np.array([0.25, 0.25, 0.25, 0.95]), np.array([1.0, 0.0, 0.0, 1.0])
    assert evidence_tables.ece(said, came) == pytest.approx(0.75 / 12 + 0.25 * 0.05, rel=1e-12)


def test_random_truths_grow_as_they_are_drawn() -> None:
    def growth(seed: int) -> float:
        plain = evidence_cases.growing_truth(seed).document()
        parts = (plain["regions"].values(), plain["products"].values())
        return sum(sum(one["share"] * one["growth"] for one in part) / sum(one["share"] for one in part) for part in parts)

    drawn = [growth(seed) for seed in range(40)]
    assert all(-0.2 <= round(one, 3) <= 0.4 for one in drawn)
    assert max(drawn) - min(drawn) > 0.4
