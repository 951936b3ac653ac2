import polars as pl
import pytest

from yunchou.tables.words import FOOTER, plain_header, rank, unit_scale

KNOWN = {
    "date": "订单日期|日期|下单时间|OrderDate|order_date|Invoice Date",
    "amount": "销售额|金额|含税金额|SalesAmount|Amount|Revenue|销售额（万元）|实际成交金额",
    "region": "地区|区域|大区|Region|SalesTerritoryKey|省/自治区",
    "customer": "客户 ID|客户名称|Customer|ResellerKey",
    "product": "类别|子类别|产品名称|产品 ID|Product|ProductKey",
    "person": "销售员|业务员|EmployeeKey",
    "cost": "成本|TotalProductCost",
}
OTHERS = {
    "amount": "单价|UnitPrice|利润|数量|折扣金额|SalesQuota|InvoiceNo",
    "date": "发货日期|ship date",
    "region": "地区经理",
    "customer": "客户类型",
    "cost": "StandardCost",
}


@pytest.mark.parametrize(("role", "header"), [(role, header) for role, headers in KNOWN.items() for header in headers.split("|")])
def test_rank_knows_the_headers_people_use(role, header):
    assert rank(header, role) is not None


@pytest.mark.parametrize(("role", "header"), [(role, header) for role, headers in OTHERS.items() for header in headers.split("|")])
def test_rank_refuses_headers_that_mean_something_else(role, header):
    assert rank(header, role) is None


def test_plain_header_meets_spellings_of_one_name():
    assert {plain_header(text) for text in ("Order Date", "order_date", "ＯＲＤＥＲ-date", "Order.Date (UTC)")} == {"orderdate"}
    assert plain_header("（金额）") == "(金额)"


def test_footer_fits_sums_and_no_names():
    sums = [
        "合计",
        "总计：",
        "小 计",
        "华东 小计",
        "华东小计",
        "本页合计",
        "合计（元）",
        "Total",
        "Grand Total:",
        "East Subtotal",
        "sub-total",
    ]
    names = ["计算机", "设计院", "Totally Fit", "TotalEnergies", "北京总部", "summer", "2024-01-01", ""]
    assert pl.Series(sums).str.contains(FOOTER).to_list() == [True] * len(sums)
    assert pl.Series(names).str.contains(FOOTER).to_list() == [False] * len(names)


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("单位：万元", ("万元", 10_000)),
        ("销售额(万元)", ("万元", 10_000)),
        ("2024 年销售（单位: 亿元）", ("亿元", 10**8)),
        ("金额（元）", None),
        ("万元户", None),
        ("单位：元", None),
    ],
)
def test_unit_scale_reads_a_stated_unit(text, unit):
    assert unit_scale(text) == unit
