"""The API of every list: the same declaration, selectors and services as its pages."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status
from pydantic import ConfigDict, Field, create_model

from yunchou.common import clock
from yunchou.common.list_pages import Batch, Column, ListPage, pages
from yunchou.common.problems import REFUSALS
from yunchou.lists import selectors, services
from yunchou.lists import state as asking
from yunchou.lists.errors import BadValues, RowRefused
from yunchou.lists.state import OPS

_TYPES: dict[str, Any] = {"money": int, "count": int, "date": date}
_MEANS = {
    "any": "any of these values",
    "has": "holds this text",
    "from": "from this on",
    "to": "up to this",
    "empty": "1: nothing there, 0: something there",
}


class Done(Schema):
    """What was done: the number of the operation, by which it is undone; none where nothing changed."""

    operation: int | None
    id: int | None = None


def _router() -> Router:
    """Return the operations of every list."""
    made = Router(tags=["lists"])
    for page in pages():
        _reads(made, page)
        if page.editing is not None:
            _writes(made, page)

    @made.post("/operations/{operation_id}/undo", response={200: Done, **REFUSALS}, operation_id="undo", summary="Take an operation back")
    def undo(request: HttpRequest, operation_id: int) -> dict[str, Any]:
        written = services.undo(actor=_actor(request), operation_id=operation_id, now=clock.now())
        return {"operation": written.operation_id}

    return made


def _actor(request: HttpRequest) -> Any:
    return request.auth  # type: ignore[attr-defined]  # ninja puts there who the token acts for


def _type(column: Column) -> Any:
    return _TYPES.get(column.kind, str)


def _described(column: Column) -> str:
    unit = ", minor units" if column.kind == "money" else ""
    return f"{column.label}{unit}"


def _row_model(page: ListPage) -> type[Schema]:
    """Return the model of a row: every column may be missing, hidden from the reader or not asked for."""
    fields: dict[str, Any] = {"id": (int, ...)}
    fields |= {column.name: (_type(column) | None, Field(default=None, description=_described(column))) for column in page.columns}
    return create_model(f"{_camel(page)}Row", __base__=Schema, **fields)


def _question_model(page: ListPage) -> type[Schema]:
    """Return the model of the parameters; only for the document: what is asked is read as the page reads it."""
    fields: dict[str, Any] = {}
    for column in page.columns:
        for op in OPS[column.kind]:
            told = f"{column.label}: {_MEANS[op]}" + (", in the currency's main unit" if column.kind == "money" and op != "empty" else "")
            if op == "any":
                fields[column.name] = (list[str], Field(default=[], description=told))
            else:
                fields[f"{column.name}_{op}"] = (str, Field(default="", description=told))
    fields["q"] = (str, Field(default="", description="quick search"))
    fields["sort"] = (str, Field(default="", description="a column, with - for the largest first"))
    fields["columns"] = (str, Field(default="", description="columns wanted, by comma; the usual ones if left out"))
    fields["after"] = (str, Field(default="", description="the place that an answer gave, for the rows behind it"))
    fields["before"] = (str, Field(default="", description="the place that an answer gave, for the rows before it"))
    return create_model(f"{_camel(page)}Question", __base__=Schema, **fields)


def _camel(page: ListPage) -> str:
    return "".join(part.capitalize() for part in page.code.replace("_", ".").split("."))


def _change_model(page: ListPage, *, is_new: bool) -> type[Schema]:
    """Return the model of what may be sent: columns that can be changed, as they would be typed; anything else is refused."""
    fields: dict[str, Any] = {
        column.name: (str, Field(default="", description=str(column.label)))
        for column in page.columns
        if column.editor is not None and (is_new or not column.editor.is_for_new)
    }

    class Strict(Schema):
        model_config = ConfigDict(extra="forbid")

    return create_model(f"{_camel(page)}{'New' if is_new else 'Change'}", __base__=Strict, **fields)


def _value(column: Column, value: Any) -> Any:
    # a number that only names something is text, as its column says
    return str(value) if isinstance(value, int) and column.kind in {"text", "choice"} else value


def _reads(made: Router, page: ListPage) -> None:
    row, question = _row_model(page), _question_model(page)
    code, at, name = page.code, f"/{page.app}/{page.name}", page.code.replace(".", "-")
    rows_model = create_model(
        f"{_camel(page)}Rows",
        __base__=Schema,
        rows=(list[row], ...),  # type: ignore[valid-type]  # made of the declaration
        count=(int, Field(description="how many match, at most a thousand are counted")),
        is_more=(bool, Field(description="there are more than count says")),
        after=(str, Field(description="the place behind these rows, empty at the end")),
        before=(str, Field(description="the place before these rows, empty at the beginning")),
    )
    sums: dict[str, Any] = {"count": (int, ...)}
    sums |= {
        column.name: (int | None, Field(default=None, description=_described(column))) for column in page.columns if column.is_totalled
    }
    totals_model = create_model(f"{_camel(page)}Totals", __base__=Schema, **sums)

    @made.get(at, response={200: rows_model, **REFUSALS}, operation_id=name, summary=str(page.title), exclude_unset=True)
    def rows(request: HttpRequest, asked: Query[question]) -> Any:  # type: ignore[valid-type]  # noqa: ARG001 - read below, as pages do
        actor, now = _actor(request), clock.now()
        state = asking.read(selectors.page_for(actor=actor, code=code), request.GET)
        found = selectors.screen(actor=actor, state=state, now=now)
        return {
            "rows": [
                {"id": key, **{column.name: _value(column, value) for column, value in zip(state.shown, values, strict=True)}}
                for key, values, _opens in found.rows
            ],
            "count": found.count,
            "is_more": found.is_more,
            "after": found.after,
            "before": found.before,
        }

    @made.get(f"{at}/totals", response={200: totals_model, **REFUSALS}, operation_id=f"{name}-totals", exclude_unset=True)
    def totals(request: HttpRequest, asked: Query[question]) -> Any:  # type: ignore[valid-type]  # noqa: ARG001 - as above
        state = asking.read(selectors.page_for(actor=_actor(request), code=code), request.GET)
        count, sums = selectors.totals(actor=_actor(request), state=state, now=clock.now())
        return {"count": count, **sums}

    @made.get(f"{at}/{{int:row_id}}", response={200: row, **REFUSALS}, operation_id=f"{name}-record", exclude_unset=True)
    def record(request: HttpRequest, row_id: int) -> Any:
        return _record(request, code, row_id)


def _record(request: HttpRequest, code: str, row_id: int) -> dict[str, Any]:
    page = selectors.page_for(actor=_actor(request), code=code)
    _title, values = selectors.record(actor=_actor(request), page=page, row_id=row_id, now=clock.now())
    return {"id": row_id, **{column.name: _value(column, value) for column, value, _opens in values}}


def _writes(made: Router, page: ListPage) -> None:
    change, new = _change_model(page, is_new=False), _change_model(page, is_new=True)
    code, at, name = page.code, f"/{page.app}/{page.name}", page.code.replace(".", "-")

    @made.post(at, response={201: Done, **REFUSALS}, operation_id=f"{name}-add")
    def add(request: HttpRequest, sent: new) -> Any:  # type: ignore[valid-type]
        actor, now = _actor(request), clock.now()
        own = selectors.page_for(actor=actor, code=code)
        columns = selectors.must_add(actor=actor, page=own)
        given = sent.dict(exclude_unset=True)  # type: ignore[attr-defined]
        typed = {one.name: given.pop(one.name, "") for one, editor in columns if given.get(one.name) or not editor.may_be_left_out}
        asked = selectors.read_values(actor=actor, page=own, typed={**typed, **given}, now=now, is_new=True)
        _must_hold(asked.wrong)
        written = services.write(actor=actor, page=own, batch=Batch(added=(asked.values,)), action="add", undoes=None, now=now)
        if written.operation_id is None:
            raise RowRefused(written.checked.refused_new[0])
        return Status(201, {"operation": written.operation_id, "id": written.added[0] if written.added else None})

    @made.patch(f"{at}/{{int:row_id}}", response={200: Done, **REFUSALS}, operation_id=f"{name}-edit")
    def edit(request: HttpRequest, row_id: int, sent: change) -> Any:  # type: ignore[valid-type]
        actor, now = _actor(request), clock.now()
        own = selectors.page_for(actor=actor, code=code)
        selectors.raw_values(actor=actor, page=own, row_id=row_id, now=now)
        asked = selectors.read_values(actor=actor, page=own, typed=sent.dict(exclude_unset=True), now=now)  # type: ignore[attr-defined]
        _must_hold(asked.wrong)
        written = services.write(actor=actor, page=own, batch=Batch(changes={row_id: asked.values}), action="edit", undoes=None, now=now)
        if row_id in written.checked.refused:
            raise RowRefused(written.checked.refused[row_id])
        return {"operation": written.operation_id, "id": row_id}

    @made.delete(f"{at}/{{int:row_id}}", response={200: Done, **REFUSALS}, operation_id=f"{name}-remove")
    def remove(request: HttpRequest, row_id: int) -> Any:
        own = selectors.page_for(actor=_actor(request), code=code)
        written = services.remove(actor=_actor(request), page=own, row_id=row_id, now=clock.now())
        return {"operation": written.operation_id}


def _must_hold(wrong: Mapping[str, str]) -> None:
    if wrong:
        raise BadValues(wrong)


router = _router()
