"""The list page of customers."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from yunchou.common.list_pages import Column, Editing, Editor, ListPage, Related, SearchEntry, register
from yunchou.customers import selectors, services
from yunchou.org import selectors as org


def _regions() -> Sequence[tuple[str, str]]:
    return [(str(key), name) for name, key in selectors.region_ids().items()]


def _industries() -> Sequence[tuple[str, str]]:
    return [(name, name) for name in selectors.industries()]


def _industry_names(_actor: object, _now: object) -> Sequence[str]:
    return selectors.industries()


_OWNER = Editor(
    field="owner_id",
    read=lambda actor, now, text: org.person_named(actor=actor, text=text, now=now),
    offers=lambda actor, now: org.person_names(actor=actor, now=now),
    is_required=False,
)


def _city(_actor: object, _now: object, text: str) -> int:
    return selectors.city_named(text=text)


def _cities(_actor: object, _now: object) -> Sequence[str]:
    return selectors.city_names()


_CITY = Editor(field="city_id", read=_city, offers=_cities, is_for_new=True)

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
        Column(name="name", label=_("客户"), kind="text", opens="customers.accounts", opens_by="pk", editor=Editor(field="name")),
        Column(name="code", label=_("客户编码"), kind="text", is_default=False, editor=Editor(field="code", is_for_new=True)),
        Column(
            name="industry",
            label=_("行业"),
            kind="choice",
            choices=_industries,
            editor=Editor(field="industry", offers=_industry_names),
        ),
        Column(
            name="region",
            label=_("区域"),
            kind="choice",
            path="region__name",
            value="region_id",
            choices=_regions,
            editor=Editor(field="region_id", may_be_left_out=True),
        ),
        Column(name="province", label=_("省份"), kind="text", path="city__province", field="city", is_default=False),
        Column(name="city", label=_("城市"), kind="text", path="city__name", editor=_CITY),
        Column(name="owner", label=_("负责人"), kind="text", path="owner__name", is_nullable=True, editor=_OWNER),
        Column(
            name="owner_code", label=_("负责人工号"), kind="text", path="owner__code", field="owner", is_nullable=True, is_default=False
        ),
        Column(name="unit", label=_("部门"), kind="text", path="unit__name", is_nullable=True, is_default=False),
        Column(name="sales", label=_("近 12 个月销售"), kind="money", path="sold_year_minor", is_totalled=True),
        Column(name="sales_this_year", label=_("今年至今销售"), kind="money", path="sold_this_year_minor", is_totalled=True),
        Column(name="last_sold", label=_("最近成交"), kind="date", path="last_sold_on", is_nullable=True),
        Column(name="first_sold", label=_("首次成交"), kind="date", path="first_sold_on", is_nullable=True, is_default=False),
        Column(
            name="created",
            label=_("建档日期"),
            kind="date",
            path="created_on",
            is_default=False,
            editor=Editor(field="created_on", is_for_new=True),
        ),
        Column(
            name="lost",
            label=_("流失日期"),
            kind="date",
            path="lost_on",
            is_nullable=True,
            is_default=False,
            editor=Editor(field="lost_on", is_required=False),
        ),
    ),
    search_entry=SearchEntry(
        title="name", beside="city__name", text="search_text", keys="search_keys", plain=("name", "code"), governs=("name", "code", "city")
    ),
    editing=Editing(
        key="code",
        may=lambda actor: selectors.CHANGING.get(actor.role, frozenset()),
        may_add=lambda actor: "code" in selectors.CHANGING.get(actor.role, frozenset()),
        may_remove=lambda actor: actor.role == "director",
        check=selectors.check_accounts,
        write=services.change_accounts,
    ),
    related=(Related(page="revenue.lines", by="account_code", value="code"),),
)
register(ACCOUNTS)
