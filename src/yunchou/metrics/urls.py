"""Addresses of the metrics: the catalogue, a page a metric, its figures as a file."""

from django.urls import path

from yunchou.metrics import views

app_name = "metrics"
urlpatterns = [
    path("", views.catalogue, name="catalogue"),
    path("<slug:code>/", views.metric, name="metric"),
    path("<slug:code>/export/", views.export, name="export"),
]
