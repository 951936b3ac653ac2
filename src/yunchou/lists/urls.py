"""Addresses of every list: ``/<app>/<name>/``, its totals, export, views and records."""

from django.urls import URLPattern, path

from yunchou.common.list_pages import ListPage, pages
from yunchou.lists.views import pages as lists
from yunchou.lists.views import records, saved

app_name = "lists"


def _addresses(page: ListPage) -> list[URLPattern]:
    at, name, code = f"{page.app}/{page.name}", f"{page.app}-{page.name}", {"code": page.code}
    return [
        path(f"{at}/", lists.page, code, name=f"{name}-page"),
        path(f"{at}/totals/", lists.totals, code, name=f"{name}-totals"),
        path(f"{at}/export/", lists.export_file, code, name=f"{name}-export"),
        path(f"{at}/views/", saved.save, code, name=f"{name}-views"),
        path(f"{at}/<int:row_id>/", records.record, code, name=f"{name}-record"),
    ]


urlpatterns = [
    *(address for page in pages() for address in _addresses(page)),
    path("lists/views/<int:view_id>/", saved.change, name="view"),
]
