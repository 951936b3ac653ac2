"""Values of columns as people type and read them, and back."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db.models import CharField, Field, ForeignKey
from django.utils.translation import gettext as _

from yunchou.common.list_pages import BadValue, Column, Editor, ListPage

if TYPE_CHECKING:
    from django.db.models import Model

    from yunchou.org.models import User

_MINOR = 100
_LARGEST = Decimal(10**15)


def model_of(page: ListPage) -> "type[Model]":
    """Return the model whose rows a page shows."""
    return apps.get_model(page.model)


def table_of(page: ListPage) -> str:
    """Return the name of the table whose rows a page shows."""
    return model_of(page)._meta.db_table  # noqa: SLF001 - Django's public name for it


def attribute_of(page: ListPage, column: Column) -> str | None:
    """Return the name of the database column that a page's column shows; None where it stands in no column of the model."""
    first = column.source.split("__")[0]
    held: dict[str, Field[Any, Any]] = {one.name: one for one in model_of(page)._meta.concrete_fields}  # noqa: SLF001 - Django's public name for it
    return held[first].attname if first in held else None


def kept(page: ListPage, attribute: str, value: Any) -> Any:
    """Return a value as the model keeps it, from JSON or from a form.

    Raises:
        BadValue: It is none that the attribute could hold.
    """
    held: Field[Any, Any] = model_of(page)._meta.get_field(attribute)  # type: ignore[assignment]  # noqa: SLF001 - Django's public name for it
    if value is None or (value == "" and held.null):
        return None
    try:
        return held.to_python(value)
    except ValidationError as wrong:
        raise BadValue("; ".join(wrong.messages)) from wrong


def read(page: ListPage, column: Column, editor: Editor, text: str, *, actor: "User", now: datetime) -> Any:
    """Return what was typed into a column as the model keeps it.

    Raises:
        BadValue: The column cannot hold it.
    """
    text = text.replace("\0", "").strip()
    if not text:
        if editor.is_required:
            raise BadValue(_("“%(name)s”不能为空") % {"name": column.label})
        held = {one.attname: one for one in model_of(page)._meta.concrete_fields}.get(editor.field)  # noqa: SLF001 - Django's public name for it
        # what stands in no column of the model (a person's unit) is left out
        return None if held is None or held.null else ""
    if editor.read is not None:
        return editor.read(actor, now, text)
    if column.choices is not None and editor.offers is None:
        return _chosen(page, column, editor, text)
    match column.kind:
        case "date":
            return _day(column, text)
        case "money" | "count":
            return _figure(column, text)
        case _:
            return _words(page, column, editor, text)


def _chosen(page: ListPage, column: Column, editor: Editor, text: str) -> Any:
    choices = list(column.choices()) if column.choices is not None else []
    found = [value for value, label in choices if text in {value, str(label)}]
    if not found:
        raise BadValue(_("“%(name)s”没有“%(value)s”这一项") % {"name": column.label, "value": text[:40]})
    return kept(page, editor.field, found[0])


def _day(column: Column, text: str) -> date:
    try:
        return date.fromisoformat(text.replace("/", "-").replace(".", "-")[:10])
    except ValueError:
        raise BadValue(_("“%(name)s”的“%(value)s”不是日期，请写成 2026-08-31") % {"name": column.label, "value": text[:40]}) from None


def _figure(column: Column, text: str) -> int:
    try:
        number = Decimal(text.replace(",", "").replace("，", "")) * (_MINOR if column.kind == "money" else 1)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or abs(number) > _LARGEST or number != number.to_integral_value():
        raise BadValue(_("“%(name)s”的“%(value)s”不是数，或小数太多") % {"name": column.label, "value": text[:40]})
    return int(number)


def _words(page: ListPage, column: Column, editor: Editor, text: str) -> str:
    held = model_of(page)._meta.get_field(editor.field)  # noqa: SLF001 - Django's public name for it
    longest = held.max_length if isinstance(held, CharField) else None
    if longest is not None and len(text) > longest:
        raise BadValue(_("“%(name)s”最多 %(longest)s 个字") % {"name": column.label, "longest": longest})
    return text


def typed(column: Column, value: Any) -> str:
    """Return a value as it would be typed."""
    if value is None:
        return ""
    if column.kind == "money":
        whole, part = divmod(abs(int(value)), _MINOR)
        return f"{'-' if value < 0 else ''}{whole}" + (f".{part:02d}" if part else "")
    return value.isoformat() if isinstance(value, date) else str(value)


def labels(page: ListPage, attribute: str, values: Iterable[Any]) -> Mapping[Any, str]:
    """Return in words what ids of an attribute point to; nothing for an attribute that points nowhere."""
    held = {one.attname: one for one in model_of(page)._meta.concrete_fields}.get(attribute)  # noqa: SLF001 - Django's public name for it
    if not isinstance(held, ForeignKey):
        return {}
    wanted = {value for value in values if isinstance(value, int)}
    return {key: str(row) for key, row in held.related_model._default_manager.order_by("pk").in_bulk(sorted(wanted)).items()}  # noqa: SLF001 - as above
