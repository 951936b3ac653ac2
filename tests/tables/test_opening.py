import gzip
import io
import os
import zlib
from datetime import date, datetime
from decimal import Decimal

import polars as pl
import pytest

from tests.tables.written_files import write_csv, write_xlsx
from yunchou.calc.errors import BadInput
from yunchou.tables.opening import open_grid

ROWS = [["日期", "金额"], ["2024-01-01", "1.5"], ["2024-01-02", "2"]]


def refusal(path, sheet=None):
    with pytest.raises(BadInput) as refused:
        open_grid(path, sheet)
    return refused.value.text


@pytest.mark.parametrize("name", ["a.csv", "a.csv.gz", "a.txt", "a.xlsx", "wrongly-named.csv"])
def test_open_grid_tells_the_kind_by_the_first_bytes(tmp_path, name):
    path = tmp_path / name
    if name in {"a.xlsx", "wrongly-named.csv"}:
        write_xlsx(tmp_path / "b.xlsx", ROWS).rename(path)
    else:
        write_csv(path, ROWS)
    assert open_grid(path, None).cells.select("c0", "c1").rows() == [tuple(row) for row in ROWS]


def test_open_grid_reads_parquet_values_as_text_without_loss(tmp_path):
    pl.DataFrame(
        {
            "day": [date(2024, 1, 1), None],
            "moment": [datetime.fromisoformat("2024-01-01T10:11:12"), None],
            "exact": [Decimal("1.50"), Decimal("-2.25")],
            "double": [0.1 + 0.2, 3.0],
            "whole": [7.0, None],
            "key": ["None", ""],
        },
    ).write_parquet(tmp_path / "a.parquet")
    grid = open_grid(tmp_path / "a.parquet", None)
    assert grid.names == ("day", "moment", "exact", "double", "whole", "key")
    assert grid.cells.rows() == [
        ("2024-01-01", "2024-01-01 10:11:12", "1.50", "0.30000000000000004", "7", "None"),
        (None, None, "-2.25", "3", None, None),
    ]


def test_open_grid_refuses_parquet_columns_of_lists(tmp_path):
    pl.DataFrame({"a": [[1, 2]]}).write_parquet(tmp_path / "a.parquet")
    assert "does not hold single values" in refusal(tmp_path / "a.parquet").en


def test_open_grid_names_a_file_that_is_not_there(tmp_path):
    assert refusal(tmp_path / "none.csv").zh.startswith("没有文件")


def test_open_grid_names_a_folder(tmp_path):
    assert "is a folder; give a file" in refusal(tmp_path).en


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no named pipes")
def test_open_grid_does_not_wait_on_a_pipe(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    assert "is no ordinary file" in refusal(tmp_path / "pipe").en


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_open_grid_names_a_file_it_may_not_read(tmp_path):
    path = write_csv(tmp_path / "a.csv", ROWS)
    path.chmod(0)
    assert "no permission to read" in refusal(path).en


@pytest.mark.parametrize("data", [b"", b"\n\n \r\n", b"\xef\xbb\xbf", gzip.compress(b"", mtime=0), gzip.compress(b" \n", mtime=0)])
def test_open_grid_names_an_empty_file(tmp_path, data):
    path = tmp_path / "a.csv"
    path.write_bytes(data)
    assert "is empty; check whether the export went well" in refusal(path).en


@pytest.mark.parametrize(
    "damage", [lambda data: data[: len(data) // 2], lambda data: data[:-4], lambda data: data[:40] + b"xxxx" + data[44:]]
)
def test_open_grid_names_a_truncated_or_damaged_gzip(tmp_path, damage):
    path = tmp_path / "a.csv.gz"
    path.write_bytes(damage(gzip.compress(b"a,b\n" + os.urandom(500).hex().encode())))
    assert "is cut short or damaged" in refusal(path).en
    assert "不完整" in refusal(path).zh


def test_open_grid_refuses_a_gzip_that_unpacks_to_too_much(tmp_path):
    path = tmp_path / "bomb.csv.gz"
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    path.write_bytes(b"".join(packer.compress(b"0" * (1 << 24)) for _ in range(6)) + packer.flush())
    assert "unpacks to more than" in refusal(path).en


def test_open_grid_reads_only_csv_from_a_gzip(tmp_path):
    book = write_xlsx(tmp_path / "a.xlsx", ROWS).read_bytes()
    (tmp_path / "a.xlsx.gz").write_bytes(gzip.compress(book))
    assert "only CSV is read from .gz" in refusal(tmp_path / "a.xlsx.gz").en


def test_open_grid_names_an_old_or_encrypted_workbook(tmp_path):
    old, locked = tmp_path / "old.xls", tmp_path / "locked.xlsx"
    old.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
    locked.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le"))
    assert "is an old .xls" in refusal(old).en
    assert "protected by a password" in refusal(locked).en


def test_open_grid_names_a_parquet_file_that_is_cut_short(tmp_path):
    buffer = io.BytesIO()
    pl.DataFrame({"a": [1]}).write_parquet(buffer)
    (tmp_path / "a.parquet").write_bytes(buffer.getvalue()[:-20])
    assert "not a complete Parquet file" in refusal(tmp_path / "a.parquet").en


def test_open_grid_refuses_a_sheet_of_what_has_none(tmp_path):
    assert "has no sheets" in refusal(write_csv(tmp_path / "a.csv", ROWS), "订单").en
