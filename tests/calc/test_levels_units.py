import numpy as np
import pytest

from yunchou.calc.levels_kinds import Kind
from yunchou.calc.levels_units import fit_units


def test_deviations_are_found_where_they_are_and_shrunk_where_cases_are_few():
    random = np.random.default_rng(4)
    truth = random.normal(0, 0.6, 40)
    cases = np.where(np.arange(40) < 20, 40.0, 0.25)[:, None]
    denominators = random.poisson(np.broadcast_to(cases, (40, 24))).astype(float)
    numerators = random.binomial(denominators.astype(int), 1 / (1 + np.exp(1 - truth))[:, None]).astype(float)
    found = fit_units(numerators, denominators, np.full(24, -1.0), Kind(name="share"), horizon=6, season=12)
    # 960 cases know a log odds to 0.075; six cases hardly at all
    assert found.ahead[:20] == pytest.approx(truth[:20], abs=0.35)
    assert found.own_weight[:20].min() > 0.8
    assert found.own_weight[20:].max() < 0.7
    assert np.abs(found.ahead[20:]).max() < np.abs(found.ahead[:20]).max()
    assert found.variance[20:].min() > found.variance[:20].max()


def test_units_that_are_alike_are_told_so():
    random = np.random.default_rng(5)
    denominators = random.poisson(5, (60, 24)).astype(float)
    numerators = random.binomial(denominators.astype(int), 0.3).astype(float)
    found = fit_units(numerators, denominators, np.full(24, np.log(3 / 7)), Kind(name="share"), horizon=6, season=12)
    raw = numerators.sum(axis=1) / denominators.sum(axis=1)
    assert found.ahead.std() < 0.5 * np.log(raw / (1 - raw)).std()
