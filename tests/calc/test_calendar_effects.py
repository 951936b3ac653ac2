import time
from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yunchou.calc.calendar_effects import calendar_effect
from yunchou.calc.calendar_exposure import LAGS_DAYS, exposure_of
from yunchou.calc.periods import SEASON, step

SHAPE = np.array([0.8, 0.7, 1.1, 0.9, 1.0, 1.2, 0.8, 0.9, 1.2, 1.0, 1.1, 1.3])


def days(first, count, freq="M"):
    return [step(first, number, freq) for number in range(count)]


def company(first, count, *, freq="M", elasticity=0.8, dip=0.3, rush=0.0, noise=0.02, seed=0):
    """Return a total that follows the calendar."""
    periods = days(first, count, freq)
    given = exposure_of(periods, freq=freq)
    at = slice(given.periods.index(first), given.periods.index(first) + count)
    factor = (1 + elasticity * (given.work - 1)) * (1 - dip * given.festival[LAGS_DAYS.index(0)]) * (1 + rush * given.rush)
    season = {"M": SHAPE[[day.month - 1 for day in periods]], "W": np.ones(count)}[freq]
    growth = 1.1 ** (np.arange(count) / SEASON[freq])
    return 1000 * season * growth * factor[at] * np.exp(noise * np.random.default_rng(seed).standard_normal(count)), periods


def effect(values, periods, freq="M", horizon=12, **more):
    return calendar_effect(values, periods, days(step(periods[-1], 1, freq), horizon, freq), freq, **more)


def assert_neutral(found, *, told):
    np.testing.assert_array_equal(found.past, 1.0)
    np.testing.assert_array_equal(found.future, 1.0)
    assert (found.worth, found.provisional) == (False, False)
    assert told in found.sentences[0].en


@pytest.mark.parametrize(("freq", "count"), [("M", 36), ("W", 156)])
def test_last_year_foretells_the_next_better_once_adjusted(freq, count):
    first = {"M": date(2022, 1, 1), "W": date(2022, 1, 3)}[freq]
    season = SEASON[freq]
    values, periods = company(first, count + season, freq=freq, elasticity=1.0, noise=0.005)
    found = calendar_effect(values[:count], periods[:count], periods[count:], freq)
    actual, naive = values[count:], 1.1 * values[count - season : count]
    adjusted = naive / found.past[-season:] * found.future
    assert found.worth
    assert np.abs(adjusted - actual).mean() < 0.6 * np.abs(naive - actual).mean()


def test_early_and_late_festival_move_january_and_february():
    values, periods = company(date(2021, 1, 1), 48)
    found = effect(values, periods)
    # 29 January 2025 after 10 February 2024: the dip moves from February into January
    january, february = found.future[:2] / found.past[-12:-10] - 1
    assert january < -0.05
    assert february > 0.02


@pytest.mark.parametrize("seed", range(6))
def test_totals_that_follow_no_calendar_stay_as_they_are(seed):
    values = 1000 * np.exp(0.05 * np.random.default_rng(seed).standard_normal(48)) * np.resize(SHAPE, 48)
    assert_neutral(effect(values, days(date(2021, 1, 1), 48)), told="does not show that working days or Spring Festival matter")


def test_quarters_stay_as_they_are():
    values = np.resize([8.0, 10.0, 9.0, 13.0], 24)
    assert_neutral(effect(values, days(date(2019, 1, 1), 24, "Q"), "Q", horizon=4), told="Spring Festival always lies in the first quarter")


def test_one_giant_february_is_no_festival():
    values = 1000 * np.exp(0.05 * np.random.default_rng(1).standard_normal(36)) * np.resize(SHAPE, 36)
    values[13] *= 8
    assert not effect(values, days(date(2022, 1, 1), 36)).worth


@pytest.mark.parametrize(
    ("freq", "count", "first"), [("M", 12, date(2024, 1, 1)), ("M", 23, date(2024, 1, 1)), ("W", 103, date(2024, 1, 1))]
)
def test_less_than_two_years_stay_as_they_are(freq, count, first):
    found = effect(np.linspace(50, 80, count), days(first, count, freq), freq)
    assert_neutral(found, told="fewer than two years")
    assert (found.elasticity, found.festival, found.rush, found.chance) == (None, None, None, None)


