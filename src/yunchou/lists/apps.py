"""The application of the list pages: reads what the apps declare."""

import importlib

from django.apps import AppConfig, apps

from yunchou.common import list_pages


class ListsConfig(AppConfig):
    """Filters, views, export and record pages of every list."""

    name = "yunchou.lists"
    label = "lists"

    def ready(self) -> None:
        """Read the list pages of every app, in the order of the settings."""
        for app in apps.get_app_configs():
            if app.name.startswith("yunchou.") and app.name != self.name and list_pages.declares(app.name):
                importlib.import_module(f"{app.name}.lists")
