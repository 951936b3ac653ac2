"""Planning's addresses."""

from django.urls import path

from yunchou.planning import views

app_name = "planning"
urlpatterns = [path("why/<path:key>/", views.why, name="why")]
