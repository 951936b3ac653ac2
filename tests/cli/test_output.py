import json
import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from shutil import which

import pytest

from yunchou.calc.errors import BadInput
from yunchou.cli.output import check_out, output_folder


@contextmanager
def unexpected():
    """Let a planned fault pass, and nothing else."""
    with pytest.raises(RuntimeError, match="planned"):
        yield


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_output_folder_appears_with_all_its_files_at_the_end(tmp_path):
    out = tmp_path / "a" / "b"
    with output_folder(out) as folder:
        (folder / "one.txt").write_text("1")
        assert not out.exists()
    assert names(out) == ["one.txt"]
    assert names(tmp_path / "a") == ["b"]


def test_output_folder_leaves_nothing_after_a_fault(tmp_path):
    with unexpected(), output_folder(tmp_path / "a" / "b") as folder:
        (folder / "one.txt").write_text("1")
        raise RuntimeError("planned")
    assert names(tmp_path) == []


def test_output_folder_takes_an_empty_folder_and_refuses_a_filled_one(tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    with output_folder(out) as folder:
        (folder / "one.txt").write_text("1")
    with pytest.raises(BadInput) as refused, output_folder(out):
        pytest.fail("a filled folder was taken")
    assert "--force" in refused.value.text.zh
    assert (out / "one.txt").read_text() == "1"


def test_output_folder_with_force_replaces_its_files_and_keeps_the_others(tmp_path):
    out = tmp_path / "out"
    (out / "deep").mkdir(parents=True)
    (out / "mine.txt").write_text("mine")
    (out / "deep" / "too.txt").write_text("too")
    (out / "plan.txt").write_text("old")
    with output_folder(out, force=True) as folder:
        (folder / "plan.txt").write_text("new")
    assert names(out) == ["deep", "mine.txt", "plan.txt"]
    assert [(out / n).read_text() for n in ("mine.txt", "plan.txt", "deep/too.txt")] == ["mine", "new", "too"]
    assert names(tmp_path) == ["out"]


def test_output_folder_with_force_changes_nothing_after_a_fault(tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    (out / "plan.txt").write_text("old")
    with unexpected(), output_folder(out, force=True) as folder:
        (folder / "plan.txt").write_text("new")
        raise RuntimeError("planned")
    assert (out / "plan.txt").read_text() == "old"
    assert names(tmp_path) == ["out"]


def test_check_out_names_a_file_and_a_place_that_cannot_be_written(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(BadInput) as refused:
        check_out(tmp_path / "file", force=True)
    assert "是一个文件" in refused.value.text.zh
    with pytest.raises(BadInput) as refused:
        check_out(tmp_path / "file" / "below", force=False)
    assert "--out" in refused.value.text.en


HANGS = """
import sys, time
from pathlib import Path
from yunchou.cli.output import output_folder
with output_folder(Path(sys.argv[1])) as folder:
    (folder / "half.txt").write_text("half")
    print("writing", flush=True)
    time.sleep(60)
"""


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_output_folder_of_a_killed_run_never_appears_and_is_swept_by_the_next(tmp_path, how):
    out = tmp_path / "out"
    with subprocess.Popen([sys.executable, "-c", HANGS, str(out)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as run:
        assert run.stdout.readline() == "writing\n"
        run.send_signal(how)
        run.wait(timeout=20)
    assert not out.exists()
    with output_folder(out) as folder:
        (folder / "whole.txt").write_text("whole")
    assert names(tmp_path) == ["out"]
    assert names(out) == ["whole.txt"]


@pytest.fixture
def tiny_disk(tmp_path):
    """Mount a disk of 64 kB, where the machine lets us."""
    place = tmp_path / "disk"
    place.mkdir()
    mount, umount = which("mount"), which("umount")
    words = [mount, "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(place)]
    if mount is None or umount is None or subprocess.run(words, capture_output=True, check=False).returncode:
        pytest.skip("this user cannot mount a small disk to fill")
    yield place
    for _ in range(20):
        if not subprocess.run([umount, str(place)], capture_output=True, check=False).returncode:
            break
        time.sleep(0.1)


def test_output_folder_on_a_full_disk_leaves_nothing(tiny_disk):
    with (
        pytest.raises(OSError, match="No space left") as fault,
        output_folder(tiny_disk / "out") as folder,
        (folder / "big").open("wb") as big,
    ):
        big.write(os.urandom(200_000))
    assert fault.value.errno == 28
    assert names(tiny_disk) == []


def test_output_folder_follows_a_link(tmp_path):
    (tmp_path / "far").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "far")
    with output_folder(tmp_path / "link") as folder:
        (folder / "one.txt").write_text("1")
    assert (tmp_path / "link").is_symlink()
    assert names(tmp_path / "far") == ["one.txt"]
    assert names(tmp_path) == ["far", "link"]


def test_output_folder_leaves_out_what_no_longer_holds(tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    (out / "old.txt").write_text("0")
    (out / "mine.txt").write_text("0")
    with output_folder(out, force=True, outdated=["old.txt"]) as folder:
        (folder / "new.txt").write_text("1")
    assert names(out) == ["mine.txt", "new.txt"]


def test_output_folder_fills_a_mounted_disk(tiny_disk):
    (tiny_disk / "old.txt").write_text("0")
    with output_folder(tiny_disk, force=True, outdated=["old.txt"]) as folder:
        (folder / "one.txt").write_text("1")
    assert names(tiny_disk) == ["one.txt"]
    with unexpected(), output_folder(tiny_disk, force=True) as folder:
        (folder / "two.txt").write_text("1")
        raise RuntimeError("planned")
    assert names(tiny_disk) == ["one.txt"]


def test_output_folder_where_nothing_can_be_made_is_refused():
    with pytest.raises(BadInput, match="cannot write below /proc"), output_folder(Path("/proc/out")):
        pass


def test_a_full_disk_is_told_in_one_line(tiny_disk, tmp_path):
    table = tmp_path / "lines.csv"
    table.write_text("日期,金额\n2024-01-01,5\n", encoding="utf-8")
    (tiny_disk / "big").write_bytes(b"0" * 64_000)
    words = [sys.executable, "-m", "yunchou.cli.main", "check", str(table), "--out", str(tiny_disk / "out"), "--quiet", "--lang", "en"]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr == "yunchou check: the disk is full and nothing was written; make room, or choose another --out\n"
    assert names(tiny_disk) == ["big"]


def test_a_folder_set_aside_by_a_killed_run_comes_back(tmp_path):
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    aside = tmp_path / f".yunchou-partial-{gone.pid}-abcd1234-aside-out"
    aside.mkdir()
    (aside / "mine.txt").write_text("0")
    with output_folder(tmp_path / "other") as folder:
        (folder / "one.txt").write_text("1")
    assert names(tmp_path) == ["other", "out"]
    assert names(tmp_path / "out") == ["mine.txt"]


def test_what_was_there_comes_back_when_interrupted_between_two_renames(tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    (out / "mine.txt").write_text("0")
    renames = []

    def interrupt(frame, event, _):
        if event == "call" and frame.f_code.co_name == "rename":
            renames.append(names(tmp_path))
            if len(renames) == 2:
                raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), output_folder(out, force=True):
        sys.setprofile(interrupt)
    sys.setprofile(None)
    assert "out" not in renames[1]  # it had been set aside
    assert names(tmp_path) == ["out"]
    assert names(out) == ["mine.txt"]


def test_json_is_utf_8_whatever_the_terminal_speaks(tmp_path):
    table = tmp_path / "lines.csv"
    table.write_text("日期,金额\n2024-01-01,5\n", encoding="utf-8")
    words = [sys.executable, "-m", "yunchou.cli.main", "check", str(table), "--out", str(tmp_path / "out"), "--json"]
    done = subprocess.run(words, capture_output=True, check=False, env={**os.environ, "PYTHONIOENCODING": "latin-1"})
    assert done.returncode == 0
    assert json.loads(done.stdout.decode("utf-8"))["mapping"] == {"date": "日期", "amount": "金额"}
