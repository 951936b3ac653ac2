"""Every write to metrics."""

from yunchou.metrics.services.dashboards import add_card, change_dashboard, delete_dashboard, make_dashboard, move_card, remove_card
from yunchou.metrics.services.definitions import define_metric, must_define, retire_metric

__all__ = [
    "add_card",
    "change_dashboard",
    "define_metric",
    "delete_dashboard",
    "make_dashboard",
    "move_card",
    "must_define",
    "remove_card",
    "retire_metric",
]
