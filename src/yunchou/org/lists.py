"""The list pages of people, units and accounts."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from yunchou.common.list_pages import Act, Column, Editing, Editor, ListPage, Related, SearchEntry, coded, register
from yunchou.org import selectors, services
from yunchou.org.models import Administrator, Role, Scope

if TYPE_CHECKING:
    from yunchou.org.models import User

_STATES = {"here": _("在职"), "left": _("已离职")}
_OPEN = {"open": _("启用"), "closed": _("已停用")}
_KINDS = {"company": _("公司"), "region": _("大区"), "team": _("小组"), "department": _("部门")}
_POSITIONS = {
    "director": _("销售总监"),
    "manager": _("销售经理"),
    "salesperson": _("销售"),
    "sdr": _("线索开发"),
    "csm": _("客户成功"),
    "presales": _("售前"),
    "finance": _("财务"),
    "operations": _("销售运营"),
}
_UNIT = Editor(
    field="unit_id",
    read=lambda actor, now, text: selectors.unit_named(actor=actor, text=text, now=now),
    offers=lambda actor, now: selectors.unit_names(actor=actor, now=now),
    is_for_new=True,
)
_MANAGER = Editor(
    field="manager_id",
    read=lambda actor, now, text: selectors.person_named(actor=actor, text=text, now=now),
    offers=lambda actor, now: selectors.person_names(actor=actor, now=now),
    is_for_new=True,
    is_required=False,
    may_be_left_out=True,
)
_PARENT = Editor(
    field="parent_id",
    read=lambda actor, now, text: selectors.unit_named(actor=actor, text=text, now=now),
    offers=lambda actor, now: selectors.unit_names(actor=actor, now=now),
    is_for_new=True,
    is_required=False,
    may_be_left_out=True,
)


def _looks_after_accounts(actor: "User") -> bool:
    return actor.administers in {Administrator.SYSTEM, Administrator.SECURITY}


PEOPLE = ListPage(
    app="org",
    name="people",
    model="org.person",
    title=_("人员"),
    counted=_("%(count)s 人"),
    group=_("团队"),
    icon="users",
    sort="name",
    search=("name", "code"),
    title_path="name",
    empty=_("还没有人员。可以新建，或导入一份名单：姓名、工号、岗位、部门、上级、入职日期。"),
    rows=lambda actor, now: selectors.people(actor=actor, now=now),
    search_entry=SearchEntry(
        title="name", beside="unit_name", text="search_text", keys="search_keys", plain=("name", "code"), governs=("name", "code", "unit")
    ),
    columns=(
        Column(name="name", label=_("姓名"), kind="text", opens="org.people", opens_by="pk", editor=Editor(field="name")),
        Column(name="code", label=_("工号"), kind="text", editor=Editor(field="code", is_for_new=True)),
        coded(_POSITIONS, name="position", label=_("岗位"), editor=Editor(field="position")),
        Column(
            name="unit",
            label=_("部门"),
            kind="text",
            path="unit_name",
            is_nullable=True,
            opens="org.units",
            opens_by="unit_key",
            editor=_UNIT,
        ),
        Column(name="unit_code", label=_("部门编码"), kind="text", field="unit", is_nullable=True, is_default=False),
        Column(
            name="manager",
            label=_("上级"),
            kind="text",
            path="manager_name",
            is_nullable=True,
            opens="org.people",
            opens_by="manager_key",
            editor=_MANAGER,
        ),
        Column(name="manager_code", label=_("上级工号"), kind="text", field="manager", is_nullable=True, is_default=False),
        Column(name="service", label=_("司龄（月）"), kind="count", path="months_of_service", field="hired"),
        Column(name="hired", label=_("入职日期"), kind="date", path="hired_on", editor=Editor(field="hired_on")),
        Column(name="left", label=_("离职日期"), kind="date", path="left_on", is_nullable=True, is_default=False),
        coded(_STATES, name="state", label=_("状态"), field="left"),
    ),
    editing=Editing(
        key="code",
        may=lambda actor: None if selectors.may_change(actor) else frozenset(),
        may_add=selectors.may_change,
        may_remove=lambda _actor: False,
        check=selectors.check_people,
        write=services.change_people,
    ),
    related=(
        Related(page="org.people", by="manager_code", value="code", title=_("下属")),
        Related(page="customers.accounts", by="owner_code", value="code"),
        Related(page="revenue.lines", by="person_code", value="code"),
    ),
    acts=(Act(label=_("调动与离职"), icon="arrows-exchange", address="org:move", may=selectors.may_move),),
)
UNITS = ListPage(
    app="org",
    name="units",
    model="org.unit",
    title=_("部门"),
    counted=_("%(count)s 个部门"),
    group=_("团队"),
    icon="sitemap",
    sort="place",
    search=("name", "code"),
    title_path="name",
    empty=_("还没有部门。可以新建，或导入一份名单：编码、部门、级别、上级部门。"),
    rows=lambda actor, now: selectors.units(actor=actor, now=now),
    columns=(
        Column(name="name", label=_("部门"), kind="text", opens="org.units", opens_by="pk", editor=Editor(field="name")),
        Column(name="code", label=_("编码"), kind="text", editor=Editor(field="code", is_for_new=True)),
        coded(_KINDS, name="kind", label=_("级别"), editor=Editor(field="kind")),
        Column(
            name="parent",
            label=_("上级部门"),
            kind="text",
            path="parent_name",
            is_nullable=True,
            opens="org.units",
            opens_by="parent_key",
            editor=_PARENT,
        ),
        Column(name="people", label=_("直属人数"), kind="count", path="people_now", is_totalled=True),
        Column(name="people_below", label=_("含下级人数"), kind="count", field="people"),
        Column(name="place", label=_("次序"), kind="count", path="tree_low", is_default=False),
    ),
    editing=Editing(
        key="code",
        may=lambda actor: None if selectors.may_change(actor) else frozenset(),
        may_add=selectors.may_change,
        may_remove=lambda _actor: False,
        check=selectors.check_units,
        write=services.change_units,
    ),
    related=(Related(page="org.people", by="unit_code", value="code"),),
    acts=(Act(label=_("调整上级"), icon="arrows-exchange", address="org:place", may=selectors.may_change),),
)
USERS = ListPage(
    app="org",
    name="users",
    model="org.user",
    title=_("账号"),
    counted=_("%(count)s 个账号"),
    group=_("管理"),
    icon="user-cog",
    sort="username",
    search=("username", "person__name"),
    title_path="username",
    empty=_("没有您能管理的账号。账号由系统管理员建立，权限由安全管理员设定。"),
    rows=lambda actor, now: selectors.users(actor=actor, now=now),
    is_for=_looks_after_accounts,
    columns=(
        Column(name="username", label=_("用户名"), kind="text", opens="org.users", opens_by="pk"),
        Column(
            name="person", label=_("人员"), kind="text", path="person__name", is_nullable=True, opens="org.people", opens_by="person_id"
        ),
        coded(dict(Role.choices), name="role", label=_("角色")),
        coded(dict(Scope.choices), name="scope", label=_("数据范围")),
        coded({value: label for value, label in Administrator.choices if value}, name="administers", label=_("管理职责")),
        coded(_OPEN, name="state", label=_("状态")),
        Column(name="made", label=_("建立日期"), kind="date", path="made_on"),
        Column(name="seen", label=_("最近登录"), kind="date", path="seen_on", is_nullable=True),
    ),
    adding=Act(label=_("新建账号"), icon="plus", address="org:new-account", may=lambda actor: actor.administers == Administrator.SYSTEM),
    acts=(Act(label=_("账号与权限"), icon="key", address="org:account", may=_looks_after_accounts),),
)
for page in (PEOPLE, UNITS, USERS):
    register(page)
