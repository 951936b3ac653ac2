import pytest

from tests.tables.written_files import write_csv
from yunchou.calc.errors import BadInput
from yunchou.tables import read_lines


def mapping_of(tmp_path, header, *rows, **options):
    return read_lines(write_csv(tmp_path / "a.csv", [header, *rows]), **options).mapping


def orders(years=(2022, 2023, 2024), lines=40):
    """Three years of lines with columns of every fineness: 3 categories, 8 kinds, a product per line."""
    for year in years:
        for line in range(lines):
            yield (
                f"{year}-{line % 12 + 1:02}-05",
                f"类{line % 3}",
                f"小类{line % 8}",
                f"品{year}{line}",
                f"区{line % 4}",
                "中国",
                f"客{line}",
                line,
            )


HEADER = ["订单日期", "类别", "子类别", "产品名称", "地区", "国家", "客户名称", "销售额"]


def test_read_lines_guesses_chinese_headers(tmp_path):
    assert mapping_of(tmp_path, HEADER, *orders()) == {
        "date": "订单日期",
        "amount": "销售额",
        "product": "子类别",
        "region": "地区",
        "customer": "客户名称",
    }


def test_read_lines_guesses_the_same_columns_in_any_order(tmp_path):
    turned = [[*reversed(row)] for row in [HEADER, *orders()]]
    assert mapping_of(tmp_path, *turned) == mapping_of(tmp_path, HEADER, *orders())


def test_read_lines_guesses_english_headers(tmp_path):
    header = [
        "SalesOrderNumber",
        "OrderDate",
        "DueDate",
        "ProductKey",
        "ResellerKey",
        "EmployeeKey",
        "SalesTerritoryKey",
        "UnitPrice",
        "TotalProductCost",
        "SalesAmount",
    ]
    assert mapping_of(tmp_path, header, ["SO1", "2024-01-01", "2024-02-01", 1, 2, 3, 4, 5, 6, 7]) == {
        "date": "OrderDate",
        "amount": "SalesAmount",
        "product": "ProductKey",
        "region": "SalesTerritoryKey",
        "customer": "ResellerKey",
        "person": "EmployeeKey",
        "cost": "TotalProductCost",
    }


def test_read_lines_prefers_the_named_column_that_reads_as_such(tmp_path):
    assert mapping_of(tmp_path, ["日期", "下单时间", "金额"], ["待定", "2024-01-01", 5], ["", "2024-01-02", 6])["date"] == "下单时间"


def test_read_lines_finds_an_unnamed_date_by_its_content_and_no_amount_by_guesswork(tmp_path):
    assert mapping_of(tmp_path, ["哪天", "销售额"], ["2024-01-01", 5], ["2024-01-02", 6])["date"] == "哪天"
    with pytest.raises(BadInput) as refused:
        mapping_of(tmp_path, ["日期", "编号"], ["2024-01-01", 5], ["2024-01-02", 6])
    assert "has no column for amount; name it with --amount; its columns are: 日期, 编号" in refused.value.text.en
    assert "找不到金额列；请用 --amount 指定" in refused.value.text.zh


def test_read_lines_says_what_to_do_with_a_quantity_and_a_price(tmp_path):
    with pytest.raises(BadInput, match="add a column amount = quantity × price first"):
        mapping_of(tmp_path, ["InvoiceDate", "Quantity", "UnitPrice"], ["2024-01-01", 5, 2])


def test_read_lines_warns_when_a_guess_is_not_unique(tmp_path):
    lines = read_lines(write_csv(tmp_path / "a.csv", [HEADER, *orders()]))
    assert [warning.zh for warning in lines.warnings] == [
        "地区列不止一个可能：取了“地区”，没有取“国家”；不对请用 --region 指定",
        "产品列不止一个可能：取了“子类别”（8 个值，逐年重复，适合做计划），没有取“类别”、“产品名称”；不对请用 --product 指定",
    ]


def test_read_lines_refuses_a_table_without_a_needed_product_column(tmp_path):
    path = write_csv(tmp_path / "a.csv", [["日期", "金额"], ["2024-01-01", 5]])
    with pytest.raises(BadInput) as refused:
        read_lines(path, need=("date", "amount", "product"))
    assert "找不到产品列；请用 --product 指定；现有的列：日期、金额" in refused.value.text.zh
    assert read_lines(path).used == 1


def test_read_lines_takes_the_columns_it_is_told(tmp_path):
    told = mapping_of(tmp_path, HEADER, *orders(), roles={"product": "类别", "customer": "客户 名称"})
    assert (told["product"], told["customer"]) == ("类别", "客户名称")


def test_read_lines_names_the_nearest_column_to_one_that_is_not_there(tmp_path):
    with pytest.raises(BadInput) as refused:
        mapping_of(tmp_path, HEADER, *orders(), by=["子类"])
    assert "没有“子类”这一列" in refused.value.text.zh
    assert "did you mean '子类别'?" in refused.value.text.en


def test_read_lines_refuses_two_columns_of_one_name_only_where_one_is_wanted(tmp_path):
    rows = [["日期", "金额", "金额", "备注", "备注"], ["2024-01-01", 5, 6, "x", "y"]]
    path = write_csv(tmp_path / "a.csv", rows)
    for roles in ({}, {"amount": "金额"}):
        with pytest.raises(BadInput) as refused:
            read_lines(path, roles=roles)
        assert "有 2 列都叫“金额”；请改名，或写明是哪一列：金额 (B)、金额 (C)" in refused.value.text.zh
    lines = read_lines(path, roles={"amount": "金额 (C)"}, by=["备注 (D)"])
    assert lines.sums_by_year == {"2024": "6"}
    assert lines.keys.to_dict(as_series=False) == {"备注 (D)": ["x"]}
    assert any("2 columns are named '备注'" in warning.en for warning in lines.warnings)


def test_quantity_order_province_and_city_are_guessed_only_where_asked_for(tmp_path):
    header = ["订单日期", "金额", "地区", "省/自治区", "城市", "订单 ID", "行 ID", "数量"]
    row = ["2024-01-01", "5", "华东", "浙江", "杭州", "A-1", "1", "3"]
    plain = mapping_of(tmp_path, header, row, row)
    assert {"quantity", "order", "province", "city"} & set(plain) == set()
    asked = mapping_of(tmp_path, header, row, row, also=("quantity", "order", "province", "city"))
    assert asked == {**plain, "quantity": "数量", "order": "订单 ID", "province": "省/自治区", "city": "城市"}


def test_city_that_is_all_a_table_says_of_places_is_its_region(tmp_path):
    rows = [["2024-01-01", "5", "杭州"], ["2024-01-02", "5", "宁波"]]
    assert mapping_of(tmp_path, ["日期", "金额", "城市"], *rows, also=("city",))["region"] == "城市"


def test_quantity_in_words_is_no_quantity(tmp_path):
    assert "quantity" not in mapping_of(tmp_path, ["日期", "金额", "数量"], ["2024-01-01", "5", "若干"], also=("quantity",))
