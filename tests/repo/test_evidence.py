import sys
from pathlib import Path

import polars as pl
import pytest

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tools"))
import evidence  # noqa: E402 - tools are programs, not a package


def test_interval_of_a_share_is_wilson_s() -> None:
    # 8 of 10, worked in L. D. Brown, T. T. Cai and A. DasGupta, Statistical Science 16 (2001), by the same formula
    assert evidence._wilson(8, 10) == pytest.approx((0.4902, 0.9433), abs=1e-4)
    assert evidence._wilson(20, 20)[1] == 1.0


def test_ratio_of_scores_pairs_the_outcomes() -> None:
    rows = [
        {"case": "a", "company": 0, "origin": 1, "level": "total", "series": series, "method": method, "crps": crps}
        for series, size in enumerate((1.0, 10.0, 100.0))
        for method, crps in (("yunchou", size), ("SeasonalNaive", 2 * size))
    ]
    # each outcome is half as far off, so whichever are drawn again the ratio is one half
    assert evidence._ratio(pl.DataFrame(rows), "SeasonalNaive") == (0.5, 0.5, 0.5)
