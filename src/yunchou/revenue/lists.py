"""The list page of sales lines."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from yunchou.common.list_pages import Column, ListPage, SearchEntry, register
from yunchou.revenue import selectors


def _products() -> Sequence[tuple[str, str]]:
    return [(str(key), name) for key, name in selectors.product_names()]


def _regions() -> Sequence[tuple[str, str]]:
    return [(str(key), name) for key, name in selectors.region_names()]


LINES = ListPage(
    app="revenue",
    name="lines",
    model="revenue.orderline",
    title=_("销售明细"),
    counted=_("%(count)s 行销售明细"),
    group=_("合同回款"),
    icon="list",
    sort="-on",
    search=("order_code", "account__name"),
    title_path="order_code",
    empty=_("还没有销售明细。导入历年订单后，目标、指标和客户的销售都由这里算出。"),
    search_entry=SearchEntry(title="order_code", beside="account__name", prefix="order_code", governs=("order", "account")),
    rows=lambda actor, now: selectors.order_lines(actor=actor, now=now),
    columns=(
        Column(name="on", label=_("日期"), kind="date"),
        Column(name="order", label=_("订单号"), kind="text", path="order_code", opens="revenue.lines", opens_by="pk"),
        Column(name="line", label=_("行号"), kind="count", path="line_no", is_default=False),
        Column(name="account", label=_("客户"), kind="text", path="account__name", opens="customers.accounts", opens_by="account_id"),
        Column(name="account_code", label=_("客户编码"), kind="text", path="account__code", field="account", is_default=False),
        Column(name="product", label=_("产品"), kind="choice", path="product__name", value="product_id", choices=_products),
        Column(name="product_line", label=_("产品线"), kind="text", path="product__line", field="product", is_default=False),
        Column(name="industry", label=_("客户行业"), kind="text", path="account__industry", field="account", is_default=False),
        Column(name="region", label=_("区域"), kind="choice", path="region__name", value="region_id", choices=_regions),
        Column(name="person", label=_("销售"), kind="text", path="person__name"),
        Column(name="person_code", label=_("工号"), kind="text", path="person__code", field="person", is_default=False),
        Column(name="unit", label=_("部门"), kind="text", path="unit__name", is_default=False),
        Column(name="unit_code", label=_("部门编码"), kind="text", path="unit__code", field="unit", is_default=False),
        Column(name="amount", label=_("金额"), kind="money", path="amount_minor", is_totalled=True),
        Column(name="cost", label=_("成本"), kind="money", path="cost_minor", is_totalled=True, is_default=False),
        Column(name="reason", label=_("更正原因"), kind="text", is_default=False),
    ),
)
register(LINES)
