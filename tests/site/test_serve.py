"""``make run`` from the inside: it says where it serves, stops whole, and refuses in one line."""

import contextlib
import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from yunchou.site.embedded import THROWAWAY, running_server

pytestmark = pytest.mark.database


def environment(home: Path, **more: str) -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if key not in {"DATABASE_URL", "PORT", "SECRET_KEY", "SECRET_KEY_FILE"}}
    return {**kept, "YUNCHOU_HOME": str(home), "YUNCHOU_DEMO": "", "PYTHONWARNINGS": "", **more}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def alive(home: Path) -> list[str]:
    """Return the command lines of all processes that carry this installation in their words or environment."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            words = (process / "cmdline").read_bytes()
            told = words + (process / "environ").read_bytes() if os.access(process / "environ", os.R_OK) else words
            if os.fsencode(home) in told and process.name != str(os.getpid()):
                found.append(words.replace(b"\0", b" ").decode(errors="replace"))
    return found


def wait_until_gone(home: Path) -> None:
    until = time.monotonic() + 25
    while left := alive(home):
        assert time.monotonic() < until, left
        time.sleep(0.05)


@contextlib.contextmanager
def serving(home: Path, **more: str) -> Iterator[tuple["subprocess.Popen[str]", str]]:
    """Start the program and wait until it has said where it serves."""
    words = [sys.executable, "-m", "yunchou.site.serve", "--until-parent-ends"]
    with subprocess.Popen(
        words, env=environment(home, **more), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        try:
            assert process.stdout is not None
            told = ""
            while "http://" not in told:
                line = process.stdout.readline()
                assert line, "it ended before it served"
                told += line
            yield process, told
        finally:
            process.kill()


def status(port: int, path: str) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    finally:
        connection.close()


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("installation")
    words = [sys.executable, "-m", "yunchou.site.manage", "check"]
    subprocess.run(words, env=environment(home), check=True, capture_output=True)
    return home


@pytest.fixture
def home(template: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(template, tmp_path / "a home with spaces"))


def test_server_answers_and_ctrl_c_stops_everything(home: Path) -> None:
    port = free_port()
    with serving(home, PORT=str(port)) as (process, told):
        assert f"http://127.0.0.1:{port}\n" in told
        assert status(port, "/readyz") == 200
        assert len(alive(home)) > 1
        # A terminal sends Ctrl-C to the whole group.
        os.killpg(process.pid, signal.SIGINT)
        assert process.wait(20) == 0
        assert alive(home) == []


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGHUP])
def test_server_stops_everything_when_told(home: Path, how: signal.Signals) -> None:
    with serving(home, PORT=str(free_port())) as (process, _told):
        process.send_signal(how)
        assert process.wait(20) == 0
        assert alive(home) == []


def test_nothing_outlives_a_killed_server_and_the_next_start_is_well(home: Path) -> None:
    with serving(home, PORT=str(free_port())) as (process, _told):
        process.kill()
        process.wait()
    wait_until_gone(home)
    port = free_port()
    with serving(home, PORT=str(port)):
        assert status(port, "/readyz") == 200
    wait_until_gone(home)


def test_second_installation_on_one_folder_is_refused_in_one_line(home: Path) -> None:
    with serving(home, PORT=str(free_port())) as (process, _told):
        done = refused(home, PORT=str(free_port()))
        assert f"(process {process.pid})" in done
        # A command joins the running server instead.
        words = [sys.executable, "-m", "yunchou.site.manage", "migrate", "--check"]
        assert subprocess.run(words, env=environment(home), check=False, capture_output=True).returncode == 0
        process.terminate()
        process.wait()


def refused(home: Path, **more: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "yunchou.site.serve"], env=environment(home, **more), capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 2, done.stderr
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1, done.stderr
    return done.stderr


def test_busy_port_is_named_before_any_work(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        said = refused(tmp_path, PORT=str(port))
    assert f"port {port} is in use; try PORT={port + 1} make run" in said
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("port", ["http", "0", "65536", "-1", "８０００"])
def test_port_that_is_no_port_is_refused(tmp_path: Path, port: str) -> None:
    assert "write a number from 1 to 65535" in refused(tmp_path, PORT=port)


def test_database_of_the_wrong_encoding_is_refused_at_the_start(database_url: str, tmp_path: Path) -> None:
    with made_database(database_url, "wrong_serve", "ENCODING 'SQL_ASCII' LC_CTYPE 'C'") as url:
        said = refused(tmp_path, DATABASE_URL=url, PORT=str(free_port()))
    assert "encoding of database wrong_serve is SQL_ASCII, UTF8 is needed" in said


def test_database_out_of_reach_is_refused_at_the_start(tmp_path: Path) -> None:
    assert "out of reach" in refused(tmp_path, DATABASE_URL=f"postgresql:///x?host={tmp_path}", PORT=str(free_port()))


@contextlib.contextmanager
def made_database(database_url: str, name: str, how: str = "ENCODING 'UTF8' LC_CTYPE 'C.UTF-8'") -> Iterator[str]:
    name = f"{name}_{os.getpid()}" if "wrong" not in name else name
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)".encode())
        connection.execute(f"CREATE DATABASE {name} TEMPLATE template0 LC_COLLATE 'C' {how}".encode())
        try:
            yield database_url.replace("/yunchou?", f"/{name}?")
        finally:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


def prepare(url: str, home: Path) -> "subprocess.Popen[str]":
    words = [sys.executable, "-m", "yunchou.site.prepare"]
    more = {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "yunchou.site.settings"}
    return subprocess.Popen(words, env=environment(home, **more), stderr=subprocess.PIPE, text=True)


def applied(url: str) -> int:
    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT to_regclass('django_migrations') IS NOT NULL").fetchone()
        if row == (True,):
            row = connection.execute("SELECT count(*) FROM django_migrations").fetchone()
        assert row is not None
        return int(row[0])


def test_migrations_killed_midway_are_finished_by_the_next_run(database_url: str, tmp_path: Path) -> None:
    with made_database(database_url, "killed") as url:
        with prepare(url, tmp_path) as process:
            until = time.monotonic() + 30
            while applied(url) < 3:
                assert time.monotonic() < until
                assert process.poll() is None
            process.kill()
        halfway = applied(url)
        with prepare(url, tmp_path) as again:
            assert again.wait(60) == 0
        whole = applied(url)
        assert 3 <= halfway < whole
        with prepare(url, tmp_path) as third:
            assert third.wait(60) == 0
        assert applied(url) == whole


def test_two_preparing_at_once_wait_for_each_other(database_url: str, tmp_path: Path) -> None:
    with made_database(database_url, "twice") as url, prepare(url, tmp_path) as first, prepare(url, tmp_path) as second:
        assert (first.wait(60), second.wait(60)) == (0, 0)


def test_database_of_a_newer_version_is_refused(database_url: str, tmp_path: Path) -> None:
    with made_database(database_url, "newer") as url:
        with prepare(url, tmp_path) as process:
            assert process.wait(60) == 0
        with psycopg.connect(url) as connection:
            connection.execute("INSERT INTO django_migrations (app, name, applied) VALUES ('org', '9999_future', now())")
        with prepare(url, tmp_path) as process:
            assert process.stderr is not None
            said = process.stderr.read()
        assert process.returncode == 2
        assert "newer version (it holds org.9999_future)" in said


def test_full_disk_while_migrating_is_told_in_one_line_and_the_next_run_goes_on(tmp_path: Path) -> None:
    small, mount, umount = tmp_path / "small", shutil.which("mount"), shutil.which("umount")
    small.mkdir()
    if (
        not (mount and umount)
        or subprocess.run([mount, "-t", "tmpfs", "-o", "size=96m", "tmpfs", small], capture_output=True, check=False).returncode
    ):
        pytest.skip("needs the right to mount a small disk")
    try:
        with running_server(small / "postgres", THROWAWAY) as url:
            (small / "filler").write_bytes(b"0" * (shutil.disk_usage(small).free - 2_000_000))
            with prepare(url, tmp_path) as process:
                assert process.stderr is not None
                said = process.stderr.read().splitlines()
            assert process.returncode == 2
            assert "no space left on the disk" in said[-1]
            assert len(said) == 2  # that it began, and why it ended
            (small / "filler").unlink()
            with prepare(url, tmp_path) as process:
                assert process.wait(60) == 0
    finally:
        subprocess.run([umount, small], check=True)


def test_secret_key_is_made_once_and_kept_private(home: Path, template: Path) -> None:
    key = home / "var" / "secret-key"
    assert key.stat().st_mode & 0o777 == 0o600
    assert len(key.read_text(encoding="ascii")) >= 50
    before = key.read_bytes()
    with serving(home, PORT=str(free_port())):
        pass
    assert key.read_bytes() == before
    wait_until_gone(home)
