"""Addresses of every list: ``/<app>/<name>/``, its totals, export, views and records."""

from django.urls import URLPattern, path

from yunchou.common.list_pages import ListPage, pages
from yunchou.lists.views import editing, imports, records, saved, searching
from yunchou.lists.views import pages as lists

app_name = "lists"


def _addresses(page: ListPage) -> list[URLPattern]:
    at, name, code = f"{page.app}/{page.name}", f"{page.app}-{page.name}", {"code": page.code}
    found = [
        path(f"{at}/", lists.page, code, name=f"{name}-page"),
        path(f"{at}/totals/", lists.totals, code, name=f"{name}-totals"),
        path(f"{at}/export/", lists.export_file, code, name=f"{name}-export"),
        path(f"{at}/views/", saved.save, code, name=f"{name}-views"),
        path(f"{at}/<int:row_id>/", records.record, code, name=f"{name}-record"),
    ]
    if page.editing is not None:
        found += [
            path(f"{at}/new/", editing.add, code, name=f"{name}-add"),
            path(f"{at}/bin/", editing.recycled, code, name=f"{name}-bin"),
            path(f"{at}/<int:row_id>/remove/", editing.remove, code, name=f"{name}-remove"),
            path(f"{at}/import/", imports.bring, code, name=f"{name}-import"),
            path(f"{at}/import/<int:import_id>/", imports.tried, code, name=f"{name}-tried"),
            path(f"{at}/import/<int:import_id>/faults/", imports.faults, code, name=f"{name}-faults"),
            path(f"{at}/edit/", editing.edit_rows, code, name=f"{name}-edit-rows"),
            path(f"{at}/<int:row_id>/edit/", editing.edit, code, name=f"{name}-edit"),
            path(f"{at}/<int:row_id>/restore/", editing.restore, code, name=f"{name}-restore"),
        ]
    return found


urlpatterns = [
    path("search/", searching.search, name="search"),
    *(address for page in pages() for address in _addresses(page)),
    path("lists/views/<int:view_id>/", saved.change, name="view"),
    path("lists/operations/<int:operation_id>/undo/", editing.undo, name="undo"),
]
