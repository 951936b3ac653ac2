import numpy as np
import pytest

from yunchou.calc.baseline_season import Prepared, prepare, slopes
from yunchou.calc.baseline_smoothing import LEVEL_GAINS, Smoothing, smooth_level, smooth_theta, smooth_trend

YEAR = 12


def _known(*rows: np.ndarray) -> Prepared:
    return prepare(np.array(rows), YEAR)


def _line(length: int = 60, *, noise: float = 0.02) -> np.ndarray:
    """Return 100 a month that grow by 10 a year."""
    return np.asarray((100 + 10 / 12 * np.arange(length)) * np.random.default_rng(5).normal(1, noise, length))


def test_level_moves_by_its_gain_by_hand() -> None:
    # 10 was expected: 10 came, then 20; half of the gap makes 15
    made = Smoothing(_known(np.array([10.0, 20.0])), gain=np.array([0.5]), trend=np.zeros(1), damping=np.ones(1), cost=2.0)
    made.run(level=np.array([[10.0]]), slope=np.zeros((1, 1)))
    np.testing.assert_allclose(made.mean(3), [[15.0, 15.0, 15.0]], rtol=1e-12)
    np.testing.assert_allclose(made.errors[:, 0, 0], [0.0, 1.0], atol=1e-12)


def test_trend_is_damped_by_hand() -> None:
    # level 10, slope 2, damping 1/2, no error: 11, then the slope left is 1: 11.5, 11.75
    made = Smoothing(_known(np.array([11.0, 11.5])), gain=np.array([0.3]), trend=np.array([0.1]), damping=np.array([0.5]), cost=3.0)
    made.run(level=np.array([[10.0]]), slope=np.array([[2.0]]))
    np.testing.assert_allclose(made.mean(2), [[11.75, 11.875]], rtol=1e-12)


def test_weights_of_parameters_sum_to_one_and_go_where_the_past_was_foretold_best() -> None:
    random = np.random.default_rng(1)
    steady = random.normal(100, 5, 60)
    wandering = 500 + np.cumsum(random.normal(0, 5, 60))
    weight = smooth_level(_known(steady, wandering)).weight
    np.testing.assert_allclose(weight.sum(axis=1), 1.0, rtol=1e-12)
    of_steady, of_wandering = weight @ LEVEL_GAINS
    assert of_steady < 0.15
    assert of_wandering > 0.5


@pytest.mark.parametrize("made", [smooth_level, smooth_trend, smooth_theta])
def test_constant_history_goes_on(made: object) -> None:
    found = made(_known(np.full(36, 7.0)))  # type: ignore[operator]
    np.testing.assert_allclose(found.mean(4), [[7.0] * 4], rtol=1e-6)
    drawn = found.draw(horizon=4, paths=5, random=np.random.default_rng(0))
    np.testing.assert_allclose(drawn, 7.0, rtol=1e-6)


def test_trend_carries_growth_on_where_the_level_stands_still() -> None:
    known = _known(_line())
    coming = 100 + 10 / 12 * np.arange(60, 72)
    trend, level = (made(known).mean(12)[0] for made in (smooth_trend, smooth_level))
    np.testing.assert_allclose(trend, coming, rtol=0.04)
    assert level.sum() < trend.sum()


def test_theta_adds_the_drift_it_is_given_each_period() -> None:
    still, moving = (smooth_theta(_known(_line())).mean(3, drift=np.array([drift]))[0] for drift in (0.0, 2.0))
    np.testing.assert_allclose(moving - still, [2.0, 4.0, 6.0], rtol=0.02)


@pytest.mark.parametrize("noise", [0.02, 0.2])
def test_paths_of_a_lagging_level_have_the_mean_it_expects(noise: float) -> None:
    # a level that runs behind a rising history has errors of one sign: drawn as they are they would add a drift
    known = _known(_line(noise=noise))
    drift = slopes(known.flat)[0] / 2
    for made, given in ((smooth_level, None), (smooth_theta, drift)):
        found = made(known)
        years = found.draw(
            horizon=YEAR, paths=20_000, random=np.random.default_rng(2), drift=None if given is None else np.full(20_000, given)
        ).sum(axis=1)
        mean = found.mean(YEAR, drift=None if given is None else np.array([given])).sum()
        assert abs(years.mean() - mean) < 4 * years.std() / np.sqrt(20_000) + 1e-3 * mean


def test_many_series_are_smoothed_as_if_each_were_alone() -> None:
    rows = np.random.default_rng(4).gamma(5, 20, (3, 30))
    for made in (smooth_level, smooth_trend, smooth_theta):
        alone = [made(prepare(row[None], YEAR)).mean(5)[0] for row in rows]
        np.testing.assert_allclose(made(prepare(rows, YEAR)).mean(5), alone, rtol=1e-9)
