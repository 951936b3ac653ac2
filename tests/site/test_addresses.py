"""Every address × every role, from one table; an address without a row fails."""

from dataclasses import dataclass, field

import pytest
from django.db import connection
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from tests.site.conftest import ROLES, signed_in
from tests.world import World

pytestmark = [pytest.mark.database, pytest.mark.django_db]

ALL = dict.fromkeys(ROLES, 200)
SIGNED_IN = {**ALL, "stranger": 302}
MISSING = {**dict.fromkeys(ROLES, 404), "stranger": 302}
POSTED = {**dict.fromkeys(ROLES, 405), "stranger": 302}


def only(*roles: str, yes: int = 200, no: int = 403) -> dict[str, int]:
    """What some roles get, what all others get, and the way to sign in for a stranger."""
    return {**dict.fromkeys(ROLES, no), **dict.fromkeys(roles, yes), "stranger": 302}


LOOKING_AFTER = ("system", "security")
SYSTEM_ONLY = only("system")
SECURITY_ONLY = only("security")


@dataclass(frozen=True)
class Row:
    """What an address answers to a GET of each role, and to a POST of a signed-in one."""

    path: str
    get: dict[str, int] = field(default_factory=lambda: SIGNED_IN)
    post: int = 405


TABLE = {
    "site:home": Row("/"),
    "site:preferences": Row("/preferences/", get=dict.fromkeys(ROLES, 405), post=303),
    "site:livez": Row("/livez", get=ALL),
    "site:readyz": Row("/readyz", get=ALL),
    "planning:why": Row("/planning/why/attained/"),
    **{
        f"lists:{app}-{name}-{what}": Row(f"/{app}/{name}/{path}", **told)
        for app, name in (("customers", "accounts"), ("revenue", "lines"), ("org", "people"), ("org", "units"))
        for what, path, told in (
            ("page", "", {}),
            ("totals", "totals/", {}),
            ("export", "export/", {}),
            ("views", "views/", {"get": POSTED, "post": 422}),
            # its rows are tried by tests/lists: here one that nobody has
            ("record", "999999999/", {"get": MISSING}),
        )
    },
    # pages of administrators are not there for anybody else
    **{
        f"lists:{app}-{name}-{what}": Row(f"/{app}/{name}/{path}", get=get, post=post)
        for app, name, roles in (("org", "users", LOOKING_AFTER), ("audit", "operations", ("audit",)), ("audit", "changes", ("audit",)))
        for what, path, get, post in (
            ("page", "", only(*roles, no=404), 405),
            ("totals", "totals/", only(*roles, no=404), 405),
            ("export", "export/", only(*roles, no=404), 405),
            ("views", "views/", POSTED, 404),
            ("record", "999999999/", MISSING, 405),
        )
    },
    **{
        f"lists:org-{name}-{what}": Row(f"/org/{name}/{path}", get=only("director", "system", yes=yes), post=post)
        for name in ("people", "units")
        for what, path, yes, post in (
            ("edit-rows", "edit/", 200, 422),
            ("edit", "999999999/edit/", 404, 404),
            ("add", "new/", 200, 422),
            ("import", "import/", 200, 422),
        )
    },
    **{
        f"lists:org-{name}-{what}": row
        for name in ("people", "units")
        for what, row in (
            ("restore", Row(f"/org/{name}/999999999/restore/", get=POSTED, post=404)),
            ("remove", Row(f"/org/{name}/999999999/remove/", get=POSTED, post=403)),
            ("bin", Row(f"/org/{name}/bin/", get=only(), post=403)),
            ("tried", Row(f"/org/{name}/import/999999999/", get=MISSING, post=404)),
            ("faults", Row(f"/org/{name}/import/999999999/faults/", get=MISSING)),
        )
    },
    "org:rights": Row("/org/rights/", get=SECURITY_ONLY, post=403),
    "org:tokens": Row("/org/tokens/", post=422),
    "org:end-token": Row("/org/tokens/999999999/end/", get=POSTED, post=404),
    "org:new-account": Row("/org/users/new/", get=SYSTEM_ONLY, post=403),
    "org:account": Row("/org/users/999999999/account/", get=MISSING, post=404),
    "org:move": Row("/org/people/999999999/move/", get=MISSING, post=404),
    "org:place": Row("/org/units/999999999/place/", get=MISSING, post=404),
    # who may change nothing is refused before anything is looked up
    "lists:customers-accounts-edit-rows": Row("/customers/accounts/edit/", get=only("director", "north", "seller"), post=422),
    "lists:customers-accounts-edit": Row("/customers/accounts/999999999/edit/", get=only("director", "north", "seller", yes=404), post=404),
    "lists:customers-accounts-restore": Row("/customers/accounts/999999999/restore/", get=POSTED, post=404),
    "lists:customers-accounts-add": Row("/customers/accounts/new/", get=only("director", "north"), post=422),
    "lists:customers-accounts-bin": Row("/customers/accounts/bin/", get=only("director"), post=404),
    "lists:customers-accounts-remove": Row("/customers/accounts/999999999/remove/", get=POSTED, post=404),
    "lists:customers-accounts-import": Row("/customers/accounts/import/", get=only("director", "north", "seller"), post=422),
    "lists:customers-accounts-tried": Row("/customers/accounts/import/999999999/", get=MISSING, post=404),
    "lists:customers-accounts-faults": Row("/customers/accounts/import/999999999/faults/", get=MISSING, post=405),
    "lists:search": Row("/search/"),
    "metrics:catalogue": Row("/metrics/"),
    "metrics:metric": Row("/metrics/revenue/"),
    "metrics:export": Row("/metrics/revenue/export/"),
    "metrics:new": Row("/metrics/new/", get=only("director", "finance"), post=422),
    "metrics:edit": Row("/metrics/own-999999999/edit/", get=only("director", "finance", yes=404), post=404),
    "metrics:retire": Row("/metrics/own-999999999/retire/", get=POSTED, post=404),
    "metrics:dashboards": Row("/metrics/dashboards/", post=422),
    "metrics:dashboard": Row("/metrics/dashboards/999999999/", get=MISSING),
    "metrics:change-dashboard": Row("/metrics/dashboards/999999999/change/", get=POSTED, post=404),
    "metrics:add-card": Row("/metrics/dashboards/999999999/cards/", get=POSTED, post=404),
    "metrics:card": Row("/metrics/dashboards/999999999/cards/1/", get=POSTED, post=404),
    "lists:undo": Row("/lists/operations/999999999/undo/", get=POSTED, post=404),
    "lists:view": Row("/lists/views/999999999/", get=POSTED, post=404),
    "account_login": Row("/sign-in/", get={**dict.fromkeys(ROLES, 302), "stranger": 200}, post=302),
    "account_logout": Row("/sign-out/", get={**ALL, "stranger": 302}, post=302),
}
PAGES = [row.path for row in TABLE.values()]


