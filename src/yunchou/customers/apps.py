"""The application of customers: listens to who moves and who leaves."""

from django.apps import AppConfig


class CustomersConfig(AppConfig):
    """Regions, cities and accounts."""

    name = "yunchou.customers"
    label = "customers"

    def ready(self) -> None:
        """Hand accounts over when their owners move or leave."""
        from yunchou.customers import receivers  # noqa: PLC0415 - models exist only now

        receivers.listen()
