"""COPY from and to data frames."""

from datetime import date

import polars as pl
import pytest
from django.db import connection

from yunchou.common import copying
from yunchou.common.copying import copied_frame, copy_frame

pytestmark = [pytest.mark.database, pytest.mark.django_db]

FRAME = pl.DataFrame(
    {
        "name": ["甲", "", 'quote " comma , line\nbreak', "NULL", None],
        "on": [date(2026, 8, 31), None, date(1990, 1, 1), None, date(2026, 1, 1)],
        "amount_minor": [1, -(2**62), 0, None, 9_007_199_254_740_993],
    }
)
SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {"name": pl.String, "on": pl.Date, "amount_minor": pl.Int64}


@pytest.fixture
def table() -> str:
    with connection.cursor() as cursor:
        cursor.execute('CREATE TEMPORARY TABLE copied (id serial, name text, "on" date, amount_minor bigint)')
    return "copied"


def read(where: str = "true") -> pl.DataFrame:
    statement = f'SELECT name, "on", amount_minor FROM copied WHERE {where} AND id >= {{first}} ORDER BY id'  # noqa: S608 - a constant
    return copied_frame(statement=statement, parameters={"first": 1}, schema=SCHEMA)


@pytest.mark.parametrize("rows_at_once", [1, 2, 100])
def test_copied_rows_come_back_as_they_were(table: str, rows_at_once: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(copying, "ROWS_AT_ONCE", rows_at_once)

    assert copy_frame(table=table, frame=FRAME) == 5
    assert read().rows() == FRAME.rows()


def test_no_rows_are_an_empty_frame_of_the_same_columns(table: str) -> None:
    assert copy_frame(table=table, frame=FRAME.clear()) == 0
    assert read("false").schema == pl.Schema(SCHEMA)
