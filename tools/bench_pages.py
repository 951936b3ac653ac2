"""Measure a page in a process of its own: CPU-milliseconds of the home page beside a bare list page of the same stack.

Both pages load a session, a user and the user's reach; the bare one then shows 50 rows of the ledger inside the same shell.
Needs ``DATABASE_URL`` at a loaded demo company; prints one JSON object. Started by ``tools/bench.py``.
"""

import json
import os
import statistics
import sys
import time
from types import ModuleType

ROUNDS, PAGES = 3, 30
USER = "director"
BARE = """{% extends "site/shell.html" %}{% block content %}<table>{% for row in rows %}<tr>
<td>{{ row.on.isoformat }}</td><td>{{ row.order_code }}</td><td>{{ row.account.name }}</td><td>{{ row.product.name }}</td>
<td>{{ row.quantity_milli }}</td><td>{{ row.amount_minor }}</td></tr>{% endfor %}</table>{% endblock %}"""


def main() -> int:
    """Measure both pages in turn and print the medians."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yunchou.site.settings")
    os.environ.setdefault("YUNCHOU_LOG", "json")
    import django  # noqa: PLC0415 - settings are read at import

    django.setup()
    from django.contrib.auth import get_user_model  # noqa: PLC0415
    from django.http import HttpResponse  # noqa: PLC0415
    from django.template import engines  # noqa: PLC0415
    from django.test import Client, override_settings  # noqa: PLC0415
    from django.urls import path  # noqa: PLC0415

    from yunchou.common import clock  # noqa: PLC0415
    from yunchou.common.pages import PageRequest  # noqa: PLC0415
    from yunchou.revenue import selectors  # noqa: PLC0415
    from yunchou.site import urls  # noqa: PLC0415

    template = engines["django"].from_string(BARE)

    def bare(request: PageRequest) -> HttpResponse:
        rows = selectors.order_lines(actor=request.user, now=clock.now()).select_related("account", "product")[:50]
        return HttpResponse(template.render({"rows": rows}, request))

    addresses = ModuleType("bench_addresses")
    vars(addresses).update(vars(urls), urlpatterns=[path("bare/", bare), *urls.urlpatterns])
    with override_settings(ROOT_URLCONF=addresses):
        client = Client()
        client.force_login(get_user_model().objects.get(username=USER))

        def spent(address: str) -> float:
            started = time.process_time()
            for _ in range(PAGES):
                answer = client.get(address)
                if answer.status_code != 200:
                    raise SystemExit(f"{address}: {answer.status_code}")
            return 1000 * (time.process_time() - started) / PAGES

        spent("/"), spent("/bare/")  # the first pages compile templates
        pairs = [(spent("/"), spent("/bare/")) for _ in range(ROUNDS)]
    told = {"home_ms": statistics.median(home for home, _ in pairs), "bare_ms": statistics.median(plain for _, plain in pairs)}
    json.dump(told, sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main())
