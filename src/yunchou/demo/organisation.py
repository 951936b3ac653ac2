"""The company's units and seats, and the people who fill them one after another."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np

from yunchou.demo.geography import REGIONS
from yunchou.demo.names import PersonNames
from yunchou.demo.products import LINES
from yunchou.demo.sizes import Size
from yunchou.demo.streams import FloatArray, IntArray, Streams
from yunchou.demo.truth import Truth
from yunchou.demo.workdays import DATA_FROM, FIRST_DAY, LAST_DAY, Days, date_of, number_of

FOUNDED_ON = date(2015, 1, 5)
COMPANY = "澜衡智联科技"
NEVER = 10**6  # a day number after every simulation

Position = Literal["director", "manager", "salesperson", "csm"]

# The seats filled over the years and, with those who left, the stated number of people.
_SEATS_PER_PERSON = 0.79
_SELLERS_PER_TEAM = 7
_SHARES = {"csm": 0.045, "product": 0.12, "key": 0.10}
_LATE_SEATS = 0.20  # share of sellers' seats opened after the first day
_EAST = ("华东", "华南", "华中")


@dataclass(frozen=True)
class Placement:
    """A unit under its parent for a time (day numbers; ``ends`` is the first day after)."""

    code: str
    name: str
    parent: str | None
    kind: str
    starts: int
    ends: int = NEVER


@dataclass(frozen=True)
class Seat:
    """A position in a unit; ``later`` is the unit after the re-organisation, where it differs.

    ``pool`` names the group that shares accounts or deals with the seat, ``""`` for none.
    """

    position: Position
    unit: str
    later: str
    opens: int
    pool: str
    later_pool: str
    selling: float  # share of the time spent on selling
    heads: tuple[str, ...] = ()


@dataclass(frozen=True)
class Staff:
    """Everyone who is ever employed, by person number in the order of hiring (day numbers)."""

    seat: IntArray
    hired: IntArray
    left: IntArray  # last day employed
    names: tuple[str, ...]
    users: tuple[str, ...]


@dataclass(frozen=True)
class Organisation:
    """Units through time, seats and staff; ``teams`` lists the unit codes of each region's teams."""

    placements: tuple[Placement, ...]
    seats: tuple[Seat, ...]
    staff: Staff
    teams: tuple[tuple[str, ...], ...]
    reorganised: int
    skill: FloatArray


def _split(total: int, shares: dict[str, float]) -> dict[str, int]:
    """Split seats by shares, at least one each."""
    return {name: max(1, round(total * share)) for name, share in shares.items()}


def _units_and_seats(
    size: Size, truth: Truth, demand: FloatArray, streams: Streams
) -> tuple[list[Placement], list[Seat], list[tuple[str, ...]]]:
    born, moved = number_of(FOUNDED_ON), number_of(truth.reorganisation_on)
    placements = [
        Placement("C0", COMPANY, None, "company", born),
        Placement("D1", "销售一部", "C0", "department", born, moved),
        Placement("D2", "销售二部", "C0", "department", born, moved),
        Placement("D3", "产品销售部", "C0", "department", born),
        Placement("D4", "战略客户部", "C0", "department", moved),
        Placement("D5", "区域运营部", "C0", "department", moved),
    ]
    seats = [
        Seat("director", "C0", "C0", born, "", "", 0.0, ("C0",)),
        Seat("director", "D1", "D5", born, "", "", 0.0, ("D1", "D5")),
        Seat("director", "D2", "D4", born, "", "", 0.0, ("D2", "D4")),
        Seat("director", "D3", "D3", born, "", "", 0.0, ("D3",)),
    ]
    total = round(size.people * _SEATS_PER_PERSON)
    staffed = _split(total, _SHARES)
    regional = _split(
        max(len(REGIONS), total - 4 - len(REGIONS) - sum(staffed.values())),
        dict(zip(REGIONS, (demand / demand.sum()).tolist(), strict=True)),
    )

    def late(key: int, number: int, count: int, opens: int) -> int:
        """Open the last of some seats as the company grows."""
        if number < count * (1.0 - _LATE_SEATS):
            return opens
        return max(opens, number_of(DATA_FROM) + int(30 + streams.uniform("seats.late", key, number)[0] * 1_150))

    teams: list[tuple[str, ...]] = []
    for index, region in enumerate(REGIONS):
        opens_on = truth.regions[region].opens_on
        opens = born if opens_on is None else number_of(opens_on)
        # The newcomers' region is staffed two months ahead.
        opens = opens if opens_on is None else opens - 60
        code = f"R{index + 1}"
        department = "D1" if region in _EAST else "D2"
        if opens < moved:
            placements.append(Placement(code, region, department, "region", opens, moved))
        placements.append(Placement(code, region, "D5", "region", max(opens, moved)))
        sellers = regional[region]
        count = max(1, round(sellers / (_SELLERS_PER_TEAM + 1)))
        codes = (code,) if count == 1 else tuple(f"{code}T{number + 1:02d}" for number in range(count))
        teams.append(codes)
        head_pool = code if count == 1 else ""
        seats.append(Seat("manager", code, code, opens, head_pool, head_pool, 0.4 if count == 1 else 0.0, (code,)))
        named = [(team, f"{region}{number + 1} 组") for number, team in enumerate(codes if count > 1 else ())]
        placements.extend(Placement(team, name, code, "team", opens) for team, name in named)
        seats.extend(Seat("manager", team, team, opens, team, team, 0.5, (team,)) for team, _ in named)
        alone = max(1, sellers - (count if count > 1 else 0))
        homes = [(codes[number % count], late(index, number, alone, opens)) for number in range(alone)]
        seats.extend(Seat("salesperson", team, team, since, team, team, 1.0) for team, since in homes)
    key_teams = max(1, round(staffed["key"] / 8))
    placements.extend(Placement(f"D4T{number + 1:02d}", f"战略{number + 1} 组", "D4", "team", moved) for number in range(key_teams))
    # Those who will look after key accounts come from the regions in proportion to their demand.
    served = np.array([0.0 if truth.regions[region].opens_on is not None else demand[index] for index, region in enumerate(REGIONS)])
    edges = np.cumsum(served) / served.sum()
    for number in range(staffed["key"]):
        home = teams[int(np.searchsorted(edges, (number + 0.5) / staffed["key"]))]
        unit, later = home[number % len(home)], f"D4T{number % key_teams + 1:02d}"
        seats.append(Seat("salesperson", unit, later, born, unit, "key", 1.0))
    for number in range(max(len(LINES), staffed["product"])):
        line = number % len(LINES)
        unit = f"D3T{line + 1:02d}"
        if number < len(LINES):
            placements.append(Placement(unit, f"{LINES[line]}组", "D3", "team", born))
        opens = late(20, number, staffed["product"], born) if number >= len(LINES) else born
        seats.append(Seat("salesperson", unit, unit, opens, LINES[line], LINES[line], 1.0))
    placements.append(Placement("D3T09", "客户成功组", "D3", "team", born))
    seats.extend(Seat("csm", "D3T09", "D3T09", late(30, number, staffed["csm"], born), "", "", 0.0) for number in range(staffed["csm"]))
    return placements, seats, teams


