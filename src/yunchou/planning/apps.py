"""The application of planning: says what sales shall be."""

from django.apps import AppConfig

from yunchou.common.measures import register_target


class PlanningConfig(AppConfig):
    """Plans, versions and targets."""

    name = "yunchou.planning"
    label = "planning"

    def ready(self) -> None:
        """Set the targets of the published plan beside what is sold."""
        from yunchou.planning import selectors  # noqa: PLC0415 - models exist only now

        register_target("revenue", lambda actor, now, months: selectors.monthly_targets(actor=actor, now=now, months=months))
