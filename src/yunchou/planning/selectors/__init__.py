"""Every read of planning."""

from yunchou.planning.selectors.basis import running_plan
from yunchou.planning.selectors.figures import (
    CascadeRow,
    Curve,
    CurvePoint,
    Figure,
    Headline,
    Home,
    MonthRow,
    Operand,
    Period,
    Source,
    SourceRow,
    VersionFacts,
    WaterfallBar,
    Weakest,
    Why,
)
from yunchou.planning.selectors.home import home
from yunchou.planning.selectors.targets import monthly_targets
from yunchou.planning.selectors.why import why

__all__ = [
    "CascadeRow",
    "Curve",
    "CurvePoint",
    "Figure",
    "Headline",
    "Home",
    "MonthRow",
    "Operand",
    "Period",
    "Source",
    "SourceRow",
    "VersionFacts",
    "WaterfallBar",
    "Weakest",
    "Why",
    "home",
    "monthly_targets",
    "running_plan",
    "why",
]