def _leaves_after(hazard: float, tenure_days: float, draw: float) -> float:
    """Return the days until leaving, where the first year's hazard is twice the later one's."""
    needed = -np.log(draw)
    first = max(0.0, 365.0 - tenure_days)
    if needed < 2 * hazard * first / 365.0:
        return float(needed * 365.0 / (2 * hazard))
    return float(first + (needed - 2 * hazard * first / 365.0) * 365.0 / hazard)


def _next_working(days: Days, number: float) -> int:
    """Return the first working day from a day on, as far as the calendar reaches."""
    day = int(number)
    while 0 <= day < len(days) and not days.working[day]:
        day += 1
    return day


def _weekday_before(number: int) -> int:
    """Return the day, or the Friday before a weekend."""
    return number - max(0, date_of(number).weekday() - 4)


def _fill(seats: list[Seat], truth: Truth, days: Days, streams: Streams) -> Staff:
    """Hire for every seat, let people leave and be replaced, until the calendar ends."""
    found = number_of(FOUNDED_ON)
    careers: list[tuple[int, int, int, int]] = []
    for number, seat in enumerate(seats):
        rate = truth.people.leaver_rate * {"director": 0.0, "manager": 0.5, "csm": 1.0, "salesperson": 1.1}[seat.position]
        chain, start = 0, seat.opens
        while start <= number_of(LAST_DAY):
            u = streams.uniform("seats.career", number, chain, [0, 1, 2])
            if start <= 0:  # already there on the first day
                tenure = min(60 - 1_000 * float(np.log(u[0])), -1.0 * found) if seat.position != "director" else -1.0 * found
                hired, served_from, tenure_now = _weekday_before(-int(tenure)), 0, tenure
            else:
                hired = _next_working(days, start)
                served_from, tenure_now = hired, 0.0
            stay = _leaves_after(rate, tenure_now, u[1]) if rate > 0 else float(NEVER)
            left = _next_working(days, served_from + max(20.0, stay)) if stay < NEVER else NEVER
            left = left if left <= number_of(LAST_DAY) else NEVER
            careers.append((hired, number, chain, left))
            if left == NEVER:
                break
            start = left + 10 - int(truth.people.vacancy_days * np.log(u[2]))
            chain += 1
    careers.sort()
    namer = PersonNames(streams)
    named = [namer.name(seat, chain) for _, seat, chain, _ in careers]
    return Staff(
        seat=np.array([career[1] for career in careers], dtype=np.int64),
        hired=np.array([career[0] for career in careers], dtype=np.int64),
        left=np.array([career[3] for career in careers], dtype=np.int64),
        names=tuple(name for name, _ in named),
        users=tuple(user for _, user in named),
    )


def make_organisation(size: Size, truth: Truth, demand: FloatArray, days: Days, streams: Streams) -> Organisation:
    """Lay out units, seats and careers over the whole calendar, whatever today is.

    ``demand`` is the planned revenue of each region: seats are where it is.
    """
    placements, seats, teams = _units_and_seats(size, truth, demand, streams)
    staff = _fill(seats, truth, days, streams)
    # A person's skill belongs to the place in the order of hiring, so later hires leave it unchanged.
    skill = streams.lognormal("people.skill", truth.people.skill_spread, np.arange(len(staff.seat)))
    return Organisation(tuple(placements), tuple(seats), staff, tuple(teams), number_of(truth.reorganisation_on), skill)


def person_code(number: int) -> str:
    """Return the code of a person by number."""
    return f"P{number + 1:05d}"


__all__ = ["COMPANY", "FIRST_DAY", "NEVER", "Organisation", "Placement", "Seat", "Staff", "date_of", "make_organisation", "person_code"]