@pytest.mark.parametrize(
    ("values", "first"),
    [
        (np.zeros(36), date(2022, 1, 1)),
        (-np.resize(SHAPE, 36), date(2022, 1, 1)),
        (np.resize([5.0, 0.0, 0.0], 36), date(2022, 1, 1)),
        (np.resize(SHAPE, 36), date(1985, 1, 1)),
        (np.resize(SHAPE, 36), date(2099, 1, 1)),
    ],
)
def test_totals_and_years_that_tell_nothing_stay_as_they_are(values, first):
    assert_neutral(effect(values, days(first, 36)), told="too many periods are zero or negative, or the years lie outside")


def test_zeros_in_february_are_a_season_not_a_calendar():
    values, periods = company(date(2021, 1, 1), 48)
    values[1::12] = 0.0
    found = effect(values, periods)
    assert found.worth
    assert np.isfinite(found.past).all()
    assert (found.past > 0.5).all()


def test_a_few_negative_months_leave_the_rest_to_be_judged():
    values, periods = company(date(2020, 1, 1), 60)
    values[[7, 31]] = -200.0
    found = effect(values, periods)
    assert found.worth
    assert 0.4 <= found.elasticity <= 1.0


def test_history_may_begin_and_end_in_the_middle_of_a_year():
    values, periods = company(date(2021, 7, 1), 41)
    found = effect(values, periods)
    assert found.worth
    assert (len(found.past), len(found.future)) == (41, 12)
    assert found.elasticity == pytest.approx(0.8, abs=0.25)


def test_thirty_years_are_adjusted_from_the_newest_ten():
    values, periods = company(date(1995, 1, 1), 360)
    found = effect(values, periods)
    newest = effect(values[-120:], periods[-120:])
    np.testing.assert_allclose(found.past[-120:], newest.past, rtol=1e-12)
    np.testing.assert_allclose(found.future, newest.future, rtol=1e-12)
    # 17 February 1996 after 31 January 1995
    assert found.past[12] > found.past[0]


@pytest.mark.parametrize("freq", ["M", "W"])
def test_horizon_changes_neither_the_past_nor_the_near_future(freq):
    first = date(2019, 7, 1)
    values, periods = company(first, 5 * SEASON[freq], freq=freq)
    near, far = (effect(values, periods, freq, horizon=horizon) for horizon in (3, 70))
    np.testing.assert_allclose(near.past, far.past, rtol=1e-12)
    np.testing.assert_allclose(near.future, far.future[:3], rtol=1e-12)


def test_future_beyond_the_calendar_is_left_alone():
    values, periods = company(date(2090, 1, 1), 60)
    found = effect(values, periods, horizon=100)
    ahead = days(date(2095, 1, 1), 100)
    beyond = np.array([day.year > 2100 for day in ahead])
    assert found.worth
    np.testing.assert_array_equal(found.future[beyond], 1.0)
    assert (found.future[~beyond] != 1.0).any()


def test_no_future_is_no_factor():
    values, periods = company(date(2021, 1, 1), 48)
    found = calendar_effect(values, periods, [], "M")
    assert (len(found.past), len(found.future), found.provisional) == (48, 0, False)


def test_years_not_announced_are_marked():
    values, periods = company(date(2022, 1, 1), 54)
    announced, open_ = effect(values, periods, horizon=6), effect(values, periods, horizon=7)
    assert (announced.provisional, open_.provisional) == (False, True)
    assert any(said.en.startswith("holidays from 2027-01 on are not announced yet") for said in open_.sentences)
    assert not any("not announced" in said.en for said in announced.sentences)


def test_corrections_make_a_month_sure():
    values, periods = company(date(2022, 1, 1), 60)
    january = [date(2027, 1, 1) + timedelta(days=number) for number in range(31)]
    own = pl.DataFrame({"day": january, "working": [day.day > 20 for day in january], "reason": ["公司日历"] * 31})
    plain, corrected = effect(values, periods, horizon=1), effect(values, periods, horizon=1, corrections=own)
    assert (plain.provisional, corrected.provisional) == (True, False)
    assert corrected.future[0] < plain.future[0]