def names(resolver: URLResolver, prefix: str = "") -> set[str]:
    found = set()
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver) and pattern.namespace == "api":
            continue  # test_api holds every operation of the API to a table of its own
        if isinstance(pattern, URLResolver):
            found |= names(pattern, f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix)
        elif isinstance(pattern, URLPattern):
            found.add(f"{prefix}{pattern.name}")
    return found


def test_every_address_has_a_row() -> None:
    assert names(get_resolver()) == set(TABLE)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("name", TABLE)
def test_address_answers_each_role_as_the_table_says(planned: World, name: str, role: str) -> None:
    answer = signed_in(planned, role).get(TABLE[name].path)
    assert answer.status_code == TABLE[name].get[role]
    if answer.status_code == 302 and role == "stranger":
        assert answer.headers["Location"].startswith("/sign-in/") or name == "account_logout"


@pytest.mark.parametrize("name", TABLE)
def test_address_answers_a_post_as_the_table_says(planned: World, name: str) -> None:
    assert signed_in(planned, "director").post(TABLE[name].path).status_code == TABLE[name].post


@pytest.mark.parametrize("path", [*PAGES, "/nowhere/"])
def test_address_sends_the_headers_that_protect_its_reader(planned: World, path: str) -> None:
    answer = signed_in(planned, "director").get(path)
    policy = {
        name: allowed for name, _, allowed in (part.strip().partition(" ") for part in answer.headers["Content-Security-Policy"].split(";"))
    }
    assert all(source.startswith("'nonce-") for source in policy["script-src"].split())
    assert policy["default-src"] == "'none'"
    assert policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert answer.headers["Cache-Control"] in {"no-store", "max-age=0, no-cache, no-store, must-revalidate, private"}
    assert len(answer.headers["X-Request-ID"]) == 32


@pytest.mark.parametrize("path", PAGES)
def test_page_has_no_inline_script_style_or_handler(planned: World, path: str) -> None:
    text = signed_in(planned, "director").get(path, follow=True).content.decode(errors="replace")
    assert "<style" not in text
    assert " style=" not in text
    assert " onclick=" not in text
    assert text.count("<script") == text.count("<script src=")


def checksums() -> dict[str, str | None]:
    """Return a checksum of every table's rows."""
    found = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT md5(string_agg(t::text, '|' ORDER BY t::text)) FROM \"{table}\" t")  # noqa: S608 - names of our own tables
            found[table] = cursor.fetchone()[0]
    return found


def test_get_never_writes(planned: World) -> None:
    client = signed_in(planned, "director")
    before = checksums()
    for path in [*PAGES, "/?period=month", "/planning/why/target/", "/nowhere/"]:
        client.get(path)
    assert checksums() == before


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "localhost@evil.example"])
def test_forged_host_is_refused(client: Client, host: str) -> None:
    for path in PAGES:
        assert client.get(path, headers={"host": host}).status_code == 400


@pytest.mark.parametrize("role", ["north", "seller"])
@pytest.mark.parametrize("key", ["target:r2", "attained:r2:star", "nonsense", "target'--", "%2e%2e", "target:r999999"])
def test_why_of_what_is_outside_of_ones_scope_or_unknown_is_not_found(planned: World, role: str, key: str) -> None:
    answer = signed_in(planned, role).get(f"/planning/why/{key}/")
    south = planned.company.plans.get().versions.get().cells.filter(region__name="南区").values_list("region_id", flat=True).first()
    assert answer.status_code == 404
    assert signed_in(planned, role).get(f"/planning/why/target:r{south}/").status_code == 404
    assert signed_in(planned, "director").get(f"/planning/why/target:r{south}/").status_code == 200
