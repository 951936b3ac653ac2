import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yunchou.calc.errors import BadInput
from yunchou.calc.levels import levels_of


def table(units=12, periods=24, *, cases=20, seed=1, rate=0.3):
    random = np.random.default_rng(seed)
    denominators = random.poisson(cases, (units, periods)).astype(float)
    own = np.clip(rate * random.gamma(25, 1 / 25, (units, 1)), 0, 1)
    return random.binomial(denominators.astype(int), own).astype(float), denominators


def ask(numerators, denominators, **options):
    return levels_of(numerators, denominators, **{"horizon": 12, "season": 12, **options})


def test_levels_of_a_steady_share_are_that_share():
    numerators, denominators = np.full((1, 36), 30.0), np.full((1, 36), 100.0)
    found = ask(numerators, denominators)
    assert found.kind == "share"
    # by hand: 1,200 cases at 30 % scatter by √(0.3 × 0.7 ÷ 1200) = 1.3 points; 80 % is 1.28 of it, and the level itself is not exact
    assert found.expected[0] == pytest.approx(0.30, abs=0.005)
    assert found.current[0] == pytest.approx(0.30, abs=0.005)
    assert found.trend[0] == pytest.approx(0.0, abs=0.005)
    assert 0.03 < found.high[0] - found.low[0] < 0.12
    assert found.probability[0] == pytest.approx(0.6, abs=0.01)
    assert found.basis == ("own history", "own history")


@pytest.mark.parametrize("cases", [1, 3], ids=["one case", "three cases"])
@pytest.mark.parametrize("seed", range(8))
def test_a_unit_with_few_cases_never_leads(seed, cases):
    numerators, denominators = table(30, seed=seed)
    numerators[7], denominators[7] = 0, 0
    numerators[7, 3 : 3 + cases], denominators[7, 3 : 3 + cases] = 1, 1
    found = ask(numerators, denominators)
    assert numerators[7].sum() / denominators[7].sum() == 1
    assert found.expected[8] < found.expected[1:].max()
    assert found.recommended[8] < found.recommended[1:].max()
    without = ask(np.delete(numerators, 7, axis=0), np.delete(denominators, 7, axis=0))
    assert found.top_quartile[0] == pytest.approx(without.top_quartile[0], abs=0.01)
    assert found.basis[8] == "own history and peers"
    assert found.high[8] - found.low[8] > 2 * (found.high[1] - found.low[1])


def test_a_unit_without_any_case_gets_the_level_of_its_peers():
    numerators, denominators = table()
    numerators[0], denominators[0] = 0, 0
    found = ask(numerators, denominators)
    assert found.n[1] == 0
    assert found.expected[1] == pytest.approx(found.expected[0], abs=0.03)
    assert np.isfinite([found.low[1], found.high[1], found.recommended[1], found.probability[1]]).all()


def test_a_rising_share_is_expected_to_rise_on_and_a_season_is_not_taken_for_a_trend():
    months = np.arange(36)
    rising = np.rint(1000 * (0.2 + 0.004 * months))[None, :]
    found = ask(rising, np.full((1, 36), 1000.0))
    # the last twelve months had 0.318 on average; the trend is 0.048 a year
    assert 0.33 < found.expected[0] < 0.40
    assert found.trend[0] == pytest.approx(0.048, abs=0.02)
    seasonal = np.rint(1000 * (0.3 + 0.1 * np.sin(2 * np.pi * months / 12)))[None, :]
    found = ask(seasonal, np.full((1, 36), 1000.0))
    assert found.expected[0] == pytest.approx(0.3, abs=0.02)
    first_half = ask(seasonal, np.full((1, 36), 1000.0), horizon=6)
    assert first_half.expected[0] == pytest.approx(0.3 + 0.1 * np.sin(2 * np.pi * np.arange(6) / 12).mean(), abs=0.025)


def test_low_is_better_mirrors_high_is_better():
    numerators, denominators = table()
    high = ask(numerators, denominators)
    low = ask(denominators - numerators, denominators, better="low")
    # a share of the others: what is reached often is the other way round
    assert low.expected == pytest.approx(1 - high.expected, abs=0.005)
    assert low.recommended == pytest.approx(1 - high.recommended, abs=0.02)
    assert low.probability == pytest.approx(high.probability, abs=0.06)
    assert low.top_quartile[0] == pytest.approx(1 - high.top_quartile[0], abs=0.005)


def test_the_recommended_level_moves_to_the_top_quartile_as_far_as_an_even_chance():
    numerators, denominators = table(30, cases=200)
    found = ask(numerators, denominators)
    # many cases: no steps, so probabilities are as designed
    assert ((found.probability > 0.495) & (found.probability < 0.61)).all()
    strong = found.expected > found.top_quartile * 1.1
    assert found.probability[strong] == pytest.approx(np.full(strong.sum(), 0.6), abs=0.01)
    weak = found.expected < found.top_quartile * 0.9
    assert found.probability[weak] == pytest.approx(np.full(weak.sum(), 0.5), abs=0.01)


