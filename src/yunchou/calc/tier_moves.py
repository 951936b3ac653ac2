"""Changes of tier, each with what it was, what it is, and why."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from yunchou.calc.plan import Judgement
from yunchou.calc.text import Text


@dataclass(frozen=True, kw_only=True)
class TierMove:
    """One change of tier; ``old`` is None for a name without a tier so far, ``new`` for one that is gone from the history."""

    name: str
    old: str | None
    new: str | None
    why: Text


_GONE = Text("历史里已没有它的销售", "nothing of it is left in the history")


def moves_of(previous: Mapping[str, str], judged: Iterable[Judgement]) -> tuple[TierMove, ...]:
    """Return every change from the tiers in force to those judged now, by name; who keeps a tier is not listed.

    Source: own.
    """
    now = {judgement.name: judgement for judgement in judged}
    moved = [
        TierMove(name=name, old=previous.get(name), new=judgement.tier, why=judgement.reason)
        for name, judgement in now.items()
        if previous.get(name) != judgement.tier
    ]
    gone = [TierMove(name=name, old=tier, new=None, why=_GONE) for name, tier in previous.items() if name not in now]
    return tuple(sorted([*moved, *gone], key=lambda move: move.name))
