"""Truths drawn at random, for tests that must not depend on one company's luck."""

from datetime import date, timedelta
from typing import Any

from yunchou.demo.geography import REGIONS
from yunchou.demo.products import LINES
from yunchou.demo.streams import Streams
from yunchou.demo.truth import Truth, default_truth, truth_from


class _Draws:
    """Single draws by name."""

    def __init__(self, seed: int) -> None:
        self._streams = Streams(seed)

    def between(self, name: str, low: float, high: float) -> float:
        return round(low + float(self._streams.uniform(f"truth.{name}")[0]) * (high - low), 4)

    def pick(self, name: str, count: int) -> int:
        return int(self._streams.choice(f"truth.{name}", count)[0])

    def day(self, name: str, low: date, high: date) -> date:
        return low + timedelta(days=self.pick(name, (high - low).days))


def draw_truth(seed: int) -> Truth:
    """Draw a truth within sensible ranges; the same seed gives the same truth.

    Tiers of products stay as they are shipped; growth, shares, lives, seasons, customers, people, weak spots, the
    whitespace region's opening and the re-organisation differ.
    """
    draw, shipped = _Draws(seed), default_truth()
    regions: dict[str, Any] = {}
    for name, region in shipped.regions.items():
        low, high = {"mature": (-0.06, 0.05), "emerging": (0.02, 0.25), "whitespace": (0.05, 0.3)}[region.tier]
        regions[name] = {
            "share": round(region.share * draw.between(f"regions.{name}.share", 0.7, 1.4), 4),
            "growth": draw.between(f"regions.{name}.growth", low, high),
        }
        if region.tier == "whitespace":
            regions[name]["opens_on"] = draw.day(f"regions.{name}.opens_on", date(2023, 9, 1), date(2025, 6, 1))
            regions[name]["ramp_months"] = draw.between(f"regions.{name}.ramp_months", 15.0, 36.0)
    products: dict[str, Any] = {}
    for name, product in shipped.products.items():
        low, high = {"star": (0.06, 0.35), "potential": (0.2, 0.8), "base": (-0.08, 0.10)}[product.tier]
        products[name] = {"share": round(product.share * draw.between(f"products.{name}.share", 0.6, 1.5), 4)}
        if product.retired_on is None:
            products[name]["growth"] = draw.between(f"products.{name}.growth", low, high)
        else:
            products[name]["growth"] = draw.between(f"products.{name}.growth", -0.45, -0.15)
            products[name]["retired_on"] = draw.day(f"products.{name}.retired_on", date(2024, 6, 1), date(2026, 3, 1))
        if product.tier == "potential":
            products[name]["launched_on"] = draw.day(f"products.{name}.launched_on", date(2023, 4, 1), date(2025, 10, 1))
            products[name]["ramp_months"] = draw.between(f"products.{name}.ramp_months", 9.0, 30.0)
    return truth_from(
        {
            "revenue_2023": round(draw.between("revenue_2023", 6e7, 4e8)),
            "regions": regions,
            "products": products,
            "seasonality": {
                "spring_festival_dip": draw.between("spring_festival_dip", 0.2, 0.8),
                "second_half_uplift": draw.between("second_half_uplift", 0.0, 0.4),
                "december_uplift": draw.between("december_uplift", 0.0, 0.4),
                "quarter_end_rush": draw.between("quarter_end_rush", 0.1, 0.7),
            },
            "customers": {
                "concentration": draw.between("concentration", 1.1, 1.6),
                "churn": {
                    "A": draw.between("churn.A", 0.01, 0.06),
                    "B": draw.between("churn.B", 0.04, 0.12),
                    "C": draw.between("churn.C", 0.10, 0.25),
                },
                "handover_churn": draw.between("handover_churn", 1.0, 3.0),
                "new_share": draw.between("new_share", 0.3, 0.5),
                "online_share": draw.between("online_share", 0.1, 0.5),
                "return_rate": draw.between("return_rate", 0.005, 0.03),
            },
            "people": {
                "leaver_rate": draw.between("leaver_rate", 0.03, 0.2),
                "skill_spread": draw.between("skill_spread", 0.05, 0.3),
                "vacancy_days": draw.between("vacancy_days", 20.0, 90.0),
            },
            "weak_spots": [
                {
                    "region": REGIONS[draw.pick(f"weak.{place}.region", len(REGIONS) - 1)],
                    "line": LINES[draw.pick(f"weak.{place}.line", len(LINES))],
                    "win_factor": draw.between(f"weak.{place}.win_factor", 0.4, 0.8),
                    "starts_on": draw.day(f"weak.{place}.starts_on", date(2023, 1, 1), date(2026, 1, 1)),
                }
                for place in range(draw.pick("weak", 3))
            ],
            "reorganisation_on": draw.day("reorganisation_on", date(2024, 1, 1), date(2026, 3, 1)).replace(day=1),
        }
    )
