"""The list page of customers."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from yunchou.common.list_pages import Column, ListPage, Related, register
from yunchou.customers import selectors


def _regions() -> Sequence[tuple[str, str]]:
    return [(str(key), name) for name, key in selectors.region_ids().items()]


def _industries() -> Sequence[tuple[str, str]]:
    return [(name, name) for name in selectors.industries()]


ACCOUNTS = ListPage(
    app="customers",
    name="accounts",
    model="customers.account",
    title=_("客户"),
    counted=_("%(count)s 家客户"),
    group=_("客户"),
    icon="building",
    sort="-sales",
    search=("name", "code"),
    title_path="name",
    empty=_("还没有客户。导入客户名单后，这里会列出每家客户、负责人和近 12 个月的销售。"),
    rows=lambda actor, now: selectors.accounts(actor=actor, now=now),
    columns=(
        Column(name="name", label=_("客户"), kind="text", opens="customers.accounts", opens_by="pk"),
        Column(name="code", label=_("客户编码"), kind="text", is_default=False),
        Column(name="industry", label=_("行业"), kind="choice", choices=_industries),
        Column(name="region", label=_("区域"), kind="choice", path="region__name", value="region_id", choices=_regions),
        Column(name="province", label=_("省份"), kind="text", path="city__province", field="city", is_default=False),
        Column(name="city", label=_("城市"), kind="text", path="city__name"),
        Column(name="owner", label=_("负责人"), kind="text", path="owner__name", is_nullable=True),
        Column(name="unit", label=_("部门"), kind="text", path="unit__name", is_nullable=True, is_default=False),
        Column(name="sales", label=_("近 12 个月销售"), kind="money", path="sold_year_minor", is_totalled=True),
        Column(name="sales_this_year", label=_("今年至今销售"), kind="money", path="sold_this_year_minor", is_totalled=True),
        Column(name="last_sold", label=_("最近成交"), kind="date", path="last_sold_on", is_nullable=True),
        Column(name="created", label=_("建档日期"), kind="date", path="created_on", is_default=False),
        Column(name="lost", label=_("流失日期"), kind="date", path="lost_on", is_nullable=True, is_default=False),
    ),
    related=(Related(page="revenue.lines", by="account_code", value="code"),),
)
register(ACCOUNTS)
