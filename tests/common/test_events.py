"""Events reach those who asked, in order, and nobody else."""

from dataclasses import dataclass

import pytest

from yunchou.common import events


@dataclass(frozen=True)
class Happened:
    what: str


@dataclass(frozen=True)
class HappenedElsewhere(Happened):
    pass


def test_event_reaches_its_subscribers_in_order_and_each_once() -> None:
    heard: list[str] = []

    def first(event: Happened) -> None:
        heard.append(f"first {event.what}")

    def second(event: Happened) -> None:
        heard.append(f"second {event.what}")

    for handler in (first, second, first):
        events.subscribe(Happened, handler)
    events.publish(Happened("now"))
    events.publish(HappenedElsewhere("there"))
    events.unsubscribe(Happened, first)
    events.publish(Happened("later"))
    events.unsubscribe(Happened, second)
    events.publish(Happened("never"))

    assert heard == ["first now", "second now", "second later"]


def test_failing_handler_fails_the_publisher() -> None:
    def fails(_: Happened) -> None:
        raise LookupError

    events.subscribe(Happened, fails)
    try:
        with pytest.raises(LookupError):
            events.publish(Happened("now"))
    finally:
        events.unsubscribe(Happened, fails)
