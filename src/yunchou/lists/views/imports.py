"""A file brought to a list: uploaded, tried without writing anything, then taken in."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.http import HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from yunchou.common import clock
from yunchou.common.pages import PageRequest
from yunchou.lists import cells, selectors, services
from yunchou.lists.errors import BadFile
from yunchou.lists.models import ImportFile

_WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_SHOWN = 100


@contextmanager
def _lying(kept: ImportFile) -> Iterator[Path]:
    """Lay a kept file where readers of files can open it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "file"
        path.write_bytes(bytes(kept.content))
        yield path


def _led(address: str) -> HttpResponseBase:
    answer = HttpResponseRedirect(address)
    answer.status_code = 303
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
def bring(request: PageRequest, code: str) -> HttpResponseBase:
    """Take a file from the reader, to be tried."""
    actor = request.user
    page = selectors.page_for(actor=actor, code=code)
    columns = selectors.must_edit(actor=actor, page=page)
    wrong = ""
    if request.method == "POST":
        sent = request.FILES.get("file")
        if sent is None:
            wrong = _("请先选择一个文件")
        elif (sent.size or 0) > services.MOST_BYTES:
            wrong = _("文件超过 30 MB，请拆成几个再传")
        else:
            try:
                kept = services.keep_file(actor=actor, page=page, name=sent.name or "", content=sent.read(), now=clock.now())
                return _led(reverse(f"lists:{page.app}-{page.name}-tried", args=(kept.pk,)))
            except BadFile as refusal:
                wrong = refusal.sentence
    names = [one.name for one in page.columns if one.editor is not None]
    key = page.column(page.editing.key) if page.editing is not None else None
    context = {
        "page": page,
        "wrong": wrong,
        "key": key.label if key is not None else "",
        "columns": [one.label for one, _editor in columns],
        "can_add": selectors.may_add(actor=actor, page=page),
        "address": cells.address_of(page),
        "pattern": f"{cells.address_of(page, 'export')}?columns={','.join(names)}&as=xlsx",
    }
    return render(request, "lists/import.html", context, status=422 if wrong else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def tried(request: PageRequest, code: str, import_id: int) -> HttpResponseBase:
    """Show what a file would do, and take its good rows in."""
    actor, now = request.user, clock.now()
    page = selectors.page_for(actor=actor, code=code)
    kept = selectors.import_file(actor=actor, import_id=import_id)
    with _lying(kept) as path:
        if request.method == "POST":
            written = services.apply_file(actor=actor, page=page, import_id=import_id, path=path, now=now)
            return _led(f"{cells.address_of(page)}?sort={page.sort}&done={written.operation_id}")
        try:
            trial = selectors.try_file(actor=actor, page=page, path=path, now=now)
        except BadFile as refusal:
            context = {"page": page, "wrong": refusal.sentence, "name": kept.name, "address": cells.address_of(page)}
            return render(request, "lists/import.html", context, status=422)
    context = {
        "page": page,
        "name": kept.name,
        "rows": f"{trial.rows:,}",
        "added": len(trial.checked.added),
        "changed": len(trial.checked.changed),
        "same": trial.checked.same,
        "good": trial.checked.rows,
        "wrong_rows": len(trial.cells),
        "faults": trial.faults[:_SHOWN],
        "more": max(0, len(trial.faults) - _SHOWN),
        "ignored": trial.ignored,
        "address": cells.address_of(page),
        "again": reverse(f"lists:{page.app}-{page.name}-import"),
        "download": reverse(f"lists:{page.app}-{page.name}-faults", args=(import_id,)),
    }
    return render(request, "lists/tried.html", context)


@require_safe
def faults(request: PageRequest, code: str, import_id: int) -> HttpResponse:
    """Send the faulty rows of a file, each with what is wrong with it, to be mended and brought again."""
    from yunchou.documents.table_workbook import write_table  # noqa: PLC0415 - wanted only where a workbook is made

    page = selectors.page_for(actor=request.user, code=code)
    kept = selectors.import_file(actor=request.user, import_id=import_id)
    with _lying(kept) as path:
        trial = selectors.try_file(actor=request.user, page=page, path=path, now=clock.now())
        why: dict[int, list[str]] = {}
        for fault in trial.faults:
            why.setdefault(fault.row, []).append(f"{fault.column}：{fault.why}" if fault.column else fault.why)
        rows = [(number, "；".join(why[number]), *cells_of) for number, cells_of in trial.cells.items()]
        out = path.with_name("faults.xlsx")
        write_table(out, [_("原文件第几行"), _("为什么没有导入"), *trial.heads], rows, sheet=str(page.title))
        answer = HttpResponse(out.read_bytes(), content_type=_WORKBOOK)
    name = f"{page.title} {_('没有导入的行')}.xlsx"
    answer["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or "attachment"
    return answer
