"""Words that headers and footers are made of, in Chinese and English, best first."""

import re
from typing import Literal

from yunchou.tables.characters import to_half_width

Role = Literal["date", "amount", "product", "region", "customer", "person", "cost", "quantity", "order", "province", "city"]
ROLES: tuple[Role, ...] = ("date", "amount", "product", "region", "customer", "person", "cost")
# Looked for only where they are asked for: most readers have no use for them.
ASKED_ROLES: tuple[Role, ...] = ("quantity", "order", "province", "city")

_EXACT: dict[Role, str] = {
    "date": """
        订单日期 下单日期 下单时间 销售日期 成交日期 交易日期 业务日期 日期 订货日期 订单时间 成交时间 交易时间 时间 单据日期 记账日期
        确认日期 开票日期 签约日期 签单日期 合同日期 出库日期 月份 年月 期间 orderdate ordertime saledate salesdate transactiondate
        date invoicedate bookingdate postingdate orderedat day ds datetime timestamp month period yearmonth createdate createdat
        创建日期 创建时间
    """,
    "amount": """
        销售额 销售金额 含税销售额 含税金额 成交金额 订单金额 金额 价税合计 实收金额 实付金额 合同金额 合同额 成交额 订单额 业绩 营业额
        营收 销售收入 收入 交易金额 总金额 总价 不含税金额 回款金额 回款额 回款 销售 salesamount amount revenue netsales netamount
        sales sale salesrevenue orderamount lineamount linetotal extendedprice totalamount total turnover bookings dollarvalue totaldue
        subtotal value gmv y
    """,
    "product": """
        产品线 产品系列 产品类别 产品大类 产品分类 产品名称 产品 产品型号 产品编号 产品编码 产品代码 产品id 品类 商品类别 商品分类
        商品名称 商品 商品编码 商品id 货品名称 存货名称 物料名称 品名 品牌 子类别 子类 子品类 小类 中类 类别 大类 分类 型号 sku
        productline productfamily productcategory productsubcategory product productname productkey productid productcode subcategory
        category item itemname itemcode stockcode material description
    """,
    "region": """
        大区 地区 区域 销售区域 销售大区 片区 战区 所属区域 所属大区 分公司 市场 省区 省份 省 省自治区 省市 城市 市 国家 region
        salesregion area territory salesterritory salesterritorykey territoryid territorykey zone market division state province city
        country countryregioncode
    """,
    "customer": """
        客户id 客户编号 客户编码 客户代码 客户号 客户名称 客户 客户全称 客户简称 购货单位 购买方 买方 会员id 会员编号 会员 门店编号
        门店名称 门店 经销商 代理商 渠道商 customerid customercode customerkey customerno customer customername account accountid
        accountname client clientid clientname buyer resellerkey reseller resellername store storeid storename dealer
    """,
    "person": """
        销售员 业务员 销售代表 销售人员 销售经理 客户经理 负责人 销售负责人 所属销售 业务人员 员工 员工编号 员工姓名 工号 跟进人 归属人
        营业员 导购 employeekey employee employeeid employeename salesperson salespersonid salesrep rep seller owner accountmanager
        salesman agent person
    """,
    "cost": """
        成本 总成本 成本金额 成本额 销售成本 含税成本 totalproductcost totalcost cost costamount salescost cogs costofsales
        costofgoodssold
    """,
    "quantity": """
        数量 销售数量 订单数量 订货数量 件数 销量 quantity qty orderqty orderquantity units unitssold quantitysold
    """,
    "order": """
        订单id 订单号 订单编号 订单编码 订单 单据编号 单据号 单号 销售单号 合同编号 合同号 发票号 发票号码 orderid orderno ordernumber
        ordercode salesordernumber salesorderid order invoiceno invoicenumber invoiceid contractno contractid documentno
    """,
    "province": "省自治区 省份 省 省区 省市 所在省 所在省份 province state stateprovince",
    "city": "城市 市 地市 地级市 所在城市 所在市 收货城市 客户城市 city cityname",
}
# Endings that make a header a candidate where no exact word does.
_ENDINGS: dict[Role, str] = {
    "date": "日期 时间 date 年月",
    "amount": "销售额 金额 收入 营收 amount revenue",
    "product": "产品 商品 品类 产品名称 商品名称 product productname category sku",
    "region": "大区 地区 区域 region territory",
    "customer": "客户 客户名称 客户编号 客户id customer customerid customername",
    "person": "销售员 业务员 负责人 salesperson salesrep",
    "cost": "成本 cost",
    "quantity": "数量 quantity qty",
    "order": "订单号 订单编号 ordernumber orderid",
    "province": "省份 province",
    "city": "城市 city",
}
# What a header of a role never holds: a unit price is no amount, a shipping date no order date.
_NEVER: dict[Role, re.Pattern[str]] = {
    "date": re.compile(r"发货|交货|到货|截止|到期|生日|出生|更新|修改|ship|due|deliver|expir|birth|update|modif|天数|days"),
    "amount": re.compile(
        r"单价|价格|利润|毛利|成本|折扣|税额|税率|税金|数量|运费|目标|预算|quota|target|budget|unitprice|price|profit|margin|cost|discount|tax$|taxamt|freight|qty|quantity|id$"
    ),
    "product": re.compile(r"单价|价格|成本|数量|price|cost|qty|quantity|status|状态|客户|customer"),
    "region": re.compile(r"经理|manager|电话|邮编|postal"),
    "customer": re.compile(r"经理|类型|类别|等级|分类|细分|manager|segment|type|grade|电话|phone"),
    "person": re.compile(r"电话|phone|数|count"),
    "cost": re.compile(r"单位|unit|standard|标准|率|rate"),
    "quantity": re.compile(r"退|最小|起订|库存|未|目标|return|refund|min|stock|target|quota"),
    "order": re.compile(r"行|原|line|item|original|parent"),
    "province": re.compile(r"编码|代码|code"),
    "city": re.compile(r"编码|代码|code|级"),
}
_TRADITIONAL = str.maketrans(
    "訂單銷額戶產區類別稱業務員總實際時間開簽貨負責營門編號碼國", "订单销额户产区类别称业务员总实际时间开签货负责营门编号码国"
)
_NOISE = re.compile(r"[\s_\-/\\.:*#'\"“”]+")
_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|【[^】]*】")
_WORDS = {role: tuple(words.split()) for role, words in _EXACT.items()}
_TAILS = {role: tuple(words.split()) for role, words in _ENDINGS.items()}
# Also handed to polars, whose regular expressions know no look-around.
FOOTER = (
    r"(?i)^\s*(?:(?:.{0,40}?[\s:：]*)?(?:合\s*计|总\s*计|小\s*计|共\s*计|累\s*计|总和|汇总)(?:[(（].*[)）])?[:：]?.{0,4}"
    r"|(?:.{0,40}\s)?(?:grand\s*totals?|sub\s*-?\s*totals?|totals?)\s*[:：]?)\s*$"
)
# Words that make a row a sum even where it carries a date, as in the daily subtotals of a printed list.
SUM_WORDS = ("合计", "小计", "总计", "合 计", "小 计", "总 计", "本日小计", "本月合计", "本页合计", "Grand Total", "Subtotal")
_UNIT_NOTE = re.compile(
    r"(?:单位|unit)\s*[:：]?\s*(?:人民币)?\s*(百万元|千万元|万元|亿元|千元|百万|万|亿|k|m)|\((百万元|千万元|万元|亿元|千元|万|亿)\)",
    re.IGNORECASE,
)
UNIT_SCALES = {
    "千元": 1_000,
    "k": 1_000,
    "万": 10_000,
    "万元": 10_000,
    "百万": 10**6,
    "百万元": 10**6,
    "m": 10**6,
    "千万元": 10**7,
    "亿": 10**8,
    "亿元": 10**8,
}


def plain_header(text: str) -> str:
    """Return a header without blanks, marks, notes in brackets and case: ``Order_Date`` meets ``order date``, ``訂單日期`` ``订单日期``."""
    plain = _NOISE.sub("", _BRACKETS.sub("", to_half_width(text))).casefold().translate(_TRADITIONAL)
    return plain or _NOISE.sub("", to_half_width(text)).casefold()


def rank(header: str, role: Role) -> int | None:
    """Return how well a header names a role: 0 is best; None is not at all."""
    plain = plain_header(header)
    if plain in _WORDS[role]:
        return _WORDS[role].index(plain)
    if _NEVER[role].search(plain):
        return None
    for index, ending in enumerate(_TAILS[role]):
        if len(plain) > len(ending) and plain.endswith(ending):
            return len(_WORDS[role]) + index
    return None


def unit_scale(text: str) -> tuple[str, int] | None:
    """Return the unit a title or header states, such as ``单位：万元``, and how many currency units it is."""
    found = _UNIT_NOTE.search(to_half_width(text))
    if found is None:
        return None
    unit = (found[1] or found[2]).casefold()
    return unit, UNIT_SCALES[unit]
