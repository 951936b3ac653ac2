"""Is this a database that Yunchou can live in? Asked before anything is written."""

import psycopg

from yunchou.calc.errors import Refusal
from yunchou.calc.text import Text

OLDEST = 15


class DatabaseRefused(Refusal):
    """The database cannot be used, and why."""


def check_database(url: str) -> None:
    """Refuse a database that cannot be reached, is too old, is not UTF-8, or does not know Chinese letters.

    Raises:
        DatabaseRefused: One sentence that says which, and what to do.
    """
    try:
        with psycopg.connect(url, connect_timeout=10, client_encoding="utf8") as connection:
            found = connection.execute(
                "SELECT current_setting('server_version_num')::int, current_setting('server_encoding'), datctype, datname"
                " FROM pg_database WHERE datname = current_database()"
            ).fetchone()
    except psycopg.Error as fault:
        lines = [line for line in str(fault).splitlines() if line.strip()]
        why = lines[-1].strip() if lines else type(fault).__name__
        raise DatabaseRefused(
            Text(f"连不上数据库，请检查 DATABASE_URL：{why}", f"the database is out of reach, see DATABASE_URL: {why}")
        ) from fault
    judge(*(found or (0, "", "", "")))


def judge(version: int, encoding: str, letters: str, name: str) -> None:
    """Refuse a database by what it says of itself.

    Args:
        version: ``server_version_num``: 150018 is 15.18.
        encoding: Of the server, as PostgreSQL names it.
        letters: The database's LC_CTYPE.
        name: The database's.

    Raises:
        DatabaseRefused: It is too old, is not UTF-8, or does not know Chinese letters.
    """
    anew = "CREATE DATABASE … TEMPLATE template0 ENCODING 'UTF8' LC_CTYPE 'C.UTF-8' LC_COLLATE 'C'"
    if version < OLDEST * 10_000:
        raise DatabaseRefused(
            Text(
                f"数据库是 PostgreSQL {version // 10_000}，需要 {OLDEST} 或更新，请先升级",
                f"the database is PostgreSQL {version // 10_000}; {OLDEST} or newer is needed: upgrade it first",
            )
        )
    if encoding != "UTF8":
        raise DatabaseRefused(
            Text(
                f"数据库 {name} 的编码是 {encoding}，需要 UTF8，请重新建库：{anew}",
                f"the encoding of database {name} is {encoding}, UTF8 is needed; make it anew: {anew}",
            )
        )
    # Under the ctype C no Chinese character counts as a letter: searches would silently find nothing.
    if letters in {"C", "POSIX"}:
        raise DatabaseRefused(
            Text(
                f"数据库 {name} 的 LC_CTYPE 是 {letters}，中文搜索会失效，请重新建库：{anew}",
                f"the LC_CTYPE of database {name} is {letters}, under which Chinese cannot be searched; make it anew: {anew}",
            )
        )
