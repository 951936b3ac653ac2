"""Units, people and memberships as tables, as they stood on a day."""

from collections.abc import Sequence
from datetime import date

import numpy as np
import polars as pl

from yunchou.demo.organisation import NEVER, Organisation, person_code
from yunchou.demo.workdays import date_of

_DATE = pl.Date


def _day_or_null(number: int, today: int) -> date | None:
    return None if number > today else date_of(number)


def units_frame(organisation: Organisation, today: int) -> pl.DataFrame:
    """List each unit's places in the tree: one row a parent and period, in the order they began."""
    rows = [
        (item.code, item.name, item.parent, item.kind, date_of(item.starts), _day_or_null(item.ends, today))
        for item in sorted(organisation.placements, key=lambda item: (item.starts, item.code))
        if item.starts <= today
    ]
    schema = {
        "unit_code": pl.String, "name": pl.String, "parent_code": pl.String, "kind": pl.String, "starts_on": _DATE, "ends_before": _DATE,
    }  # fmt: skip
    return pl.DataFrame(rows, schema=schema, orient="row")


def people_frame(organisation: Organisation, today: int) -> pl.DataFrame:
    """List everyone hired by today."""
    staff = organisation.staff
    rows = [
        (person_code(number), staff.names[number], organisation.seats[seat].position, date_of(hired), _day_or_null(left, today), user)
        for number, (seat, hired, left, user) in enumerate(
            zip(staff.seat.tolist(), staff.hired.tolist(), staff.left.tolist(), staff.users, strict=True)
        )
        if hired <= today
    ]
    schema = {
        "person_code": pl.String, "name": pl.String, "position": pl.String, "hired_on": _DATE, "left_on": _DATE, "username": pl.String,
    }  # fmt: skip
    return pl.DataFrame(rows, schema=schema, orient="row")


class _Leaders:
    """Who led a unit on a day: the head of the unit, or of the nearest unit above whose head is there."""

    def __init__(self, organisation: Organisation) -> None:
        staff = organisation.staff
        occupants: dict[int, list[tuple[int, int, int]]] = {}
        for number, seat in enumerate(staff.seat.tolist()):
            occupants.setdefault(seat, []).append((int(staff.hired[number]), int(staff.left[number]), number))
        self._heads: dict[str, list[tuple[int, int, int]]] = {}
        for seat, item in enumerate(organisation.seats):
            for unit in item.heads:
                self._heads[unit] = occupants.get(seat, [])
        self._parents: dict[str, list[tuple[int, int, str | None]]] = {}
        for place in organisation.placements:
            self._parents.setdefault(place.code, []).append((place.starts, place.ends, place.parent))

    def parent(self, unit: str, day: int) -> str | None:
        return next((parent for starts, ends, parent in self._parents[unit] if starts <= day < ends), None)

    def leader(self, unit: str | None, day: int, besides: int) -> int | None:
        while unit is not None:
            for hired, left, number in self._heads.get(unit, ()):
                if hired <= day <= left and number != besides:
                    return number
            unit = self.parent(unit, day)
        return None

    def cuts(self, unit: str, starts: int, ends: int) -> Sequence[int]:
        """Return the days on which the leader may change, ``starts`` first."""
        found = {starts}
        todo, seen = [unit], set[str]()
        while todo:
            code = todo.pop()
            seen.add(code)
            for hired, left, _ in self._heads.get(code, ()):
                found |= {hired, left + 1}
            for began, ended, parent in self._parents[code]:
                found |= {began, ended}
                if parent is not None and parent not in seen:
                    todo.append(parent)
        return sorted(day for day in found if starts <= day < ends)


def memberships_frame(organisation: Organisation, today: int) -> pl.DataFrame:
    """List who belonged to which unit under whom: a row a person, unit, manager and period."""
    staff, leaders = organisation.staff, _Leaders(organisation)
    rows: list[tuple[str, str, date, date | None, str | None]] = []
    for number, seat_number in enumerate(staff.seat.tolist()):
        seat, hired, after = organisation.seats[seat_number], int(staff.hired[number]), int(staff.left[number]) + 1
        pieces = [(seat.unit, hired, min(after, organisation.reorganised)), (seat.later, max(hired, organisation.reorganised), after)]
        if seat.unit == seat.later:
            pieces = [(seat.unit, hired, after)]
        for unit, starts, ends in pieces:
            if starts >= ends or starts > today:
                continue
            spans: list[tuple[int, int | None]] = []
            for day in leaders.cuts(unit, starts, ends):
                leader = leaders.leader(unit, day, number)
                if day <= today and (not spans or spans[-1][1] != leader):
                    spans.append((day, leader))
            for place, (day, leader) in enumerate(spans):
                until = spans[place + 1][0] if place + 1 < len(spans) else ends
                manager = None if leader is None else person_code(leader)
                # Whose last day is today is known to be gone tomorrow; nothing else of tomorrow is known.
                known = today + 1 if until == after else today
                rows.append((person_code(number), unit, date_of(day), _day_or_null(min(until, NEVER), known), manager))
    schema = {"person_code": pl.String, "unit_code": pl.String, "starts_on": _DATE, "ends_before": _DATE, "manager_code": pl.String}
    return pl.DataFrame(rows, schema=schema, orient="row")


def unit_codes(organisation: Organisation) -> tuple[pl.Series, pl.Series]:
    """Return each person's unit before and after the re-organisation, by person number."""
    seats = [organisation.seats[seat] for seat in np.asarray(organisation.staff.seat).tolist()]
    return pl.Series([seat.unit for seat in seats]), pl.Series([seat.later for seat in seats])
