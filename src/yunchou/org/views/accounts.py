"""Accounts: made, closed and given a password by who looks after the system; their rights by who looks after security."""

from django.http import HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from yunchou.common import clock
from yunchou.common.list_pages import pages
from yunchou.common.pages import PageRequest
from yunchou.org import selectors, services
from yunchou.org.errors import BadAccount, BadRight
from yunchou.org.models import Administrator, Role, Scope


def _to(user_id: int) -> HttpResponseBase:
    answer = HttpResponseRedirect(f"{reverse('org:account', args=(user_id,))}?done=1")
    answer.status_code = 303
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: PageRequest) -> HttpResponseBase:
    """Make an account."""
    services.must_administer(request.user, Administrator.SYSTEM)
    wrong = ""
    if request.method == "POST":
        typed = {name: request.POST.get(name, "") for name in ("username", "password", "person_code")}
        try:
            return _to(services.make_account(actor=request.user, **typed, now=clock.now()).pk)
        except BadAccount as refusal:
            wrong = str(refusal)
    kept = {name: request.POST.get(name, "") for name in ("username", "person_code")}
    context = {"wrong": wrong, "kept": kept, "address": reverse("lists:org-users-page")}
    return render(request, "org/new_account.html", context, status=422 if wrong else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def account(request: PageRequest, user_id: int) -> HttpResponseBase:
    """Show an account and do what its reader looks after."""
    actor, now = request.user, clock.now()
    user = selectors.user(actor=actor, user_id=user_id, now=now)
    wrong = ""
    if request.method == "POST":
        try:
            _do(request, user_id)
            return _to(user_id)
        except (BadAccount, BadRight) as refusal:
            wrong = str(refusal)
    scopes = dict(user.app_scopes.order_by("app").values_list("app", "scope"))
    context = {
        "kept": user,
        "wrong": wrong,
        "done": request.GET.get("done") == "1" and not wrong,
        "is_system": actor.administers == Administrator.SYSTEM,
        "is_security": actor.administers == Administrator.SECURITY,
        "is_self": user.pk == actor.pk,
        "roles": [(value, str(label), value == user.role) for value, label in Role.choices],
        "scopes": [(value, str(label), value == user.scope) for value, label in Scope.choices],
        "apps": [
            (app, title, [(value, str(label), scopes.get(app) == value) for value, label in Scope.choices])
            for app, title in _apps().items()
        ],
        "duties": [(value, str(label), value == user.administers) for value, label in Administrator.choices],
        "address": reverse("lists:org-users-page"),
    }
    return render(request, "org/account.html", context, status=422 if wrong else 200)


def _apps() -> dict[str, str]:
    """Return the apps whose rows have a scope, each told by its lists."""
    found: dict[str, list[str]] = {}
    for page in pages():
        if page.is_for is None:
            found.setdefault(page.app, []).append(str(page.title))
    return {app: " / ".join(titles) for app, titles in found.items()}


def _do(request: PageRequest, user_id: int) -> None:
    actor, now, what = request.user, clock.now(), request.POST.get("do", "")
    if what == "close":
        services.close_account(actor=actor, user_id=user_id, now=now)
    elif what == "open":
        services.open_account(actor=actor, user_id=user_id, now=now)
    elif what == "password":
        services.set_password(actor=actor, user_id=user_id, password=request.POST.get("password", ""), now=now)
    elif what == "duty":
        services.set_administrator(actor=actor, user_id=user_id, administers=request.POST.get("administers", ""), now=now)
    else:
        apps = {app: request.POST.get(f"scope_{app}", "") for app in _apps()}
        role, scope = request.POST.get("role", ""), request.POST.get("scope", "")
        services.set_scope(actor=actor, user_id=user_id, role=role, scope=scope, apps=apps, now=now)
