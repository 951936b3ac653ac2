"""The command ``yunchou``: parse, call one command, turn refusals into one line and an exit code.

Each command is a module of this package with ``add_arguments(parser)``, ``run(args)`` (returns the report for
``--json``, or None) and an importable function of the same name. Command modules import nothing heavy at
their top, so that ``yunchou --help`` stays fast.
"""

import argparse
import contextlib
import errno
import io
import json
import os
import signal
import sys
import traceback
from collections.abc import Iterator, Sequence
from importlib import import_module
from types import FrameType
from typing import NoReturn

from yunchou import __version__
from yunchou.calc.errors import NoAnswer, Refusal
from yunchou.calc.text import Text

FAULT = 1
INTERRUPTED = 130
INTERRUPTION = Text("已中断，没有留下任何结果", "interrupted; nothing was written")
OUR_FAULT = Text("程序出错（不是您的文件的问题），请附上以上内容报告", "a fault of ours, not of your file; please report the lines above")

# name → one line of help, in the order people meet them
COMMANDS = {
    "check": "读一个文件，说出哪些行不能用 · read a table and name every rejected row",
    "forecast": "未来各期的联合分布 · the coming periods as a joint distribution",
    "backtest": "预测在过去准不准，与参照方法同场比较 · how the forecast would have done, beside reference methods",
    "levels": "任何指标的合理水平 · reasonable levels for any measure",
    "plan": "由历史得出全年目标及分解 · a year's target and its cascade from history",
    "cascade": "把总数按维度精确分解 · split a total exactly over dimensions",
    "potential": "客户或地方的潜力与空白 · what accounts or places can bring, and the whitespace",
    "assign": "客户分给谁：均衡、就近、少换人 · who serves which account: balanced, near, relations kept",
    "where": "一个网址由哪些代码负责 · the code behind an address",
}

# cascade spends its limit on the search alone, and reports what it found so far; where has nothing to wait for
OWN_LIMIT = {"cascade", "where"}


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        print(f"{self.prog}: {message}", file=sys.stderr)
        raise SystemExit(2)


def _common_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print the run's report as one JSON object on standard output")
    parser.add_argument("--quiet", action="store_true", help="say nothing but errors")
    parser.add_argument("--lang", choices=["zh", "en"], default="zh", help="language of documents and messages (default zh)")
    parser.add_argument("--seed", type=int, default=0, help="seed of everything random (default 0)")


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < float("inf"):
        raise argparse.ArgumentTypeError(f"{text} 不是大于 0 的秒数 · not a number of seconds above 0")
    return seconds


def _parser(chosen: str | None) -> argparse.ArgumentParser:
    parser = _Parser(prog="yunchou", description="运筹：由历史到目标，由目标到人 · from history to targets, from targets to people")
    parser.add_argument("--version", action="version", version=f"yunchou {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name, help_line in COMMANDS.items():
        sub = commands.add_parser(name, help=help_line, description=help_line)
        _common_arguments(sub)
        if name not in OWN_LIMIT:
            sub.add_argument("--time-limit", metavar="SECONDS", type=_seconds, help="give up after so long (default: never)")
        # Only the chosen command's module is imported: the others would cost start-up time.
        if name == chosen:
            import_module(f"yunchou.cli.{name}").add_arguments(sub)
    return parser


def _interrupt(_signal: int, _frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt


@contextlib.contextmanager
def _limited(seconds: float | None) -> Iterator[None]:
    """Give up with exit 4 when the work takes longer than asked for; without a limit, wait."""
    if seconds is None:
        yield
        return

    def stop(_signal: int, _frame: FrameType | None) -> NoReturn:
        raise NoAnswer(
            Text(
                f"{seconds:g} 秒内没有算完，没有写下任何结果；请放宽 --time-limit",
                f"not done within {seconds:g} s and nothing was written; allow more by --time-limit",
            )
        )

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code.

    0 done · 1 a fault of ours · 2 bad input or usage · 3 what was asked contradicts itself ·
    4 no answer within the time limit · 130 interrupted.
    """
    words = list(sys.argv[1:] if argv is None else argv)
    chosen = next((word for word in words if not word.startswith("-")), None)
    try:
        args = _parser(chosen if chosen in COMMANDS else None).parse_args(words)
    except SystemExit as stop:
        return int(stop.code or 0)
    signal.signal(signal.SIGTERM, _interrupt)
    code, last_line = _run(args)
    if last_line is not None:
        print(f"yunchou {args.command}: {last_line}", file=sys.stderr)
    return code


def _run(args: argparse.Namespace) -> tuple[int, str | None]:
    """Run the chosen command; return the exit code and the one line that explains it."""
    try:
        with _limited(None if args.command in OWN_LIMIT else args.time_limit):
            report = import_module(f"yunchou.cli.{args.command}").run(args)
        if args.json and report is not None:
            if isinstance(sys.stdout, io.TextIOWrapper):
                sys.stdout.reconfigure(encoding="utf-8")  # JSON is UTF-8, whatever the terminal speaks
            json.dump(report, sys.stdout, ensure_ascii=False, default=str)
            sys.stdout.write("\n")
    except Refusal as refusal:
        return refusal.exit_code, refusal.told(args.lang)
    except KeyboardInterrupt:
        return INTERRUPTED, INTERRUPTION.told(args.lang)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAULT, None
    except OSError as fault:
        return FAULT, _system_said(fault).told(args.lang)
    except Exception:  # noqa: BLE001 - the last line of defence: a fault of ours is said as such
        traceback.print_exc()
        return FAULT, OUR_FAULT.told(args.lang)
    return 0, None


def _system_said(fault: OSError) -> Text:
    if fault.errno in {errno.ENOSPC, errno.EDQUOT}:
        # Files left open fail once more when the process ends; the line that explains it stays the last.
        sys.unraisablehook = lambda _: None
        return Text(
            "磁盘已满，没有写下任何结果；请腾出空间，或换一个 --out",
            "the disk is full and nothing was written; make room, or choose another --out",
        )
    said = ": ".join(str(part) for part in (fault.strerror or fault, fault.filename) if part)
    return Text(said, said)


if __name__ == "__main__":
    raise SystemExit(main())
