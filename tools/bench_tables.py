"""How fast tables are read, beside the reader alone in the same run.

``python tools/bench_tables.py`` prints both lines; ``make bench`` calls the two functions.
"""

import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

_HEADER = ("行 ID", "订单 ID", "订单日期", "客户 ID", "地区", "类别", "产品 ID", "销售额", "数量", "利润")
_REGIONS, _KINDS = ("华东", "华南", "华北", "西南", "东北", "中南"), ("家具", "技术", "办公用品")
_FIRST_DAY = datetime(2021, 1, 1, tzinfo=UTC).replace(tzinfo=None)  # a cell of a workbook has no time zone
_CALAMINE = "import sys; from python_calamine import load_workbook; load_workbook(sys.argv[1]).get_sheet_by_index(0).to_python()"
_POLARS = "import sys; import polars; polars.read_csv(sys.argv[1])"
_READ = "import sys; from pathlib import Path; from yunchou.tables import read_lines; read_lines(Path(sys.argv[1]))"


class Bench(NamedTuple):
    """Medians of whole processes: ours and the reference in seconds, and our peak memory in MB."""

    ours_s: float
    reference_s: float
    peak_mb: float


def _rows(n: int) -> Iterator[tuple[object, ...]]:
    # Row by row: what this process holds would count as its children's memory.
    draw = random.Random(20261123)  # noqa: S311 - invented orders
    return (
        (
            row,
            f"CN-{draw.randrange(10**7)}",
            _FIRST_DAY + timedelta(days=draw.randrange(1_800)),
            f"客户-{draw.randrange(20_000)}",
            draw.choice(_REGIONS),
            draw.choice(_KINDS),
            f"产品-{draw.randrange(2_000):04}",
            draw.randrange(10**7) / 100,
            draw.randrange(1, 15),
            draw.randrange(-(10**6), 10**6) / 100,
        )
        for row in range(1, n + 1)
    )


def _write_xlsx(path: Path, n: int) -> None:
    import xlsxwriter  # noqa: PLC0415 - heavy

    with xlsxwriter.Workbook(path, {"default_date_format": "yyyy-mm-dd", "constant_memory": True}) as book:
        sheet = book.add_worksheet("订单")
        sheet.write_row(0, 0, _HEADER)
        for number, row in enumerate(_rows(n), start=1):
            sheet.write_row(number, 0, row)


def _write_csv(path: Path, n: int) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.write(",".join(_HEADER) + "\n")
        for row in _rows(n):
            file.write(",".join(f"{value:%Y-%m-%d}" if isinstance(value, datetime) else str(value) for value in row) + "\n")


def _measured(words: list[str]) -> tuple[float, float]:
    """Run a program once; return its seconds and its peak memory in MB."""
    started = time.perf_counter()
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise subprocess.CalledProcessError(process.returncode, words)
    return seconds, usage.ru_maxrss / 1024


def _compared(ours: list[str], reference: list[str], runs: int) -> Bench:
    """Run the two in turn, so that both meet the same weather; the first of each only warms up."""
    pairs = [(_measured(ours), _measured(reference)) for _ in range(runs + 1)][1:]
    return Bench(
        statistics.median(own[0] for own, _ in pairs),
        statistics.median(other[0] for _, other in pairs),
        statistics.median(own[1] for own, _ in pairs),
    )


def bench_check_xlsx(rows: int = 100_000, runs: int = 5) -> Bench:
    """Measure ``yunchou check`` on a workbook of ten columns beside calamine alone."""
    with tempfile.TemporaryDirectory() as folder:
        path, out = Path(folder) / "orders.xlsx", Path(folder) / "out"
        _write_xlsx(path, rows)
        check = [sys.executable, "-m", "yunchou.cli.main", "check", str(path), "--out", str(out), "--force", "--quiet"]
        return _compared(check, [sys.executable, "-c", _CALAMINE, str(path)], runs)


def bench_read_csv(rows: int = 1_000_000, runs: int = 5) -> Bench:
    """Measure reading a CSV with all checks beside polars alone."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "orders.csv"
        _write_csv(path, rows)
        return _compared([sys.executable, "-c", _READ, str(path)], [sys.executable, "-c", _POLARS, str(path)], runs)


if __name__ == "__main__":
    for name, bench in (
        ("check, XLSX of 100,000 rows, beside calamine", bench_check_xlsx()),
        ("CSV of 1,000,000 lines, beside polars", bench_read_csv()),
    ):
        ratio = bench.ours_s / bench.reference_s
        print(f"{name}: {bench.ours_s:.2f} s ÷ {bench.reference_s:.2f} s = {ratio:.1f} ×, peak {bench.peak_mb:.0f} MB")
