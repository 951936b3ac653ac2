"""The two commands on a machine that knows nothing yet: what is missing is named in one line, what is broken is mended."""

import contextlib
import http.client
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tools"))
import env  # noqa: E402 - tools are programs, not a package

TARGETS = {"env", "check", "test", "test-all", "run", "bench", "evidence", "demo", "pictures", "lock"}
# What an environment needs at least: its maker, and what builds the package.
SMALL = ("editables", "hatchling", "packaging", "pathspec", "pluggy", "tomlkit", "trove-classifiers", "uv")


def ran(folder: Path, *words: str, **more: str) -> "subprocess.CompletedProcess[str]":
    kept = {key: value for key, value in os.environ.items() if key not in {"VIRTUAL_ENV", "MAKEFLAGS", "MAKELEVEL", "PYTHONPATH"}}
    return subprocess.run(
        words, cwd=folder, env={**kept, **more}, capture_output=True, text=True, check=False, timeout=300, stdin=subprocess.DEVNULL
    )


def base_python() -> str:
    return str(Path(sys.base_prefix) / "bin" / "python3")


def make_env(folder: Path, **more: str) -> "subprocess.CompletedProcess[str]":
    return ran(folder, base_python(), "tools/env.py", **more)


def works(folder: Path) -> bool:
    done = ran(folder, ".venv/bin/python", "-c", "import yunchou; print(yunchou.__file__)")
    return done.stdout.strip() == str(folder / "src" / "yunchou" / "__init__.py")


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with the real maker and few packages, in a folder with a space, with its environment made."""
    folder = tmp_path_factory.mktemp("has a space") / "repository"
    (folder / "tools").mkdir(parents=True)
    (folder / "src" / "yunchou").mkdir(parents=True)
    shutil.copy(ROOT / "tools" / "env.py", folder / "tools")
    for name in ("pyproject.toml", "LICENSE", "README.md"):
        shutil.copy(ROOT / name, folder)
    (folder / "src" / "yunchou" / "__init__.py").write_text('"""Small."""\n', encoding="utf-8")
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    entries = [found.group() for name in SMALL if (found := re.search(rf"^{name}==(?:.*\\\n)*.*$", lock, re.MULTILINE))]
    assert len(entries) == len(SMALL)
    (folder / "requirements.lock").write_text("\n".join(entries) + "\n", encoding="utf-8")
    done = make_env(folder)
    assert done.returncode == 0, done.stderr
    return folder


def test_environment_is_made_once_and_then_at_once(small: Path) -> None:
    assert works(small)
    before = (small / ".venv" / "made-from").stat().st_mtime_ns
    started = time.monotonic()
    done = make_env(small)
    assert time.monotonic() - started < 2
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert (small / ".venv" / "made-from").stat().st_mtime_ns == before


def test_environment_without_its_stamp_is_made_anew(small: Path) -> None:
    # This is what every run that was killed midway leaves: the stamp goes first and comes last.
    (small / ".venv" / "made-from").unlink()
    shutil.rmtree(next((small / ".venv" / "lib").glob("python*")) / "site-packages" / "uv", ignore_errors=True)
    assert make_env(small).returncode == 0
    assert works(small)


@pytest.mark.slow
def test_environment_whose_python_is_gone_is_made_anew(small: Path) -> None:
    python = small / ".venv" / "bin" / "python"
    python.unlink()
    python.symlink_to("/nowhere/python3")
    assert make_env(small).returncode == 0
    assert works(small)


@pytest.mark.slow
def test_environment_of_a_moved_folder_is_made_anew(small: Path, tmp_path: Path) -> None:
    moved = Path(shutil.copytree(small, tmp_path / "moved here", symlinks=True))
    assert make_env(moved).returncode == 0
    assert works(moved)


@pytest.mark.slow
def test_environment_killed_midway_is_finished_by_the_next_run(small: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(small, tmp_path / "killed", ignore=shutil.ignore_patterns(".venv")))
    with subprocess.Popen(
        [base_python(), "tools/env.py"], cwd=folder, start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        until = time.monotonic() + 60
        while not (folder / ".venv" / "bin" / "pip").exists():
            assert process.poll() is None
            assert time.monotonic() < until
            time.sleep(0.01)
        os.killpg(process.pid, signal.SIGKILL)
    assert not (folder / ".venv" / "made-from").exists()
    assert make_env(folder).returncode == 0
    assert works(folder)


@pytest.mark.slow
def test_environment_follows_the_lock_file(small: Path) -> None:
    lock = small / "requirements.lock"
    before = lock.read_text(encoding="utf-8")
    lock.write_text(before.replace("--hash=sha256:", "--hash=sha256:0", 1), encoding="utf-8")
    try:
        done = make_env(small)
        assert done.returncode != 0
        assert done.stderr.splitlines()[-1].endswith("mend that and run again")
    finally:
        lock.write_text(before, encoding="utf-8")
    assert make_env(small).returncode == 0
    assert works(small)


def bare(tmp_path: Path, hidden: str) -> tuple[Path, str]:
    """Return a repository without environment, and a path on which a module behaves as ``hidden`` says."""
    folder, stubs = tmp_path / "repository", tmp_path / "stubs"
    (folder / "tools").mkdir(parents=True)
    stubs.mkdir()
    shutil.copy(ROOT / "tools" / "env.py", folder / "tools")
    for name in ("requirements.lock", "pyproject.toml"):
        shutil.copy(ROOT / name, folder)
    name, _, text = hidden.partition(":")
    (stubs / f"{name}.py").write_text(text, encoding="utf-8")
    return folder, str(stubs)


def test_missing_venv_is_named_in_one_line(tmp_path: Path) -> None:
    # Debian packs ensurepip apart, as python3-venv.
    folder, stubs = bare(tmp_path, "ensurepip:raise ImportError('No module named ensurepip')")
    done = make_env(folder, PYTHONPATH=stubs)
    assert done.returncode != 0
    assert done.stderr.count("\n") == 1
    assert "apt install python3-venv" in done.stderr
    assert not (folder / ".venv").exists()


def test_old_python_is_named_in_one_line(tmp_path: Path) -> None:
    folder, stubs = bare(tmp_path, "sitecustomize:import sys; sys.version_info = (3, 9, 2)")
    done = make_env(folder, PYTHONPATH=stubs)
    assert done.returncode != 0
    assert done.stderr.count("\n") == 1
    assert "Python 3.11 or newer is needed (this is 3.9)" in done.stderr


def test_pips_configuration_is_told_to_uv() -> None:
    pip = {"index-url": "file:///a", "extra-index-url": "file:///b file:///c", "find-links": "/d /e", "cert": "/f.pem", "no-index": "true"}
    told = env.uv_environment(pip, {})
    assert told == {
        "UV_DEFAULT_INDEX": "file:///a",
        "UV_INDEX": "file:///b file:///c",
        "UV_FIND_LINKS": "/d,/e",
        "UV_NO_INDEX": "1",
        "SSL_CERT_FILE": "/f.pem",
        "UV_INDEX_STRATEGY": "unsafe-best-match",
        "UV_PYTHON_DOWNLOADS": "never",
    }


def test_what_is_said_to_uv_itself_wins() -> None:
    told = env.uv_environment({"index-url": "file:///a", "find-links": "/d"}, {"UV_INDEX_URL": "file:///own", "UV_FIND_LINKS": "/own"})
    assert told == {"UV_INDEX_STRATEGY": "unsafe-best-match", "UV_PYTHON_DOWNLOADS": "never"}


def test_lock_file_holds_hashes_and_no_address() -> None:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert "://" not in lock
    assert "--index" not in lock
    packages = re.findall(r"^[a-z0-9][a-z0-9._-]*==", lock, re.MULTILINE)
    assert len(packages) == len(re.findall(r"^[a-z0-9][^\n]*\\\n    --hash=sha256:", lock, re.MULTILINE))


def test_makefile_has_exactly_the_promised_targets() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert set(re.findall(r"^([a-z][a-z-]*):", makefile, re.MULTILINE)) == TARGETS
    phony = re.search(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)
    assert phony is not None
    assert set(phony.group(1).split()) == TARGETS


def test_busy_port_stops_make_run_before_anything_is_made(tmp_path: Path) -> None:
    folder = tmp_path / "has a space"
    (folder / "src" / "yunchou" / "site").mkdir(parents=True)
    shutil.copy(ROOT / "Makefile", folder)
    shutil.copy(ROOT / "src" / "yunchou" / "site" / "port.py", folder / "src" / "yunchou" / "site")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = ran(folder, "make", "run", f"PORT={port}", f"PYTHON={base_python()}")
    assert done.returncode != 0
    ours = [line for line in done.stderr.splitlines() if not line.startswith("make")]
    assert len(ours) == 1
    assert f"port {port} is in use; try PORT={port + 1} make run" in ours[0]
    assert sorted(path.name for path in folder.iterdir()) == ["Makefile", "src"]


@contextlib.contextmanager
def user_command(folder: Path, who: str) -> Iterator[list[str]]:
    """Give the words that run a command as ourselves or as a plain user who owns the folder."""
    if who == "ourselves":
        yield []
        return
    setpriv = shutil.which("setpriv")
    if os.geteuid() != 0 or setpriv is None:
        pytest.skip("only root can become a plain user")
    if (
        not Path("/usr/bin/python3").exists()
        or ran(Path("/"), "/usr/bin/python3", "-c", "import sys, ensurepip; assert sys.version_info >= (3, 11)").returncode
    ):
        pytest.skip("needs /usr/bin/python3 >= 3.11 with venv: root's own Python may be out of a plain user's reach")
    for path in (folder, *folder.rglob("*")):
        os.chown(path, 65534, 65534, follow_symlinks=False)
    yield [setpriv, "--reuid=65534", "--regid=65534", "--clear-groups"]


@pytest.mark.slow
@pytest.mark.parametrize("who", ["ourselves", "a plain user"])
def test_make_run_works_twice_on_a_fresh_copy_and_stops_whole(who: str) -> None:
    folder = Path("/var/tmp") / f"yunchou make {os.getpid()}"  # noqa: S108 - within a plain user's reach, unlike pytest's own folder
    ignored = shutil.ignore_patterns(".venv", "var", ".git", "__pycache__", ".*_cache", ".hypothesis")
    try:
        shutil.copytree(ROOT, folder / "repository", ignore=ignored)
        with user_command(folder, who) as become:
            for _ in range(2):
                serve_once(folder, become)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def serve_once(folder: Path, become: list[str]) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    python = "/usr/bin/python3" if become else base_python()
    more = {"HOME": str(folder), "PORT": str(port), "PYTHON": python, "YUNCHOU_DEMO": "s"}
    kept = {key: value for key, value in os.environ.items() if key not in {"VIRTUAL_ENV", "MAKEFLAGS", "DATABASE_URL"}}
    with subprocess.Popen([*become, "make", "run"], cwd=folder / "repository", env={**kept, **more}, start_new_session=True) as process:
        try:
            until = time.monotonic() + 240
            while not answers(port):
                assert process.poll() is None
                assert time.monotonic() < until
                time.sleep(0.1)
            os.killpg(process.pid, signal.SIGINT)
            process.wait(30)
        finally:
            if process.poll() is None:
                process.kill()
    assert [words for words in command_lines() if str(folder) in words] == []


def answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def command_lines() -> list[str]:
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            found.append((process / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace"))
    return found
