import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yunchou.calc.quota_risk import OVERS, Reached, count_reached, joint_results, weigh_over_assignments


def plain(results, quotas, starts, overs):
    """The same by numpy's own passes."""
    ends = [*starts[1:], len(quotas)]
    people = [((results >= quotas * (1 + over)) & (quotas > 0)).mean(axis=0) for over in overs]
    units = []
    for over in overs:
        sums = [(results[:, a:b].sum(axis=1), quotas[a:b].sum() * (1 + over)) for a, b in zip(starts, ends, strict=True)]
        units.append([(got >= asked).mean() if asked > 0 else 0.0 for got, asked in sums])
    return np.array(people), np.array(units)


@settings(deadline=None)
@given(st.integers(min_value=1, max_value=700), st.integers(min_value=1, max_value=9), st.integers(min_value=0, max_value=2**32 - 1))
def test_counts_are_those_of_plain_passes(paths, people, seed):
    random = np.random.default_rng(seed)
    quotas = np.round(random.gamma(2, 50, people)) * (random.random(people) > 0.2)
    results = np.round(quotas * random.lognormal(0, 0.2, (paths, people)))
    starts = np.unique(np.concatenate([[0], random.integers(0, people, 3)]))
    found = count_reached(results, quotas, starts, OVERS)
    by_people, by_units = plain(results, quotas, starts, OVERS)
    assert found.people == pytest.approx(by_people, abs=1e-12)
    assert found.units == pytest.approx(by_units, abs=1e-12)
    holders = (quotas > 0).sum()
    assert found.shares.mean(axis=1) == pytest.approx(by_people.sum(axis=1) / max(holders, 1), abs=1e-9)


def test_more_people_than_a_block_holds_are_counted_all():
    results = np.tile(np.array([[1.0], [3.0]]), (1, 300_000))
    found = count_reached(results, np.full(300_000, 2.0), np.array([0]))
    assert found.people.min() == found.people.max() == found.units[0, 0] == 0.5  # tolerance 0: a count of two paths
    assert found.shares[0].tolist() == [0, 1]


def test_a_quota_of_zero_is_reached_by_nobody():
    found = count_reached(np.ones((4, 2)), np.array([0.0, 1.0]), np.array([0, 1]))
    assert found.people.tolist() == [[0, 1]]
    assert found.shares.tolist() == [[1, 1, 1, 1]]


def test_luck_leaves_the_sum_of_every_path():
    brought = np.random.default_rng(0).gamma(3, 100, (50, 7))
    found = joint_results(brought, 0.3, seed=5)
    assert found.sum(axis=1) == pytest.approx(brought.sum(axis=1), rel=1e-12)
    assert (found == joint_results(brought, 0.3, seed=5)).all()
    assert joint_results(brought, 0.0, seed=5) == pytest.approx(brought, rel=1e-12)
    assert (joint_results(np.zeros((3, 2)), 0.3, seed=5) == 0).all()


def weighed(person, *, in_seat, unit=0.6, wished=0.5, certainty=0.8):
    """Weigh when each step of over-assignment leaves these shares of people at theirs."""
    shares = np.repeat(np.array(person)[:, None], 10, axis=1)
    reached = Reached(people=shares, units=np.full((len(OVERS), 2), unit), shares=shares)
    return weigh_over_assignments(
        reached, np.array([90.0, 110.0]), 100, np.array(in_seat), people_at_target=wished, certainty=certainty, luck=(0.15, 0)
    )


FALLING = [0.7, 0.65, 0.6, 0.55, 0.5, 0.45]


def test_people_are_asked_for_more_only_as_far_as_leavers_leave_open():
    risk = weighed(FALLING, in_seat=[0.93] * 9 + [0.5])
    assert (risk.company, risk.unit, risk.person) == (0, 0.1, 0.1)
    assert [line.in_seat for line in risk.lines] == [0, 0, 0.9, 0.9, 0.9, 0.9]
    assert [line.company for line in risk.lines] == [0.5, 0.5, 0.5, 0, 0, 0]


def test_nothing_is_asked_on_top_where_nobody_leaves():
    assert weighed(FALLING, in_seat=[1.0]).person == 0


def test_nothing_is_asked_on_top_where_too_few_would_reach_theirs():
    risk = weighed([0.4, 0.3, 0.2, 0.1, 0.1, 0.0], in_seat=[0.93])
    assert (risk.unit, risk.person) == (0, 0)
    assert "40%" in risk.reasons[1].en


def test_over_assignment_stops_where_fewer_than_wished_reach_theirs():
    assert weighed(FALLING, in_seat=[0.7]).person == 0.2  # tolerance 0: one of the steps
    assert weighed(FALLING, in_seat=[0.85], wished=0.6).person == 0.1  # tolerance 0: one of the steps


def test_units_are_asked_for_more_only_at_even_odds():
    assert weighed(FALLING, in_seat=[0.93], unit=0.4).unit == 0
