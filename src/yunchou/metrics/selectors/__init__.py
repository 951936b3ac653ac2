"""Every read of metrics."""

from yunchou.metrics.selectors.answers import Answer, Group, dimensions_for, evaluate, metric_for, metrics_for, recorded_for
from yunchou.metrics.selectors.dashboards import cards, dashboard, dashboards, dashboards_with
from yunchou.metrics.selectors.definitions import choices, drafted, id_of, may_define, own_metric, read_definition
from yunchou.metrics.selectors.known import Recorded, settled
from yunchou.metrics.selectors.questions import Period

__all__ = [
    "Answer",
    "Group",
    "Period",
    "Recorded",
    "cards",
    "choices",
    "dashboard",
    "dashboards",
    "dashboards_with",
    "dimensions_for",
    "drafted",
    "evaluate",
    "id_of",
    "may_define",
    "metric_for",
    "metrics_for",
    "own_metric",
    "read_definition",
    "recorded_for",
    "settled",
]
