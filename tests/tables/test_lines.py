import datetime as dt
from datetime import date
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.tables.written_files import write_csv, write_xlsx
from yunchou.calc.errors import BadInput
from yunchou.tables import read_lines

SHARED = Path(__file__).parents[2].parent / "shared" / "data"
TODAY = date(2026, 11, 23)

days = st.dates(min_value=date(2020, 1, 1), max_value=TODAY)
amounts = st.decimals(min_value=-99_999, max_value=99_999, places=2)
names = st.sampled_from(["华东", "华南", "None", "NA", "无", ""])
rows_of_orders = st.lists(st.tuples(days, amounts, names), min_size=1, max_size=12)
broken = st.sampled_from(
    [
        (["待定", "1", "x"], 1, 0),
        (["2024-01-01", "abc", "x"], 1, 0),
        (["2999-01-01", "1", "x"], 1, 0),
        (["2024-01-01", "", "x"], 1, 0),
        (["2024-01-01", "1", "x", "y"], 1, 0),
        (["", "", ""], 0, 1),
        (["合计", "99", ""], 0, 1),
        (["", "99", "华东 小计"], 0, 1),
        (["日期", "金额", "地区"], 0, 1),
    ]
)


def read(path, **options):
    return read_lines(path, today=TODAY, **options)


def same(one, other):
    return one.frame.with_columns(pl.col("amount").cast(pl.Decimal(38, 6))).equals(
        other.frame.with_columns(pl.col("amount").cast(pl.Decimal(38, 6)))
    ) and (one.mapping, one.rows, one.used, one.sums_by_year) == (other.mapping, other.rows, other.used, other.sums_by_year)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(rows=rows_of_orders)
def test_read_lines_gives_the_same_from_every_encoding_and_kind(tmp_path, rows):
    texts = [["日期", "金额", "地区"], *([day.isoformat(), str(amount), name] for day, amount, name in rows)]
    values = [["日期", "金额", "地区"], *([dt.datetime.combine(day, dt.time()), float(amount), name or None] for day, amount, name in rows)]
    first = read(write_csv(tmp_path / "a.csv", texts))
    others = [
        *(read(write_csv(tmp_path / "b.csv", texts, encoding)) for encoding in ("utf-8-sig", "gb18030", "utf-16")),
        *(read(write_csv(tmp_path / "c.csv", texts, delimiter=delimiter)) for delimiter in ";\t"),
        read(write_csv(tmp_path / "d.csv.gz", texts, "gb18030")),
        read(write_xlsx(tmp_path / "e.xlsx", values)),
    ]
    assert [same(first, other) for other in others] == [True] * len(others)
    assert first.frame["amount"].to_list() == [amount for _, amount, _ in rows]
    assert first.frame["region"].to_list() == [name or "(blank)" for _, _, name in rows]


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(rows=rows_of_orders, odd=st.lists(st.tuples(st.integers(0, 12), broken), max_size=8))
def test_read_lines_uses_refuses_or_skips_every_row(tmp_path, rows, odd):
    table = [[day.isoformat(), str(amount), name] for day, amount, name in rows]
    for place, (row, _, _) in odd:
        table.insert(min(place, len(table)), row)
    lines = read(write_csv(tmp_path / "a.csv", [["日期", "金额", "地区"], *table]), roles={"date": "日期", "amount": "金额"})
    assert (lines.rows, lines.used) == (len(table), len(rows))
    assert lines.rejected == sum(refused for _, (_, refused, _) in odd) == lines.rejects.height == sum(lines.reasons.values())
    assert lines.skipped == sum(skipped for _, (_, _, skipped) in odd)
    assert sum(map(Decimal, lines.sums_by_year.values())) == sum(amount for _, amount, _ in rows)


