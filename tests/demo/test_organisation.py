import numpy as np
import pytest

from yunchou.demo.geography import REGIONS
from yunchou.demo.organisation import NEVER, make_organisation, person_code
from yunchou.demo.products import LINES
from yunchou.demo.sizes import SIZES
from yunchou.demo.streams import Streams
from yunchou.demo.truth import default_truth, truth_from
from yunchou.demo.workdays import make_days

DAYS = make_days()
DEMAND = np.array([38.0, 28.0, 15.0, 16.0, 10.0, 3.0])


def organisation(size="m", truth=None, seed=0):
    return make_organisation(SIZES[size], truth or default_truth(), DEMAND, DAYS, Streams(seed))


def sellers(made, region):
    return sum(seat.position == "salesperson" and seat.pool in made.teams[REGIONS.index(region)] for seat in made.seats)


@pytest.mark.parametrize("size", ["xs", "s", "m"])
def test_every_region_and_line_has_somebody(size):
    made = organisation(size)
    assert all(sellers(made, region) >= 1 for region in REGIONS)
    assert {seat.pool for seat in made.seats} >= set(LINES)


def test_seats_are_where_the_demand_is():
    made = organisation()
    assert sellers(made, "华东") / sellers(made, "西南") == pytest.approx(3.8, rel=0.2)


def test_one_person_at_a_time_fills_a_seat():
    staff = organisation().staff
    for seat in np.unique(staff.seat):
        mine = np.flatnonzero(staff.seat == seat)
        assert (staff.hired[mine][1:] > staff.left[mine][:-1]).all()
        assert (staff.left[mine] >= staff.hired[mine]).all()


def test_people_are_hired_and_leave_on_working_days():
    staff = organisation().staff
    hired = staff.hired[staff.hired > 0]
    left = staff.left[staff.left < NEVER]
    assert DAYS.working[hired].all()
    assert DAYS.working[left].all()


def test_people_are_numbered_in_the_order_of_hiring():
    staff = organisation().staff
    assert (np.diff(staff.hired) >= 0).all()
    assert [person_code(number) for number in (0, 41)] == ["P00001", "P00042"]


def test_a_higher_leaver_rate_makes_more_people_leave():
    calm, restless = (organisation(truth=truth_from({"people": {"leaver_rate": rate}})) for rate in (0.02, 0.3))
    assert (restless.staff.left < NEVER).sum() > 5 * (calm.staff.left < NEVER).sum()
    nobody = organisation(truth=truth_from({"people": {"leaver_rate": 0.0}}))
    assert (nobody.staff.left == NEVER).all()


def test_the_share_of_leavers_is_the_planted_rate():
    # Seats × years × rate (1.1 for sellers), and twice that in the first year; two standard errors at size l are 7 %.
    staff = organisation("l").staff
    seated_years = np.sum(np.minimum(staff.left, len(DAYS)) - np.maximum(staff.hired, 0)) / 365.25
    assert (staff.left < NEVER).sum() / seated_years == pytest.approx(0.07 * 1.12, rel=0.15)
