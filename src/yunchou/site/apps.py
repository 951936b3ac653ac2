"""The site's own application: listens to sign-ins, so that the log tells of them."""

from django.apps import AppConfig


class SiteConfig(AppConfig):
    """Settings, addresses, sign-in, navigation and the home page."""

    name = "yunchou.site"
    label = "site"

    def ready(self) -> None:
        """Listen to sign-ins and refused attempts."""
        from yunchou.site import receivers  # noqa: PLC0415 - models exist only now

        receivers.listen()
