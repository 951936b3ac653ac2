"""Addresses: the first part names the app; home, sign-in and health are the site's own."""

from allauth.account.views import logout
from django.contrib.auth.decorators import login_not_required
from django.urls import URLPattern, URLResolver, include, path

from yunchou.site import health
from yunchou.site.api import api
from yunchou.site.views import home, preferences
from yunchou.site.views.signin import SignIn

site_addresses: list[URLPattern | URLResolver] = [
    path("", home.home, name="home"),
    path("preferences/", preferences.preferences, name="preferences"),
    path("livez", health.livez, name="livez"),
    path("readyz", health.readyz, name="readyz"),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include((site_addresses, "site"))),
    path("api/v1/", api.urls),
    path("planning/", include("yunchou.planning.urls")),
    path("org/", include("yunchou.org.urls")),
    path("metrics/", include("yunchou.metrics.urls")),
    path("", include("yunchou.lists.urls")),
    path("sign-in/", login_not_required(SignIn.as_view()), name="account_login"),
    path("sign-out/", login_not_required(logout), name="account_logout"),
]

handler400 = "yunchou.site.views.errors.bad_request"
handler403 = "yunchou.site.views.errors.forbidden"
handler404 = "yunchou.site.views.errors.not_found"
handler429 = "yunchou.site.views.errors.too_many"
handler500 = "yunchou.site.views.errors.fault"
