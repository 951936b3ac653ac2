"""``make bench``: speed and memory, each beside its reference in the same run, written to docs/evidence/speed.md.

Medians of three; a row whose part fails is told as such and does not stop the others. ``--only WORD`` runs the rows whose
name holds the word and writes nothing, with ``--exchange`` these rows alone.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path

import bench_cascade
import bench_territory
from bench_export import bench_export_xlsx
from bench_forecast import library_seconds, write_customers, write_panel, write_rates
from bench_page import Result, exchanged, machine, page
from bench_people import attainment_seconds
from bench_sales import write_sales
from bench_serving import crowd, database_of, serving, visit, web_processes
from bench_tables import bench_check_xlsx, bench_read_csv

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "evidence" / "speed.md"
ROUNDS = 3


def run(words: list[str], **environment: str) -> tuple[float, float, str]:
    """Run a program; return its seconds, its largest resident memory in MB and its output."""
    started = time.perf_counter()
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as talk:
        process = subprocess.Popen(words, cwd=ROOT, stdout=out, stderr=talk, env={**os.environ, **environment})
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        seconds = time.perf_counter() - started
        out.seek(0)
        talk.seek(0)
        told, said = out.read(), talk.read()
    if process.returncode:
        raise RuntimeError(f"{' '.join(words)} returned {process.returncode}\n{said[-2000:]}")
    return seconds, usage.ru_maxrss / 1024, told


def yunchou(*words: str) -> tuple[float, float, str]:
    """Run one of our commands."""
    return run([sys.executable, "-m", "yunchou.cli.main", *words])


def median(values: list[float]) -> float:
    """Return the median."""
    return statistics.median(values)


def bench_check(_folder: Path) -> Iterator[Result]:
    """``yunchou check`` on a workbook, beside calamine alone."""
    done = bench_check_xlsx(runs=ROUNDS)
    times = done.ours_s / done.reference_s
    yield Result(
        "`yunchou check`, 100,000-row XLSX",
        f"{done.ours_s:.1f} s, {done.peak_mb:.0f} MB",
        f"calamine alone {done.reference_s:.1f} s: {times:.1f} ×",
        "≤ 4 ×, ≤ 400 MB",
        times <= 4 and done.peak_mb <= 400,
    )


def bench_csv(_folder: Path) -> Iterator[Result]:
    """Reading a large CSV with all checks, beside polars alone."""
    done = bench_read_csv(runs=ROUNDS)
    times = done.ours_s / done.reference_s
    yield Result(
        "reading a 10⁶-line CSV with checks",
        f"{done.ours_s:.2f} s, {done.peak_mb:.0f} MB",
        f"polars alone {done.reference_s:.2f} s: {times:.1f} ×",
        "≤ 6 ×",
        times <= 6,
    )


def bench_plan(folder: Path) -> Iterator[Result]:
    """``yunchou plan`` with all documents, small and large."""
    for name, lines, limit in (("10,000", 10_000, 30), ("10⁶", 1_000_000, 60)):
        path = folder / f"plan{lines}.csv"
        write_sales(path, lines)
        done = [yunchou("plan", str(path), "--out", str(folder / f"plan{lines}-{n}"), "--quiet") for n in range(ROUNDS)]
        seconds = median([one[0] for one in done])
        memory = max(one[1] for one in done)
        yield Result(f"`yunchou plan`, {name} lines", f"{seconds:.1f} s, {memory:.0f} MB", "–", f"≤ {limit} s", seconds <= limit)


def bench_forecast(folder: Path) -> Iterator[Result]:
    """``yunchou forecast`` of a panel beside statsforecast's own two models, and of very many customers."""
    path = folder / "panel.csv"
    write_panel(path)
    words = ("--horizon", "12", "--quiet", "--out")
    seconds, memory, _ = yunchou("forecast", str(path), "--by", "product", *words, str(folder / "panel"))
    reference = library_seconds()
    yield Result(
        "`yunchou forecast`, 1,000 series × 10 years of months (once)",
        f"{seconds:.0f} s, {memory:.0f} MB",
        f"AutoETS + AutoTheta of 50 of them × 20: {reference:.0f} s: {seconds / reference:.2f} ×",
        "≤ 1.3 ×, ≤ 4 GB",
        seconds <= 1.3 * reference and memory <= 4096,
    )
    path = folder / "customers.csv"
    write_customers(path)
    seconds, memory, _ = yunchou("forecast", str(path), "--by", "region,customer", *words, str(folder / "customers"))
    yield Result("`yunchou forecast`, 10⁵ customers (once)", f"{seconds:.0f} s, {memory:.0f} MB", "–", "≤ 120 s", seconds <= 120)


