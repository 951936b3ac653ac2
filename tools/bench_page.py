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
    lines += [f"| {r.what} | {r.measured} | {r.reference} | {r.to_reach} | {'yes' if r.is_reached else '**no**'} |" for r in results]
    lines += [f"| {name} | – | – | – | **not measured** |" for name in failed]
    return "\n".join(lines) + "\n"