def test_fiscal_year_from_april_holds_one_festival_and_keeps_its_total():
    values, periods = company(date(2021, 4, 1), 48)
    found = effect(values, periods)
    assert not any("Spring Festivals" in said.en or "no Spring Festival" in said.en for said in found.sentences)
    weights = np.roll(SHAPE, -3)
    assert float(found.future @ weights / weights.sum()) == pytest.approx(1.0, abs=0.01)


@pytest.mark.parametrize(
    ("first", "told", "sign"),
    [(date(2021, 2, 1), "the year from 2025-02 holds no Spring Festival", 1), (date(2020, 2, 1), "the year from 2024-02 holds two", -1)],
)
def test_fiscal_year_from_february_may_hold_no_festival_or_two(first, told, sign):
    values, periods = company(first, 48, elasticity=0.0, dip=0.6, noise=0.01)
    found = effect(values, periods)
    assert any(said.en.startswith(told) for said in found.sentences)
    weights = np.roll(SHAPE, -1)
    # the year itself is larger without a festival, and smaller with two
    assert sign * (float(found.future @ weights / weights.sum()) - 1) > 0.005


def test_weeks_find_festival_and_rush():
    values, periods = company(date(2022, 1, 3), 156, freq="W", elasticity=0.3, dip=0.6, rush=0.4, noise=0.05)
    found = effect(values, periods, "W", horizon=52)
    assert found.worth
    assert found.festival == pytest.approx(0.6, abs=0.2)
    assert found.rush == pytest.approx(0.4, abs=0.15)
    week = found.future[[day == date(2025, 1, 27) for day in days(date(2024, 12, 30), 52, "W")].index(True)]
    assert week < 0.7


def test_weeks_of_zero_work_never_divide_by_nothing():
    values, periods = company(date(2021, 1, 4), 208, freq="W", elasticity=1.0, dip=0.8, noise=0.01)
    found = effect(np.maximum(values, 0.0), periods, "W", horizon=53)
    assert (found.past >= 0.3).all()
    assert np.isfinite(values / found.past).all()


def test_sentences_name_what_acts():
    values, periods = company(date(2020, 1, 1), 60, elasticity=0.7, dip=0.4, noise=0.01)
    said = effect(values, periods).sentences
    assert said[0].zh.startswith("金额随工作日增减：工作日多 10%，金额约多 ")
    assert said[1].zh.startswith("除工作日外，春节影响最大的那几天金额还低约 ")
    assert said[2].en.startswith("by the calendar alone 2025-")
    assert said[3].zh.startswith("有季末冲量：季末月比季内其他时候高约 ")
    assert len(said) == 4


def test_gaps_and_lengths_that_do_not_fit_are_faults():
    with pytest.raises(ValueError, match="3 values for 2 periods"):
        calendar_effect(np.ones(3), days(date(2020, 1, 1), 2), [], "M")
    with pytest.raises(ValueError, match="the periods have gaps"):
        calendar_effect(np.ones(2), [date(2020, 1, 1), date(2020, 3, 1)], [], "M")
    with pytest.raises(ValueError, match="the periods have gaps"):
        calendar_effect(np.ones(1), [date(2020, 1, 1)], [date(2020, 3, 1)], "M")


def test_sixty_months_take_less_than_twenty_milliseconds():
    values, periods = company(date(2021, 1, 1), 60)
    taken = []
    for _ in range(8):
        started = time.perf_counter()
        effect(values, periods)
        taken.append(time.perf_counter() - started)
    assert min(taken) < 0.02


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.floats(-1e5, 1e9), min_size=24, max_size=50),
    st.integers(0, 1300),
    st.floats(1e-3, 1e6),
)
def test_any_history_gives_positive_factors_that_scale_with_nothing(values, start, scale):
    periods = days(step(date(1990, 1, 1), start, "M"), len(values))
    found, scaled = (effect(np.array(values) * by, periods) for by in (1.0, scale))
    for factors in (found.past, found.future):
        assert np.isfinite(factors).all()
        assert (factors > 0).all()
    if found.chance is not None and abs(found.chance - 0.75) > 1e-6:
        np.testing.assert_allclose(scaled.future, found.future, rtol=1e-6)