def bench_levels(folder: Path) -> Iterator[Result]:
    """``yunchou levels`` of many units."""
    path = folder / "rates.csv"
    write_rates(path)
    words = ["--time", "month", "--numerator", "won", "--denominator", "cases", "--unit", "unit", "--quiet"]
    done = [yunchou("levels", str(path), *words, "--out", str(folder / f"levels-{n}")) for n in range(ROUNDS)]
    seconds, memory = median([one[0] for one in done]), max(one[1] for one in done)
    yield Result("`yunchou levels`, 10⁴ units × 36 months", f"{seconds:.1f} s, {memory:.0f} MB", "–", "≤ 10 s", seconds <= 10)


def bench_cascades(folder: Path) -> Iterator[Result]:
    """``yunchou cascade`` and its functions."""
    for row in bench_cascade.rows(folder, yunchou):
        yield Result(*row)


def bench_people(_folder: Path) -> Iterator[Result]:
    """The odds of reaching quotas, beside numpy's own pass over the same array."""
    ours, six, plain, six_plain = attainment_seconds()
    yield Result(
        "odds of reaching quotas, 10⁴ paths × 3,000 people, 250 units",
        f"{ours * 1000:.0f} CPU-ms",
        f"numpy's pass over the array {plain * 1000:.0f} CPU-ms: {ours / plain:.1f} ×",
        "≤ 3 ×",
        ours <= 3 * plain,
    )
    yield Result(
        "the same for six over-assignments",
        f"{six * 1000:.0f} CPU-ms",
        f"six passes {six_plain * 1000:.0f} CPU-ms: {six / six_plain:.1f} ×",
        "≤ 3 ×",
        six <= 3 * six_plain,
    )


def bench_territories(_folder: Path) -> Iterator[Result]:
    """Assignment of accounts, beside a planner's by hand."""
    for row in bench_territory.rows():
        yield Result(*row)


def bench_export(_folder: Path) -> Iterator[Result]:
    """Export to XLSX beside xlsxwriter alone."""
    seconds, reference, memory = bench_export_xlsx()
    yield Result(
        "export 100,000 × 10 to XLSX",
        f"{seconds:.1f} s, {memory:.0f} MB",
        f"xlsxwriter alone {reference:.1f} s: {seconds / reference:.1f} ×",
        "≤ 2 ×, ≤ 150 MB",
        seconds <= 2 * reference and memory <= 150,
    )


def bench_help(_folder: Path) -> Iterator[Result]:
    """The command line's own start."""
    seconds = median([yunchou("--help")[0] for _ in range(2 * ROUNDS + 1)])
    yield Result("`yunchou --help`", f"{seconds:.2f} s", "–", "≤ 0.4 s", seconds <= 0.4)


def bench_demo_and_pages(folder: Path) -> Iterator[Result]:
    """The demo company m: its load, the home page's CPU, the web process' memory."""
    home = {"YUNCHOU_HOME": str(folder / "m")}
    manage = [sys.executable, "-m", "yunchou.site.manage"]
    run([*manage, "check"], **home)  # makes the database, so that the load alone is measured
    seconds = run([*manage, "load_demo", "--size", "m"], **home)[0]
    yield Result("demo company m: simulated and loaded", f"{seconds:.0f} s", "–", "≤ 90 s", seconds <= 90)
    with serving(ROOT, [sys.executable, "-m", "yunchou.site.serve"], YUNCHOU_DEMO="", **home) as (port, _started):
        url = database_of(folder / "m")
        told = json.loads(run([sys.executable, str(ROOT / "tools" / "bench_pages.py")], DATABASE_URL=url)[2].splitlines()[-1])
        ours, plain = told["home_ms"], told["bare_ms"]
        yield Result(
            "home page, demo m",
            f"{ours:.1f} CPU-ms",
            f"bare list page {plain:.1f} CPU-ms: {ours / plain:.1f} ×",
            "≤ 2 ×",
            ours <= 2 * plain,
        )
        web = [sys.executable, "-m", "granian", "yunchou.site.wsgi:application", "--interface", "wsgi", "--no-ws"]
        starts = []
        for _ in range(ROUNDS):
            with serving(folder, web, DATABASE_URL=url) as (_port, start):
                starts.append(start)
        yield Result("web server, start to the first page", f"{median(starts):.1f} s", "–", "≤ 2.5 s", median(starts) <= 2.5)
        visit(port, pages=60)
        memory = max(web_processes(port))
        yield Result("memory of the web process, demo m, after 60 home pages", f"{memory:.0f} MB", "–", "≤ 250 MB", memory <= 250)


