from datetime import date
from decimal import Decimal

import numpy as np
import pytest

from yunchou.calc.periods import add_months
from yunchou.calc.person_sales import PersonSales
from yunchou.calc.ramp_curve import PUBLISHED_RAMP, learn_ramps

MONTHS = tuple(add_months(date(2013, 1, 1), ahead) for ahead in range(48))
SLOW = np.array([0, 0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.9])


def history(newcomers, *, settled=5, begins=12, noise=0.0, seed=0):
    """Settled people with a season, and newcomers who start staggered and ramp slowly to a level of their own."""
    random = np.random.default_rng(seed)
    season = 1 + 0.3 * np.sin(np.arange(48) / 12 * 2 * np.pi)
    rows = {f"老{at}": (5 + at) * season for at in range(settled)}
    for at in range(newcomers):
        start = begins + at % 6
        ramp = np.concatenate([np.zeros(start), SLOW, np.ones(48)])[:48]
        rows[f"新{at:02d}"] = (2 + at) * ramp * season * random.lognormal(0, noise, 48)
    people = tuple(sorted(rows))
    return PersonSales(people=people, months=MONTHS, amounts=np.array([rows[person] for person in people]))


def starts(newcomers, begins=12):
    return {f"新{at:02d}": MONTHS[begins + at % 6] for at in range(newcomers)}


def test_without_sales_the_published_ramp_is_used():
    found = learn_ramps(None, {}, {})
    assert found[None].shares == PUBLISHED_RAMP
    assert found[None].newcomers == 0


def test_many_newcomers_show_the_ramp_they_have():
    found = learn_ramps(history(60), starts(60), {})[None]
    assert found.newcomers == 60
    assert np.array([float(share) for share in found.shares[:12]]) == pytest.approx(SLOW, abs=0.06)
    assert found.shares[12] == 1


def test_few_newcomers_stay_near_the_published_ramp():
    # one newcomer at 0.3 in month 5 against the published 1: (0.3 + 4 · 1) / 5 = 0.86
    assert learn_ramps(history(1), starts(1), {})[None].shares[4] == Decimal("0.86")


def test_a_ramp_never_falls_and_stays_within_bounds():
    shares = learn_ramps(history(8, noise=0.8, seed=3), starts(8), {})[None].shares
    assert list(shares) == sorted(shares)
    assert min(shares) >= 0
    assert max(shares) == 1


def test_who_first_sells_after_half_a_silent_year_counts_as_new():
    found = learn_ramps(history(5), {}, {})[None]
    assert found.newcomers == 5


def test_a_position_with_enough_newcomers_has_its_own_ramp():
    found = learn_ramps(history(20), starts(20), {"新00": "大客户", "新01": "大客户", "新02": "大客户", "新03": "渠道"})
    assert sorted(name or "" for name in found) == ["", "大客户"]
    assert found["大客户"].newcomers == 3


def test_newcomers_who_never_settled_say_nothing():
    late = history(6, begins=40)
    assert learn_ramps(late, starts(6, begins=40), {})[None].shares == PUBLISHED_RAMP


def test_the_month_of_the_start_counts_by_its_days():
    # who starts on the 16th of a month of 30 days works half of it: what was sold then is set against half a month
    known = history(60)
    early = {person: day.replace(day=16) for person, day in starts(60).items()}
    half = known.amounts.copy()
    for row, person in enumerate(known.people):
        if person in early:
            half[row, MONTHS.index(early[person].replace(day=1))] *= 0.5
    halved = PersonSales(people=known.people, months=MONTHS, amounts=half)
    whole, found = (learn_ramps(*args, {})[None].shares for args in ((known, starts(60)), (halved, early)))
    assert [float(share) for share in found] == pytest.approx([float(share) for share in whole], abs=0.02)
