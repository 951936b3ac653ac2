"""What a forecast's paths were worth, once the outcome is known: sums that add up over series and origins."""

from dataclasses import dataclass, field

import numpy as np

from yunchou.calc.baseline_grid import FloatArray, IntArray

MEASURES = ("wmape", "mase", "rmsse", "bias", "crps", "cover80", "total_ape", "total_mean_ape", "total_crps", "total_cover80")
STATED = tuple(percent / 100 for percent in range(5, 100, 5))


def crps_of(paths: FloatArray, actual: FloatArray) -> FloatArray:
    """Return the continuous ranked probability score of samples: lower is better, in the unit of the values.

    Args:
        paths: Shape ``(…, paths)``.
        actual: Shape ``(…)``.

    Returns:
        Shape ``(…)``.

    Source: T. Gneiting and A. E. Raftery, J. American Statistical Association 102 (2007), eq. 20.
    """
    ordered = np.sort(paths, axis=-1)
    count = ordered.shape[-1]
    spread = (ordered * (2 * np.arange(1, count + 1) - count - 1)).sum(axis=-1) / count**2
    return np.asarray(np.abs(ordered - actual[..., None]).mean(axis=-1) - spread)


def seasonal_scale(values: FloatArray, season: int) -> tuple[float, float]:
    """Return the mean absolute and the root mean squared change over a season, from a series' first sale on.

    NaN where there is no change over a season to measure, or none at all: nothing can be scaled by it.

    Source: R. J. Hyndman and A. B. Koehler, Int. J. of Forecasting 22 (2006), section 3, in its seasonal form.
    """
    sold = np.flatnonzero(values)
    own = values[sold[0] :] if sold.size else values[:0]
    change = own[season:] - own[:-season]
    if not change.any():
        return float("nan"), float("nan")
    return float(np.abs(change).mean()), float(np.sqrt((change**2).mean()))


@dataclass(kw_only=True)
class Tally:
    """The running sums of one method at one level."""

    sums: dict[str, float] = field(default_factory=dict)
    below: IntArray = field(default_factory=lambda: np.zeros(len(STATED), dtype=np.int64))

    def add(self, paths: FloatArray, actual: FloatArray, scale: FloatArray) -> None:
        """Add some series of one origin.

        Args:
            paths: Shape ``(series, paths, horizon)``.
            actual: What came, shape ``(series, horizon)``.
            scale: ``seasonal_scale`` of each series, shape ``(series, 2)``.
        """
        each = paths.transpose(0, 2, 1)
        error = actual - each.mean(axis=2)
        low, high = np.quantile(each, [0.1, 0.9], axis=2)
        scaled = np.isfinite(scale[:, 0])
        self._count(
            periods=actual.size,
            size=np.abs(actual).sum(),
            error=np.abs(error).sum(),
            over=-error.sum(),
            crps=crps_of(each, actual).sum(),
            covered=((low <= actual) & (actual <= high)).sum(),
            scaled=scaled.sum(),
            mase=(np.abs(error).mean(axis=1)[scaled] / scale[scaled, 0]).sum(),
            rmsse=(np.sqrt((error**2).mean(axis=1))[scaled] / scale[scaled, 1]).sum(),
        )
        self._add_totals(paths.sum(axis=2), actual.sum(axis=1))

    def _add_totals(self, paths: FloatArray, actual: FloatArray) -> None:
        """Add the sums over the horizon: paths of shape ``(series, paths)``."""
        error = np.abs(actual - paths.mean(axis=1))
        low, high = np.quantile(paths, [0.1, 0.9], axis=1)
        sold = actual != 0
        self._count(
            totals=len(actual),
            total_size=np.abs(actual).sum(),
            total_error=error.sum(),
            total_sold=sold.sum(),
            total_relative=(error[sold] / np.abs(actual[sold])).sum(),
            total_crps=crps_of(paths, actual).sum(),
            total_covered=((low <= actual) & (actual <= high)).sum(),
        )
        self.below += (actual <= np.quantile(paths, STATED, axis=1)).sum(axis=1)

    def _count(self, **more: float) -> None:
        for name, value in more.items():
            self.sums[name] = self.sums.get(name, 0.0) + float(value)

    def values(self) -> dict[str, float | None]:
        """Return each of ``MEASURES``; None where it is divided by nothing.

        Source: wmape, MASE: Hyndman and Koehler (2006); RMSSE: S. Makridakis, E. Spiliotis, V. Assimakopoulos, Int. J. of
            Forecasting 38 (2022); the rest as named.
        """
        parts = {
            "wmape": ("error", "size"),
            "mase": ("mase", "scaled"),
            "rmsse": ("rmsse", "scaled"),
            "bias": ("over", "size"),
            "crps": ("crps", "size"),
            "cover80": ("covered", "periods"),
            "total_ape": ("total_error", "total_size"),
            "total_mean_ape": ("total_relative", "total_sold"),
            "total_crps": ("total_crps", "total_size"),
            "total_cover80": ("total_covered", "totals"),
        }
        return {name: self.sums[above] / self.sums[below] if self.sums[below] else None for name, (above, below) in parts.items()}

    @property
    def totals(self) -> int:
        """Return how many sums over the horizon were compared."""
        return int(self.sums["totals"])

    def happened(self) -> FloatArray:
        """Return the share of sums over the horizon at or below each quantile of ``STATED``.

        Source: own; a reliability diagram of quantiles.
        """
        return np.asarray(self.below / self.totals)
