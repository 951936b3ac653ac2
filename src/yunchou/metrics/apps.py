"""The application of the metrics: reads what the apps declare."""

import importlib

from django.apps import AppConfig, apps

from yunchou.common import measures


class MetricsConfig(AppConfig):
    """Catalogue, evaluation and drill of every metric."""

    name = "yunchou.metrics"
    label = "metrics"

    def ready(self) -> None:
        """Read the facts of every app, then the metrics over them."""
        for what in ("facts", "metrics"):
            for app in apps.get_app_configs():
                if app.name.startswith("yunchou.") and app.name != self.name and measures.declares(app.name, what):
                    importlib.import_module(f"{app.name}.{what}")
