import csv
from datetime import date
from decimal import Decimal

import polars as pl
import pytest
import yaml
from polars.testing import assert_frame_equal

from yunchou.calc.errors import BadInput
from yunchou.demo.simulate import FRAMES
from yunchou.demo.truth import default_truth, read_truth
from yunchou.demo.write import departments, write_company
from yunchou.tables import read_lines

HEADERS = ["订单日期", "订单编号", "产品", "产品线", "大区", "城市", "客户", "行业", "部门", "销售", "数量", "金额", "成本"]


@pytest.fixture(scope="module")
def written(tiny, tmp_path_factory):
    out = tmp_path_factory.mktemp("demo") / "company"
    write_company(tiny, out)
    return out


def flat_rows(folder):
    with (folder / "lines.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def test_every_table_reads_back_as_it_was(written, tiny):
    for name in FRAMES:
        assert_frame_equal(pl.read_parquet(written / f"{name}.parquet"), getattr(tiny, name))


def test_lines_csv_holds_every_line_under_chinese_headers(written, tiny):
    header, *rows = flat_rows(written)
    assert header == HEADERS
    assert [row[1] for row in rows] == tiny.order_lines["order_code"].to_list()
    assert sum(Decimal(row[11]) for row in rows) * 100 == tiny.order_lines["amount_minor"].sum()
    assert sum(Decimal(row[12]) for row in rows) * 100 == tiny.order_lines["cost_minor"].sum()
    assert all("" not in row for row in rows)


def test_lines_csv_is_read_by_the_product_itself(written, tiny):
    lines = read_lines(written / "lines.csv")
    assert (lines.used, lines.rejected) == (tiny.order_lines.height, 0)
    guessed = {role: lines.mapping[role] for role in ("date", "amount", "cost", "product", "region", "customer")}
    assert guessed == {"date": "订单日期", "amount": "金额", "cost": "成本", "product": "产品", "region": "大区", "customer": "客户"}
    assert lines.frame["amount"].sum() * 100 == tiny.order_lines["amount_minor"].sum()


def test_a_line_stands_under_the_department_of_its_day(written):
    rows = [dict(zip(HEADERS, row, strict=True)) for row in flat_rows(written)[1:]]
    before = {row["部门"] for row in rows if row["订单日期"] < "2025-07-01"}
    after = {row["部门"] for row in rows if row["订单日期"] >= "2025-07-01"}
    assert before == {"销售一部", "销售二部", "产品销售部"}
    assert after == {"战略客户部", "区域运营部", "产品销售部"}


def test_departments_follow_a_region_when_it_moves(small):
    steps = departments(small.units).filter(pl.col("unit_code") == "R4")
    assert steps.select("department", "starts_on").rows() == [("销售二部", date(2015, 1, 5)), ("区域运营部", date(2025, 7, 1))]


def test_truth_beside_the_data_tells_the_planted_and_the_realised(written, tiny):
    told = yaml.safe_load((written / "truth.yaml").read_text(encoding="utf-8"))
    assert (told["size"], told["seed"]) == ("xs", 3)
    assert told["realised"] == tiny.truth["realised"]
    assert read_truth(written / "truth.yaml") == default_truth()


def test_a_filled_folder_is_left_alone(written, tiny):
    before = {path.name: path.stat().st_mtime_ns for path in written.iterdir()}
    with pytest.raises(BadInput, match="is not empty"):
        write_company(tiny, written)
    assert {path.name: path.stat().st_mtime_ns for path in written.iterdir()} == before


def test_a_demo_company_is_replaced_on_demand(tiny, tmp_path):
    write_company(tiny, tmp_path / "out")
    (tmp_path / "out" / "lines.csv").write_text("old", encoding="utf-8")
    write_company(tiny, tmp_path / "out", replace=True)
    assert flat_rows(tmp_path / "out")[0] == HEADERS
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_nothing_foreign_is_replaced(tiny, tmp_path):
    (tmp_path / "thesis.doc").write_text("mine", encoding="utf-8")
    with pytest.raises(BadInput, match=r"holds thesis\.doc, which is no file of a demo company"):
        write_company(tiny, tmp_path, replace=True)
    assert (tmp_path / "thesis.doc").read_text(encoding="utf-8") == "mine"


def test_a_file_is_no_folder(tiny, tmp_path):
    path = tmp_path / "file"
    path.write_text("", encoding="utf-8")
    with pytest.raises(BadInput, match="is a file; give a folder"):
        write_company(tiny, path)


def test_a_failed_run_leaves_nothing(tiny, tmp_path, monkeypatch):
    def full_disk(*_args, **_kwargs):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(pl.DataFrame, "write_csv", full_disk)
    with pytest.raises(OSError, match="No space left"):
        write_company(tiny, tmp_path / "out")
    assert list(tmp_path.iterdir()) == []