def test_read_lines_names_sheet_row_column_value_and_reason_of_a_refused_row(tmp_path):
    rows = [
        ["销售明细"],
        [],
        ["日期", "金额"],
        ["2024-01-01", 5],
        ["2024-01-02", "=1+1"],
        ["待定", 7],
        ["2024-01-04", "五元"],
        ["2024-01-05", "15%"],
    ]
    lines = read(write_xlsx(tmp_path / "a.xlsx", rows), roles={"amount": "金额"})
    assert lines.rejects.rows() == [
        ("2024-01-02", None, "订单", 5, "金额", "=1+1", "formula_without_value"),
        ("待定", "7", "订单", 6, "日期", "待定", "date_not_readable"),
        ("2024-01-04", "五元", "订单", 7, "金额", "五元", "amount_not_a_number"),
        ("2024-01-05", "15%", "订单", 8, "金额", "15%", "amount_is_percentage"),
    ]
    assert lines.rejects.columns == ["日期", "金额", "sheet", "row", "column", "value", "reason"]
    assert (lines.rows, lines.used, lines.rejected, lines.skipped) == (7, 1, 4, 2)


def test_read_lines_counts_the_lines_of_a_csv_as_an_editor_does(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text('日期,金额,备注\n2024-01-01,1,"两\n行"\n2024-01-02,x,\n2024-01-03,1,234.5,\n', encoding="utf-8")
    lines = read(path)
    assert lines.rejects.select("row", "column", "value", "reason").rows() == [
        (4, "金额", "x", "amount_not_a_number"),
        (5, "D", None, "too_many_cells"),
    ]


def test_read_lines_keeps_original_columns_apart_from_those_it_adds(tmp_path):
    lines = read(write_csv(tmp_path / "a.csv", [["日期", "金额", "value", "row"], ["2024-01-01", 1, "v", "r"], ["x", 1, "v", "r"]]))
    assert lines.rejects.columns == ["日期", "金额", "value (C)", "row (D)", "sheet", "row", "column", "value", "reason"]


def test_read_lines_skips_titles_blanks_footers_and_notes(tmp_path):
    rows = [
        ["销售明细", "", ""],
        ["", "", ""],
        ["日期", "地区", "金额"],
        ["2024-01-01", "华东", "1"],
        ["", "", ""],
        ["2024-01-31", "小计", "1"],
        ["", "华东 汇总", "1"],
        ["日期", "地区", "金额"],
        ["2024-02-01", "合计算机公司", "2"],
        ["总计", "", "3"],
        ["制表人：张三", "复核：李四", ""],
    ]
    lines = read(write_csv(tmp_path / "a.csv", rows))
    assert (lines.rows, lines.used, lines.rejected, lines.skipped) == (10, 2, 0, 8)
    assert lines.sums_by_year == {"2024": "3"}


def test_read_lines_keeps_returns_as_negative_lines(tmp_path):
    lines = read(write_csv(tmp_path / "a.csv", [["日期", "金额"], ["2024-01-01", "100"], ["2024-01-02", "(30)"], ["2024-01-03", "-5.5"]]))
    assert lines.sums_by_year == {"2024": "64.5"}


def test_read_lines_keeps_and_reports_exact_duplicates(tmp_path):
    rows = [["日期", "金额"], *[["2024-01-01", "1"]] * 3, ["2024-01-02", "1"]]
    lines = read(write_csv(tmp_path / "a.csv", rows))
    assert (lines.used, lines.duplicates) == (4, 2)
    assert lines.warnings[0].zh == "有 2 行与别的行完全相同，都保留了；如是重复导出，请先删去"


def test_read_lines_does_not_read_lines_after_until(tmp_path):
    path = write_csv(tmp_path / "a.csv", [["日期", "金额"], ["2024-01-01", "1"], ["2024-02-01", "1"], ["2024-03-01", "x"]])
    lines = read(path, until=date(2024, 1, 31))
    assert (lines.rows, lines.used, lines.rejected, lines.skipped) == (1, 1, 0, 0)
    with pytest.raises(BadInput, match="all 3 rows are after 2023-12-31"):
        read(path, until=date(2023, 12, 31))


def test_read_lines_reads_planned_days_up_to_a_later_until(tmp_path):
    path = write_csv(tmp_path / "a.csv", [["日期", "金额"], ["2024-01-01", "1"], ["2027-06-01", "1"]])
    assert read(path).reasons == {"date_out_of_range": 1}
    assert read(path, until=date(2027, 12, 31)).used == 2


def test_read_lines_fills_merged_cells_down_but_never_amounts(tmp_path):
    rows = [["地区", "日期", "金额"], ["华东", "2024-01-01", 6], [None, "2024-01-02", None], [None, "2024-01-03", 2]]
    lines = read(write_xlsx(tmp_path / "a.xlsx", rows, merged=["A2:A4", "C2:C3"]))
    assert lines.frame["region"].to_list() == ["华东", "华东"]
    assert (lines.sums_by_year, lines.reasons) == ({"2024": "8"}, {"amount_empty": 1})
    assert "有合并单元格：2 格按合并的内容补齐（金额不补）" in [warning.zh for warning in lines.warnings]


def test_read_lines_reads_a_two_row_header_with_merged_cells(tmp_path):
    rows = [["日期", "客户", None, "金额"], [None, "编号", "名称", None], ["2024-01-01", "7", "甲", 5]]
    lines = read(write_xlsx(tmp_path / "a.xlsx", rows, merged=["A1:A2", "B1:C1", "D1:D2"]))
    assert lines.mapping == {"date": "日期", "amount": "金额", "customer": "客户 编号"}
    assert lines.sums_by_year == {"2024": "5"}


def test_read_lines_gives_keys_beside_the_lines(tmp_path):
    rows = [["日期", "金额", "类别", "备注"], ["2024-01-01", "1", "甲", ""], ["x", "1", "乙", "y"], ["2024-01-02", "2", "无", "z"]]
    lines = read(write_csv(tmp_path / "a.csv", rows), by=["备注", "类别"])
    assert lines.keys.to_dict(as_series=False) == {"备注": ["(blank)", "z"], "类别": ["甲", "无"]}
    assert lines.keys.height == lines.frame.height


def test_read_lines_keeps_a_sale_whose_cost_is_not_readable(tmp_path):
    rows = [
        ["日期", "金额", "成本"],
        ["2024-01-01", "1", "0.5"],
        ["2024-01-02", "2", "?"],
        ["2024-01-03", "3", ""],
        ["2024-01-04", "3", "1"],
    ]
    lines = read(write_csv(tmp_path / "a.csv", rows))
    assert lines.frame["cost"].to_list() == [Decimal("0.5"), None, None, Decimal(1)]
    assert [warning.en for warning in lines.warnings] == ["the cost of 1 rows is not readable and counts as missing"]


def test_read_lines_states_the_unit_a_table_states(tmp_path):
    lines = read(write_csv(tmp_path / "a.csv", [["日期", "销售额（万元）"], ["2024-01-01", "1.5"]]))
    assert lines.sums_by_year == {"2024": "1.5"}
    assert "做计划时请加 --scale 10000" in lines.warnings[0].zh


def test_read_lines_reports_blanks_and_spellings_of_keys(tmp_path):
    rows = [["日期", "金额", "地区"], ["2024-01-01", "1", "华东"], ["2024-01-02", "1", "华东 "], ["2024-01-03", "1", ""]]
    assert [warning.en for warning in read(write_csv(tmp_path / "a.csv", rows)).warnings] == [
        "the region column '地区' is empty in 1 rows, called (blank)",
        "1 values of the region column '地区' differ from others by blanks only and count as different; write them alike",
    ]


@pytest.mark.parametrize("rows", [[["日期", "金额"]], [["日期", "金额"], ["", ""], ["", ""]]])
@pytest.mark.parametrize("write", [write_csv, write_xlsx])
def test_read_lines_refuses_a_header_alone(tmp_path, rows, write):
    with pytest.raises(BadInput) as refused:
        read(write(tmp_path / ("a.csv" if write is write_csv else "a.xlsx"), rows))
    assert "has a header but no rows" in refused.value.text.en
    assert "只有表头，没有数据行" in refused.value.text.zh


def test_read_lines_warns_of_dates_that_a_spreadsheet_may_have_turned_around(tmp_path):
    rows = [["日期", "金额"], [dt.datetime.combine(date(2024, 5, 3), dt.time()), 1], ["13/5/2024", 2]]
    assert [warning.en for warning in read(write_xlsx(tmp_path / "a.xlsx", rows)).warnings] == [
        "the date column is half dates, half texts such as 13/5/2024: Excel may have turned day and month around; check the original file"
    ]


def test_read_lines_refuses_a_key_named_twice(tmp_path):
    path = write_csv(tmp_path / "a.csv", [["日期", "金额", "类别"], ["2024-01-01", "1", "甲"]])
    with pytest.raises(BadInput, match="--by names a column twice"):
        read(path, by=["类别", "类 别"])


def test_read_lines_refuses_an_empty_sheet(tmp_path):
    with pytest.raises(BadInput, match=r"sheet '订单' of .* is empty"):
        read(write_xlsx(tmp_path / "a.xlsx", []))


def test_read_lines_says_that_months_side_by_side_must_be_turned(tmp_path):
    path = write_csv(tmp_path / "a.csv", [["地区", *[f"{month}月" for month in range(1, 13)]], ["华东", *range(12)]])
    with pytest.raises(BadInput) as refused:
        read(path)
    assert "表是按月横排的，请先转成一行一笔（日期、金额）" in refused.value.text.zh


def test_read_lines_reads_traditional_headers(tmp_path):
    lines = read(write_csv(tmp_path / "a.csv", [["訂單日期", "銷售額", "客戶名稱", "產品類別"], ["2024-01-01", "1", "甲", "乙"]]))
    assert lines.mapping == {"date": "訂單日期", "amount": "銷售額", "product": "產品類別", "customer": "客戶名稱"}


def test_read_lines_refuses_a_table_without_one_usable_row(tmp_path):
    path = write_csv(tmp_path / "a.csv", [["日期", "金额"], ["2024-01-01", "很多"], ["2024-01-02", "更多"]])
    with pytest.raises(BadInput) as refused:
        read(path)
    assert refused.value.text.zh.endswith("里没有一行能用：2 行都被拒绝，如“金额”= 很多：金额不是数字")


def test_read_lines_sums_exactly_beyond_38_digits(tmp_path):
    amount = "999999999999999.00000000000000000001"
    lines = read(write_csv(tmp_path / "a.csv", [["日期", "金额"], *[["2024-01-01", amount]] * 20_000]))
    assert lines.sums_by_year == {"2024": "19999999999999980000.00000000000000020000"}


def test_read_lines_reads_a_million_lines(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("日期,金额\n" + "2024-01-01,1.25\n2024-01-02,-0.25\n" * 500_000, encoding="utf-8")
    lines = read(path)
    assert (lines.used, lines.sums_by_year) == (1_000_000, {"2024": "500000.00"})


@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared data sets are not here")
def test_read_lines_reads_the_superstore_and_means_the_sub_categories():
    lines = read(SHARED / "superstore_cn" / "orders.csv.gz")
    assert lines.mapping == {"date": "订单日期", "amount": "销售额", "product": "子类别", "region": "地区", "customer": "客户 ID"}
    assert (lines.used, lines.rejected, list(lines.sums_by_year)) == (10_000, 0, ["2014", "2015", "2016", "2017"])


@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared data sets are not here")
def test_read_lines_reads_the_reseller_sales():
    lines = read(SHARED / "adventureworks" / "reseller_sales_lines.csv.gz")
    assert lines.mapping == {
        "date": "OrderDate",
        "amount": "SalesAmount",
        "product": "ProductKey",
        "region": "SalesTerritoryKey",
        "customer": "ResellerKey",
        "person": "EmployeeKey",
        "cost": "TotalProductCost",
    }
    assert (lines.used, lines.warnings) == (57_851, ())


@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared data sets are not here")
def test_read_lines_takes_no_price_for_an_amount():
    with pytest.raises(BadInput, match="add a column amount = quantity × price first"):
        read(SHARED / "online_retail" / "online_retail_lines.csv.gz")


def test_quantities_are_exact_and_null_where_they_cannot_be_read(tmp_path):
    path = write_csv(
        tmp_path / "a.csv",
        [["日期", "金额", "数量", "订单号"], ["2024-01-01", 5, "1.5", "A"], ["2024-01-02", 5, "", ""], ["2024-01-03", 5, "2件", "B"]],
    )
    frame = read_lines(path, also=("quantity", "order")).frame
    assert frame["quantity"].to_list()[:2] == [Decimal("1.5"), None]
    assert frame["order"].to_list() == ["A", "(blank)", "B"]
