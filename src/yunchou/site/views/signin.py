"""Coming in: allauth's page, whose refused form is answered with 422 like every other."""

from typing import Any

from allauth.account.views import LoginView
from django.http import HttpResponse


class SignIn(LoginView):  # type: ignore[misc]  # allauth has no types
    """Username and password."""

    def form_invalid(self, form: Any) -> HttpResponse:
        """Show what is wrong, with the status that says so to programs."""
        response: HttpResponse = super().form_invalid(form)
        response.status_code = 422
        return response
