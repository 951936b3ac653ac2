"""The page that ``make bench`` writes."""

import os
import platform
import re
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Result:
    """One measured line: what was measured, what stood beside it, and what is to be reached."""

    what: str
    measured: str
    reference: str
    to_reach: str
    is_reached: bool


def machine() -> str:
    """Describe the machine in one line."""
    text = Path("/proc/cpuinfo").read_text(encoding="utf-8") if Path("/proc/cpuinfo").exists() else ""
    model = re.search(r"model name\s*: (.*)", text)
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    cores, load = os.cpu_count(), os.getloadavg()[0]
    return (
        f"{model.group(1).strip() if model else platform.machine()}, {cores} cores, {memory:.0f} GB, "
        f"Python {platform.python_version()}, load before the run {load:.1f}"
    )


def row(one: Result) -> str:
    """Return the line of the table that shows a result."""
    return f"| {one.what} | {one.measured} | {one.reference} | {one.to_reach} | {'yes' if one.is_reached else '**no**'} |"


def exchanged(text: str, results: list[Result]) -> str:
    """Return the page with some rows measured anew; rows that it does not have yet stand at its end."""
    lines = text.splitlines()
    for one in results:
        place = next((number for number, line in enumerate(lines) if line.startswith(f"| {one.what} |")), len(lines))
        lines[place : place + 1] = [row(one)]
    return "\n".join(lines) + "\n"


def page(described: str, results: list[Result], failed: list[str]) -> str:
    """Return the page that shows the results."""
    lines = [
        "# Speed and memory",
        "",
        "Written by `make bench`. Medians of three runs, each beside its reference in the same run; memory is the largest seen.",
        "Seconds of a command are those of its whole process, from start to end.",
        "",
        f"Machine: {described}.",
        "",
        "| what | measured | reference in the same run | to reach | reached |",
        "|---|---|---|---|---|",
    ]
    lines += [row(one) for one in results]
    lines += [f"| {name} | – | – | – | **not measured** |" for name in failed]
    return "\n".join(lines) + "\n"
