"""What can be counted of sales: the lines of orders."""

from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from yunchou.common.measures import Dimension, Fact, Measure, RollUp, register_fact

_NAMES = {
    "region": ("region__name", "region_id", "region__position"),
    "product": ("product__name", "product_id", ""),
}
_COLUMNS = {"amount_minor": "amount_minor", "cost_minor": "cost_minor"}
_PEOPLE = {"person": ("person__name", "person__code", ""), "unit": ("unit__name", "unit__code", "unit__tree_low")}

LINES = Fact(
    code="revenue.lines",
    label=_("销售明细"),
    model="revenue.OrderLine",
    company="company",
    person="person",
    unit="unit",
    on="on",
    recorded="recorded_at",
    reverses="reverses",
    list_page="revenue.lines",
    on_column="on",
    governed_model="revenue.orderline",
    dimensions=(
        Dimension(code="region", label=_("区域"), path="region__name", key="region_id", order="region__position", column="region"),
        Dimension(code="product", label=_("产品"), path="product__name", key="product_id", column="product"),
        Dimension(code="line", label=_("产品线"), path="product__line", key="product__line", column="product_line", governed_by="product"),
        Dimension(
            code="industry", label=_("行业"), path="account__industry", key="account__industry", column="industry", governed_by="account"
        ),
        Dimension(code="unit", label=_("部门"), path="unit__name", key="unit__code", order="unit__tree_low", column="unit_code"),
        Dimension(code="person", label=_("销售"), path="person__name", key="person__code", column="person_code"),
    ),
    measures=(
        Measure(code="amount", label=_("金额"), unit="money", plus=("amount_minor",), governed_by=("amount",)),
        Measure(
            code="gross",
            label=_("金额减成本"),
            unit="money",
            plus=("amount_minor",),
            minus=("cost_minor",),
            governed_by=("amount", "cost"),
        ),
        Measure(code="orders", label=_("订单数"), unit="count", distinct="order_code", where=Q(amount_minor__gt=0), is_standing=True),
        Measure(
            code="customers", label=_("有成交的客户数"), unit="count", distinct="account_id", where=Q(amount_minor__gt=0), is_standing=True
        ),
        Measure(
            code="new_customers",
            label=_("第一次成交的客户数"),
            unit="count",
            distinct="account_id",
            where=Q(amount_minor__gt=0, on=F("account__first_sold_on")),
            is_standing=True,
        ),
        Measure(
            code="returned",
            label=_("退货金额"),
            unit="money",
            plus=("amount_minor",),
            where=Q(amount_minor__lt=0),
            is_standing=True,
            sign=-1,
            governed_by=("amount",),
        ),
        Measure(
            code="sold",
            label=_("退货前金额"),
            unit="money",
            plus=("amount_minor",),
            where=Q(amount_minor__gt=0),
            is_standing=True,
            governed_by=("amount",),
        ),
    ),
    roll_ups=(
        RollUp(model="revenue.MonthlySales", month="month", lines="lines", columns=_COLUMNS, paths=_NAMES),
        RollUp(
            model="revenue.MonthlySalesByPerson",
            month="month",
            lines="lines",
            columns=_COLUMNS,
            paths={**_NAMES, **_PEOPLE},
            person="person",
            unit="unit",
        ),
    ),
)
register_fact(LINES)
