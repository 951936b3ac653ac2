import numpy as np
import pytest

from yunchou.calc.levels_kinds import Kind, kind_of


@pytest.mark.parametrize(
    "kind", [Kind(name="share"), Kind(name="count"), Kind(name="amount", dispersion=0.3), Kind(name="score", dispersion=2.0)]
)
def test_slope_is_the_derivative_of_the_fit(kind):
    effect, over, under = np.array([-1.0, 0.2, 1.4]), np.array([1.0, 2.0, 3.0]), np.array([4.0, 5.0, 3.0])
    slope, information = kind.slope(effect, over, under)
    step = 1e-5
    numeric = (kind.fit(effect + step, over, under) - kind.fit(effect - step, over, under)) / (2 * step)
    assert slope == pytest.approx(numeric, abs=1e-6)
    assert (information > 0).all()
    assert kind.link(kind.rate(effect)) == pytest.approx(effect, abs=1e-9)


@pytest.mark.parametrize(
    "kind", [Kind(name="share"), Kind(name="count"), Kind(name="amount", dispersion=0.3), Kind(name="score", dispersion=2.0)]
)
def test_draws_have_the_mean_and_the_noise_of_their_kind(kind):
    rate, cases = np.full((1, 40_000), 0.3), np.full((1, 40_000), 20.0)
    drawn = kind.draw(rate, cases, np.random.default_rng(0))
    variance = {"share": 0.21, "count": 0.3, "amount": 0.3 * 0.09, "score": 2.0}[kind.name] / 20
    # 40,000 draws: the mean is off by √(variance ÷ 40,000) at most a few times, the variance by 1 % or so
    assert drawn.mean() == pytest.approx(0.3, abs=5 * np.sqrt(variance / 40_000))
    assert drawn.var() == pytest.approx(variance, rel=0.05)


def test_scatter_of_one_case_comes_from_neighbouring_periods():
    random = np.random.default_rng(2)
    cases = np.full((50, 30), 10.0)
    scores = cases * (random.normal(4, 0.5, (50, 1)) + random.normal(0, 1.0, (50, 30)) / np.sqrt(10))
    found = kind_of(scores - 50, cases, has_denominator=True)
    assert found.name == "score"
    # variance 1 a case, though units differ by 0.5: 1,450 differences know it to 4 %
    assert found.dispersion == pytest.approx(1.0, rel=0.15)
