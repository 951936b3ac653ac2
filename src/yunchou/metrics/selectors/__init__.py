"""Every read of metrics."""

from yunchou.metrics.selectors.answers import Answer, Group, dimensions_for, evaluate, metric_for, metrics_for, recorded_for
from yunchou.metrics.selectors.known import Recorded, settled
from yunchou.metrics.selectors.questions import Period

__all__ = ["Answer", "Group", "Period", "Recorded", "dimensions_for", "evaluate", "metric_for", "metrics_for", "recorded_for", "settled"]
