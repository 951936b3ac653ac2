"""The folder a command writes: all files of a run appear together, or not at all."""

import contextlib
import errno
import os
import secrets
import shutil
from collections.abc import Collection, Iterator
from pathlib import Path

from yunchou.calc.errors import BadInput
from yunchou.calc.text import Text

_PARTIAL = ".yunchou-partial-"
_ASIDE = "-aside-"
_NO_ROOM = {errno.ENOSPC, errno.EDQUOT}


def check_out(out: Path, *, force: bool) -> None:
    """Refuse an output folder that is filled (unless ``force``), is a file, or cannot be made.

    Called before any work, so that nobody waits for a run that cannot be kept.
    """
    if out.exists() and not out.is_dir():
        raise BadInput(Text(f"--out {out} 是一个文件，请给一个文件夹", f"--out {out} is a file; give a folder"))
    if out.is_dir() and any(out.iterdir()) and not force:
        raise BadInput(
            Text(
                f"--out {out} 里已有内容，请换一个文件夹，或加 --force 替换",
                f"--out {out} is not empty; choose another folder, or add --force",
            )
        )
    place = out if _stays(out) else _existing_parent(out)
    if not place.is_dir() or not os.access(place, os.W_OK):
        raise _unwritable(place)


def _unwritable(place: Path) -> BadInput:
    return BadInput(Text(f"不能在 {place} 下写入，请换一个 --out", f"cannot write below {place}; choose another --out"))


def _stays(out: Path) -> bool:
    """Tell whether ``out`` cannot be renamed: it is where a disk is mounted, or the folder around it is closed to us."""
    return out.is_dir() and (out.is_mount() or not os.access(out.absolute().parent, os.W_OK))


def _existing_parent(out: Path) -> Path:
    parent = out.absolute().parent
    while not parent.exists():
        parent = parent.parent
    return parent


def _sweep(parent: Path) -> None:
    """Remove what killed runs left behind; a partial folder names the process that was writing it.

    A folder that such a run had only just set aside, to put its own in the place, goes back to its name.
    """
    for left in parent.glob(f"{_PARTIAL}*"):
        pid = left.name.removeprefix(_PARTIAL).split("-", 1)[0]
        if pid.isdigit() and not Path(f"/proc/{pid}").exists():
            name = left.name.partition(_ASIDE)[2]
            if name and not (parent / name).exists():
                left.rename(parent / name)
            else:
                shutil.rmtree(left, ignore_errors=True)


@contextlib.contextmanager
def output_folder(out: Path, *, force: bool = False, outdated: Collection[str] = ()) -> Iterator[Path]:
    """Give a folder to write into, and put it in the place of ``out`` only when all went well.

    The files are written beside ``out`` on the same file system and renamed at the end; on any exception
    nothing stays. With ``force``, files of ``out`` that this run does not write are kept, but for those named
    ``outdated``: results of an earlier run of the same command that no longer hold. A link is followed. A folder
    that cannot be renamed (a mounted disk) is filled file by file at the end instead.
    """
    out = out.resolve()
    check_out(out, force=force)
    made = _existing_parent(out)
    beside = out if _stays(out) else out.parent
    # The name comes before the folder: an interruption between the two would leave one that nobody removes.
    partial = beside / f"{_PARTIAL}{os.getpid()}-{secrets.token_hex(4)}"
    try:
        _make(partial)
        yield partial
        partial.chmod(0o755)
        if beside == out:
            _move_in(partial, out, outdated)
        else:
            _swap(partial, out, outdated)
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        parent = out.parent
        while parent != made:  # folders made only for this run go too
            with contextlib.suppress(OSError):
                parent.rmdir()
            parent = parent.parent
        raise


def _make(partial: Path) -> None:
    try:
        partial.parent.mkdir(parents=True, exist_ok=True)
        _sweep(partial.parent)
        partial.mkdir(mode=0o700)
    except OSError as fault:
        if fault.errno in _NO_ROOM:
            raise
        raise _unwritable(partial.parent) from fault


def _move_in(partial: Path, out: Path, outdated: Collection[str]) -> None:
    for name in outdated:
        (out / name).unlink(missing_ok=True)
    for new in partial.iterdir():
        new.replace(out / new.name)
    partial.rmdir()


def _swap(partial: Path, out: Path, outdated: Collection[str]) -> None:
    if not out.exists():
        partial.rename(out)
        return
    for old in out.iterdir():
        if not (partial / old.name).exists() and old.name not in outdated:
            if old.is_dir():
                shutil.copytree(old, partial / old.name, symlinks=True)
            else:
                shutil.copy2(old, partial / old.name)
    aside = out.parent / f"{partial.name}{_ASIDE}{out.name}"
    try:
        out.rename(aside)
        partial.rename(out)
    except BaseException:  # also an interruption between the two: what was there stays
        if not out.exists():
            aside.rename(out)
        raise
    shutil.rmtree(aside, ignore_errors=True)
