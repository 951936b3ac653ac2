"""Many rows at once: PostgreSQL's COPY fed from a data frame."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.db import connection
from psycopg import sql

from yunchou.common.search_keys import keys_of_text, searched_text

if TYPE_CHECKING:
    import polars as pl
    from django.db.models import Model

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


def search_columns(names: Iterable[tuple[str, ...]]) -> "pl.DataFrame":
    """Return the columns ``search_text`` and ``search_keys`` (as PostgreSQL writes an array) of rows by what they are called.

    ``names``: of each row what it is called, the name with a pinyin first.
    """
    import polars as pl  # noqa: PLC0415 - a third of a second that no page should wait for

    texts = [searched_text(*called) for called in names]
    keys = ["{" + ",".join(map(str, keys_of_text(text))) + "}" for text in texts]
    return pl.DataFrame({"search_text": texts, "search_keys": keys}, schema={"search_text": pl.String, "search_keys": pl.String})


def write_search_keys(*, model: "type[Model]", names: Iterable[tuple[Any, ...]]) -> int:
    """Let rows be found by their names; ``names``: the row's id, then what it is called, the name with a pinyin first. Return how many."""
    found = list(names)
    if not found:
        return 0
    import polars as pl  # noqa: PLC0415 - a third of a second that no page should wait for

    table = sql.Identifier(model._meta.db_table)  # noqa: SLF001 - Django's public name for it
    frame = search_columns(tuple(called) for _key, *called in found).with_columns(id=pl.Series([row[0] for row in found]))
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE named (id bigint, search_text text, search_keys integer[]) ON COMMIT DROP")
        copy_frame(table="named", frame=frame)
        cursor.execute(
            sql.SQL(
                "UPDATE {} AS kept SET search_text = named.search_text, search_keys = named.search_keys FROM named WHERE named.id = kept.id"
            ).format(table)
        )
        cursor.execute("DROP TABLE named")
    return len(found)
