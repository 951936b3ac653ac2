"""Many rows at once: PostgreSQL's COPY fed from a data frame."""

from typing import TYPE_CHECKING

from django.db import connection
from psycopg import sql

if TYPE_CHECKING:
    import polars as pl

ROWS_AT_ONCE = 100_000


def copy_frame(*, table: str, frame: "pl.DataFrame") -> int:
    """Append a frame to a table in one statement and return the number of rows; columns go by their names.

    One statement means that statement triggers see all rows at once. Missing values become NULL, and columns
    that the frame does not have take the database's default.
    """
    statement = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT csv)").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, frame.columns))
    )
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for start in range(0, frame.height, ROWS_AT_ONCE):
            copy.write(frame.slice(start, ROWS_AT_ONCE).write_csv(include_header=False))
    return frame.height


def copied_frame(*, statement: str, parameters: dict[str, object], schema: "dict[str, pl.DataType | type[pl.DataType]]") -> "pl.DataFrame":
    """Return the rows of a SELECT as a frame with the given columns, without making a Python object of each value."""
    import polars as pl  # noqa: PLC0415 - a third of a second that no page should wait for

    with connection.cursor() as cursor:
        query = sql.SQL("COPY ({}) TO STDOUT (FORMAT csv)").format(
            sql.SQL(statement).format(**{name: sql.Literal(value) for name, value in parameters.items()})
        )
        with cursor.copy(query) as copy:
            content = b"".join(copy)
    if not content:
        return pl.DataFrame(schema=schema)
    return pl.read_csv(content, has_header=False, schema=schema)
