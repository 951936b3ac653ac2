"""Planning's pages."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import date_format
from django.views.decorators.http import require_safe

from yunchou.common import clock
from yunchou.common.figures import Figures
from yunchou.common.pages import PageRequest
from yunchou.common.preferences import unit_label, unit_of
from yunchou.planning import selectors


@require_safe
def why(request: PageRequest, key: str) -> HttpResponse:
    """Explain one figure: what it means, how it was made, from what, and when; a panel on its page, or a page of its own."""
    found = selectors.why(actor=request.user, key=key, now=clock.now())
    figures = Figures(unit_of(request), reverse("planning:why", args=("x",)).removesuffix("x/"))
    figure = found.figure
    # What is a difference by its nature has a sign wherever it is shown.
    is_signed = key.startswith(("ahead", "growth", "step:")) and not key.startswith("step:n0")
    context = {
        "why": found,
        "shown": (figures.difference if is_signed else figures.show)(figure.key, figure.value, figure.measure),
        "unit": unit_label(figures.unit),
        "is_amount": figure.measure == "minor",
        "operands": [
            (
                operand.name,
                figures.show(operand.figure.key, operand.figure.value, operand.figure.measure),
                operand.figure.measure == "minor",
            )
            for operand in found.operands
        ],
        "rows": [(row, figures.show(figure.key, row.amount_minor, "minor")) for row in found.source.first_rows],
        "rows_count": f"{found.source.rows:,}",
        "sum": None if found.source.sum_minor is None else figures.show(figure.key, found.source.sum_minor, "minor"),
        "computed": date_format(found.computed_at, "Y-m-d H:i"),
    }
    template = "planning/why.html#panel" if request.headers.get("HX-Request") else "planning/why.html"
    return render(request, template, context)