def test_published_range_gives_way_to_own_data():
    weights = []
    for periods in (1, 6, 36):
        found = ask(np.full((1, periods), 1.0), np.full((1, periods), 5.0), published=(0.15, 0.25, 0.45))
        weights.append(found.published_weight[0])
    assert weights[0] > weights[1] > weights[2]
    few = ask(np.full((1, 1), 1.0), np.full((1, 1), 5.0), published=(0.15, 0.25, 0.45))
    assert few.basis[0] == "published range"
    many = ask(np.full((1, 36), 100.0), np.full((1, 36), 500.0), published=(0.15, 0.25, 0.45))
    assert many.basis[0] == "own history"


def test_a_published_range_that_contradicts_own_history_is_said_with_both_numbers():
    found = ask(np.full((1, 24), 60.0), np.full((1, 24), 100.0), published=(0.15, 0.25, 0.45))
    assert [warning.en for warning in found.warnings] == [
        "own history contradicts the published range: the last year was 0.6, the range is 0.15 to 0.45; as own data accrue, they count"
    ]
    assert found.expected[0] == pytest.approx(0.6, abs=0.05)
    assert ask(np.full((1, 24), 30.0), np.full((1, 24), 100.0), published=(0.15, 0.25, 0.45)).warnings == ()


@pytest.mark.parametrize(
    ("numerators", "kind"),
    [([[3.0, 4, 2]], "share"), ([[30.0, 4, 2]], "count"), ([[3.5, 4, 2]], "amount"), ([[-3.0, 4, 2]], "score")],
)
def test_the_kind_follows_from_the_numbers(numerators, kind):
    found = ask(np.array(numerators), np.full((1, 3), 10.0))
    assert found.kind == kind
    assert (found.low <= found.expected).all()
    assert (found.expected <= found.high).all()


def test_whole_numbers_without_a_denominator_are_counts():
    assert ask(np.array([[1.0, 0, 1]]), np.ones((1, 3)), has_denominator=False).kind == "count"


@pytest.mark.parametrize("wins", [0.0, 50.0])
def test_rates_near_0_and_1_stay_inside(wins):
    found = ask(np.full((5, 24), wins), np.full((5, 24), 50.0))
    assert ((found.low >= 0) & (found.high <= 1)).all()
    assert found.expected == pytest.approx(np.full(6, wins / 50), abs=0.01)
    assert ((found.recommended >= 0) & (found.recommended <= 1)).all()


def test_equal_values_have_a_narrow_interval_and_no_trend():
    found = ask(np.full((4, 24), 7.5), np.ones((4, 24)), has_denominator=False)
    assert found.expected == pytest.approx(np.full(5, 7.5), abs=0.05)
    assert found.trend == pytest.approx(np.zeros(5), abs=0.05)


def test_one_period_is_enough_for_a_level_and_says_how_little_is_known():
    numerators, denominators = table(6, 1)
    found = ask(numerators, denominators)
    longer = ask(*table(6, 36))
    assert np.isfinite(found.expected).all()
    assert found.high[0] - found.low[0] > longer.high[0] - longer.low[0]


def test_no_case_at_all_is_refused():
    with pytest.raises(BadInput, match="all denominators are 0"):
        ask(np.zeros((2, 3)), np.zeros((2, 3)))


@pytest.mark.parametrize("published", [(0.3, 0.2, 0.4), (0.0, 0.2, 0.4), (15.0, 25.0, 45.0)])
def test_an_impossible_published_range_is_refused(published):
    with pytest.raises(BadInput, match="--benchmark"):
        ask(np.full((1, 3), 3.0), np.full((1, 3), 10.0), published=published)


def test_longer_horizons_are_less_certain_of_the_level():
    course = 0.4 + np.cumsum(np.random.default_rng(3).normal(0, 0.01, 48))
    numerators, denominators = np.rint(10_000 * course)[None, :], np.full((1, 48), 10_000.0)
    near, far = (ask(numerators, denominators, horizon=horizon) for horizon in (3, 36))
    assert far.high[0] - far.low[0] > near.high[0] - near.low[0]


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 8), st.integers(1, 30), st.sampled_from(["high", "low"]), st.sampled_from([1, 4, 12]))
def test_levels_are_in_order_and_in_the_domain(seed, units, periods, better, season):
    random = np.random.default_rng(seed)
    denominators = random.poisson(random.choice([0.3, 3, 40]), (units, periods)).astype(float)
    denominators[0, 0] += 1
    numerators = random.binomial(denominators.astype(int), random.random((units, 1))).astype(float)
    found = ask(numerators, denominators, better=better, season=season, horizon=int(random.integers(1, 15)))
    assert (found.low <= found.expected).all()
    assert (found.expected <= found.high).all()
    assert ((found.recommended >= 0) & (found.recommended <= 1)).all()
    assert ((found.low >= 0) & (found.high <= 1)).all()
    assert ((found.probability >= 0) & (found.probability <= 1)).all()
    assert ((found.own_weight >= 0) & (found.own_weight <= 1)).all()
    assert found.n.sum() == 2 * denominators.sum()
