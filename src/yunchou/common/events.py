"""What happened, told to whoever asked to know, within the transaction that made it happen.

A lower app publishes and never learns who listens. A handler writes its own app's ledger or queues a job;
anything slow, outside, or that may fail for its own reasons is a job.
"""

from collections import defaultdict
from collections.abc import Callable
from typing import Any, TypeVar

Event = TypeVar("Event")

_handlers: dict[type[Any], list[Callable[[Any], None]]] = defaultdict(list)


def subscribe(kind: type[Event], handler: Callable[[Event], None]) -> None:
    """Call ``handler`` for each event of exactly this kind from now on; twice the same handler counts once."""
    if handler not in _handlers[kind]:
        _handlers[kind].append(handler)


def unsubscribe(kind: type[Event], handler: Callable[[Event], None]) -> None:
    """Stop calling ``handler`` for this kind of event."""
    _handlers[kind].remove(handler)


def publish(event: object) -> None:
    """Tell every subscriber, in the order they subscribed; what a handler raises undoes the whole change."""
    for handler in tuple(_handlers[type(event)]):
        handler(event)
