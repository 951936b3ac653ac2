"""The first page after signing in: will we make the year, and where not?"""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.views.decorators.http import require_safe

from yunchou.common import clock
from yunchou.common.figures import Figures
from yunchou.common.pages import PageRequest
from yunchou.common.preferences import unit_of
from yunchou.org import selectors as org
from yunchou.org.errors import NoCompany
from yunchou.planning import selectors
from yunchou.site.home_page import home_page


@require_safe
def home(request: PageRequest) -> HttpResponse:
    """Answer the reader's first question about the year, within what they may see."""
    if not org.sees_business(actor=request.user):
        return render(request, "site/no_business.html", {})
    period: selectors.Period = "month" if request.GET.get("period") == "month" else "quarter"
    try:
        found = selectors.home(actor=request.user, now=clock.now(), period=period)
    except NoCompany as refusal:
        return render(request, "site/no_company.html", {"sentence": str(refusal)})
    if found is None:
        return render(request, "site/no_plan.html", {})
    figures = Figures(unit_of(request), reverse("planning:why", args=("x",)).removesuffix("x/"))
    return render(
        request, "site/home.html", {"page": home_page(found, figures, period=period, language=translation.get_language() or "zh-hans")}
    )
