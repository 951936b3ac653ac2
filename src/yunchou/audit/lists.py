"""The list pages of what was done and what it changed, for who looks after the audit."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from yunchou.audit import selectors
from yunchou.common.list_pages import Column, ListPage, Related, coded, pages, register

if TYPE_CHECKING:
    from yunchou.org.models import User

_OTHERS = {"org.rights": _("权限"), "org.tokens": _("令牌")}
_VERBS = {
    "edit": _("修改"),
    "import": _("导入"),
    "add": _("新建"),
    "remove": _("删除"),
    "undo": _("撤销"),
    "restore": _("恢复字段"),
    "put_back": _("从回收站放回"),
    "fields": _("字段权限"),
    "scope": _("数据范围"),
    "administrator": _("管理职责"),
    "make": _("新建"),
    "close": _("停用"),
    "open": _("启用"),
    "password": _("重设密码"),
    "transfer": _("调动"),
    "report": _("汇报线"),
    "leave": _("离职"),
    "place": _("调整上级"),
}
_KINDS = {"I": _("新建"), "U": _("修改"), "D": _("删除")}


class _Titles(Mapping[str, Any]):
    """What was worked on: the lists that are declared by now, and what is no list."""

    def _all(self) -> dict[str, Any]:
        return {page.code: page.title for page in pages()} | _OTHERS

    def __getitem__(self, code: str) -> Any:
        return self._all()[code]

    def __iter__(self) -> Iterator[str]:
        return iter(self._all())

    def __len__(self) -> int:
        return len(self._all())


def _audits(actor: "User") -> bool:
    return actor.administers == selectors.AUDITING


OPERATIONS = ListPage(
    app="audit",
    name="operations",
    model="audit.operation",
    title=_("操作记录"),
    counted=_("%(count)s 次操作"),
    group=_("管理"),
    icon="history",
    sort="-on",
    search=("actor_name", "action"),
    title_path="number",
    empty=_("还没有操作。谁改了数据、权限或账号，这里逐条列出，谁也改不了。"),
    rows=lambda actor, _now: selectors.operations(actor=actor),
    is_for=_audits,
    columns=(
        Column(name="number", label=_("编号"), kind="text", opens="audit.operations", opens_by="pk"),
        Column(name="on", label=_("日期"), kind="date"),
        Column(name="time", label=_("时刻"), kind="text"),
        Column(name="who", label=_("谁"), kind="text", path="actor_name"),
        coded(_Titles(), name="about", label=_("对什么")),
        coded(_VERBS, name="verb", label=_("做了什么")),
        Column(name="rows", label=_("行数"), kind="count", is_nullable=True),
        Column(name="whom", label=_("对象"), kind="text"),
    ),
    related=(Related(page="audit.changes", by="operation", value="number"),),
)
CHANGES = ListPage(
    app="audit",
    name="changes",
    model="audit.change",
    title=_("变更明细"),
    counted=_("%(count)s 处变更"),
    group=_("管理"),
    icon="list",
    sort="-on",
    search=("table",),
    title_path="table",
    empty=_("还没有变更。"),
    rows=lambda actor, _now: selectors.changes(actor=actor),
    is_for=_audits,
    columns=(
        Column(name="on", label=_("日期"), kind="date"),
        Column(name="time", label=_("时刻"), kind="text"),
        Column(name="who", label=_("谁"), kind="text", path="operation__actor_name", is_nullable=True),
        Column(
            name="operation",
            label=_("操作编号"),
            kind="text",
            path="operation_id",
            is_nullable=True,
            opens="audit.operations",
            opens_by="operation_id",
        ),
        Column(name="table", label=_("表"), kind="text", opens="audit.changes", opens_by="pk"),
        Column(name="row", label=_("行编号"), kind="count", path="row_id"),
        coded(_KINDS, name="kind", label=_("怎样")),
        Column(name="fields", label=_("字段"), kind="text", is_nullable=True),
    ),
)
for page in (OPERATIONS, CHANGES):
    register(page)
