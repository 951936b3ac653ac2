"""One's own tokens for programs."""

from django.http import HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from yunchou.common import clock
from yunchou.common.pages import PageRequest
from yunchou.org import selectors, services
from yunchou.org.errors import BadAccount


@require_http_methods(["GET", "HEAD", "POST"])
def tokens(request: PageRequest) -> HttpResponseBase:
    """List one's tokens and make another, which is shown this once."""
    wrong = made = ""
    if request.method == "POST":
        days = request.POST.get("days", "")
        try:
            made = services.make_token(
                actor=request.user,
                name=request.POST.get("name", ""),
                days=int(days) if days.isascii() and days.isdigit() and len(days) < 5 else 0,
                now=clock.now(),
            )
        except BadAccount as refusal:
            wrong = str(refusal)
    today = clock.local_date(clock.now())
    context = {
        "tokens": [(one, one.ended_at is not None, one.expires_on < today) for one in selectors.tokens(actor=request.user)],
        "made": made,
        "wrong": wrong,
    }
    return render(request, "org/tokens.html", context, status=422 if wrong else 200)


@require_POST
def end(request: PageRequest, token_id: int) -> HttpResponseBase:
    """Take a token back."""
    services.end_token(actor=request.user, token_id=token_id, now=clock.now())
    answer = HttpResponseRedirect(reverse("org:tokens"))
    answer.status_code = 303
    return answer
