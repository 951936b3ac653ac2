"""Time the export of 100,000 × 10 cells to XLSX beside xlsxwriter alone."""

import resource
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

ROWS, ROUNDS = 100_000, 3


def _rows() -> list[list[object]]:
    start = date(2024, 1, 1)
    return [
        [
            f"SO{i:07d}",
            start + timedelta(days=i % 900),
            f"客户{i % 9973}",
            "华东",
            "杭州",
            "AI 工具",
            i % 17,
            i * 1.25,
            i * 0.75,
            f"备注 {i}",
        ]
        for i in range(ROWS)
    ]


def _ours(path: Path) -> float:
    from yunchou.documents.table_workbook import write_table  # noqa: PLC0415

    rows = _rows()
    started = time.perf_counter()
    write_table(path, [f"列{i}" for i in range(10)], rows, sheet="导出")
    return time.perf_counter() - started


def _reference(path: Path) -> float:
    import xlsxwriter  # noqa: PLC0415

    rows = _rows()
    started = time.perf_counter()
    workbook = xlsxwriter.Workbook(str(path), {"constant_memory": True})
    page = workbook.add_worksheet()
    day = workbook.add_format({"num_format": "yyyy-mm-dd"})
    for r, row in enumerate(rows):
        for c, value in enumerate(row):
            page.write(r, c, value, day if c == 1 else None)
    workbook.close()
    return time.perf_counter() - started


def _alone(which: str) -> tuple[float, float]:
    """Run one measurement in a process of its own; return seconds and peak megabytes."""
    done = subprocess.run([sys.executable, __file__, which], check=True, capture_output=True, text=True)
    seconds, peak = done.stdout.split()
    return float(seconds), float(peak)


def bench_export_xlsx() -> tuple[float, float, float]:
    """Return our median seconds, the reference's, and our largest memory in MB (with the rows themselves)."""
    pairs = [(_alone("ours"), _alone("reference")) for _ in range(ROUNDS)]
    return statistics.median(o[0] for o, _ in pairs), statistics.median(r[0] for _, r in pairs), max(o[1] for o, _ in pairs)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        with tempfile.TemporaryDirectory() as folder:
            spent = {"ours": _ours, "reference": _reference}[sys.argv[1]](Path(folder) / "t.xlsx")
        print(spent, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    else:
        print(bench_export_xlsx())
