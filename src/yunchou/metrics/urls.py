"""Addresses of the metrics: the catalogue, a page a metric, its figures as a file, definitions, dashboards."""

from django.urls import path

from yunchou.metrics.views import dashboards, definitions, figures

app_name = "metrics"
urlpatterns = [
    path("", figures.catalogue, name="catalogue"),
    path("new/", definitions.define, name="new"),
    path("dashboards/", dashboards.first, name="dashboards"),
    path("dashboards/<int:dashboard_id>/", dashboards.show, name="dashboard"),
    path("dashboards/<int:dashboard_id>/change/", dashboards.change, name="change-dashboard"),
    path("dashboards/<int:dashboard_id>/cards/", dashboards.add, name="add-card"),
    path("dashboards/<int:dashboard_id>/cards/<int:card_id>/", dashboards.card, name="card"),
    path("<slug:code>/", figures.metric, name="metric"),
    path("<slug:code>/export/", figures.export, name="export"),
    path("<slug:code>/edit/", definitions.redefine, name="edit"),
    path("<slug:code>/retire/", definitions.retire, name="retire"),
]
