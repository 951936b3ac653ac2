"""Programs that we start: each ends when we end, however we end."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import FrameType
from typing import NoReturn

_SHIM = Path(__file__).with_name("unprivileged.py")
_SET_DEATH_SIGNAL = 1


def with_us(words: Sequence[str], *, uid: int | None = None, gid: int | None = None) -> list[str]:
    """Return a command line whose program gets SIGINT when this process is gone, and may run as another user.

    Start it from the main thread: Linux tells the child when the *thread* that started it ends.
    """
    uid, gid = os.geteuid() if uid is None else uid, os.getegid() if gid is None else gid
    return [sys.executable, "-I", "-S", str(_SHIM), str(os.getpid()), str(uid), str(gid), *words]


def end_with_parent() -> None:
    """Ask Linux for SIGTERM when the program that started us is gone, as ``make`` is after ``kill -9``."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_SET_DEATH_SIGNAL, signal.SIGTERM, 0, 0, 0)


def stop(process: subprocess.Popen[bytes], wishes: Sequence[tuple[signal.Signals, float]]) -> None:
    """Send each signal in turn and wait its seconds, until the process has ended; what is left of its session is killed."""
    for wish, patience in wishes:
        if process.poll() is None:
            process.send_signal(wish)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(patience)
            break
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


@contextlib.contextmanager
def interruptible() -> Iterator[None]:
    """Turn Ctrl-C, SIGTERM and a closed terminal into one KeyboardInterrupt; later ones do not disturb the stopping."""
    signals = [signal.SIGINT, signal.SIGTERM]
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # under nohup a closed terminal is meant to be survived
        signals.append(signal.SIGHUP)

    def interrupt(_signal: int, _frame: FrameType | None) -> NoReturn:
        for one in signals:
            signal.signal(one, signal.SIG_IGN)
        raise KeyboardInterrupt

    before = {one: signal.signal(one, interrupt) for one in signals}
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)