def bench_big_company(folder: Path) -> Iterator[Result]:
    """Lists, search, metrics and bulk work over 10⁶ accounts and 5 × 10⁶ sales lines."""
    home = {"YUNCHOU_HOME": str(folder / "big")}
    manage = [sys.executable, "-m", "yunchou.site.manage"]
    run([*manage, "load_demo", "--size", "s"], **home)
    with serving(ROOT, [sys.executable, "-m", "yunchou.site.serve"], YUNCHOU_DEMO="", **home) as (port, _started):
        url = database_of(folder / "big")
        for stage in ("fill", "pages", "many"):
            told = run([sys.executable, str(ROOT / "tools" / "bench_lists.py"), stage, str(folder)], DATABASE_URL=url)[2]
            for line in told.splitlines():
                if line.startswith("{"):
                    yield Result(**json.loads(line))
        wall = crowd(port, "/customers/accounts/", clients=16, pages=20)
        yield Result("list page over 10⁶ accounts, 16 clients at once", f"p95 {wall:.0f} ms", "–", "p95 ≤ 600 ms", wall <= 600)


def bench_make_run(folder: Path) -> Iterator[Result]:
    """``make run`` on a fresh copy: cold with a warm package cache, then warm."""
    ignored = shutil.ignore_patterns(".venv", "var", ".git", "__pycache__", ".*_cache", ".hypothesis")
    cold: list[float] = []
    warm: list[float] = []
    for number in range(ROUNDS):
        copied = Path(shutil.copytree(ROOT, folder / f"copy {number}", ignore=ignored))
        for spent in (cold, warm):
            with serving(copied, ["make", "run"]) as (_port, seconds):
                spent.append(seconds)
        shutil.rmtree(copied)
    yield Result("`make run`, cold, warm package cache, to the first page", f"{median(cold):.0f} s", "–", "≤ 60 s", median(cold) <= 60)
    yield Result("`make run`, warm, to the first page", f"{median(warm):.1f} s", "–", "≤ 8 s", median(warm) <= 8)


ROWS: dict[str, Callable[[Path], Iterator[Result]]] = {
    "help": bench_help,
    "check": bench_check,
    "csv": bench_csv,
    "plan": bench_plan,
    "export": bench_export,
    "forecast": bench_forecast,
    "levels": bench_levels,
    "pages": bench_demo_and_pages,
    "lists": bench_big_company,
    "run": bench_make_run,
    "cascade": bench_cascades,
    "people": bench_people,
    "territory": bench_territories,
}


def measured(name: str) -> Iterator[Result]:
    """Measure a part in a process of its own: what another part left in memory slows and swells nothing here.

    Raises:
        RuntimeError: The part failed; its last words.
    """
    words = [sys.executable, str(Path(__file__).resolve()), "--part", name]
    with subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        for line in process.stdout or ():
            yield Result(**json.loads(line))
        talk = process.stderr.read() if process.stderr else ""
    if process.returncode:
        raise RuntimeError(talk.strip().splitlines()[-1] if talk.strip() else f"exit {process.returncode}")


def part(name: str) -> int:
    """Measure one part and print each result as a line of JSON."""
    with tempfile.TemporaryDirectory(prefix="yunchou bench ") as folder:
        try:
            for result in ROWS[name](Path(folder)):
                print(json.dumps(asdict(result)), flush=True)
        except (RuntimeError, OSError, ValueError, KeyError, subprocess.SubprocessError) as fault:
            print(fault, file=sys.stderr, flush=True)
            return 1
    return 0


def main() -> int:
    """Run the rows, print them, and write the page."""
    parser = argparse.ArgumentParser(prog="tools/bench.py", description=__doc__)
    parser.add_argument("--only", choices=list(ROWS), action="append", help="run this row alone and write nothing")
    parser.add_argument("--exchange", action="store_true", help="with --only: exchange its rows in the page")
    parser.add_argument("--part", choices=list(ROWS), help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.part:
        return part(args.part)
    described, results, failed = machine(), [], []
    for name in args.only or ROWS:
        try:
            for result in measured(name):
                results.append(result)
                print(f"{result.what}: {result.measured} ({result.reference}; to reach {result.to_reach})", flush=True)
        except RuntimeError as fault:
            failed.append(name)
            print(f"{name}: not measured: {fault}", file=sys.stderr, flush=True)
    if args.only and args.exchange:
        PAGE.write_text(exchanged(PAGE.read_text(encoding="utf-8"), results), encoding="utf-8")
    if not args.only:
        PAGE.parent.mkdir(parents=True, exist_ok=True)
        PAGE.write_text(page(described, results, failed), encoding="utf-8")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
