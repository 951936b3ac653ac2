"""What customers do when people move or leave."""

from yunchou.common import events
from yunchou.customers import services
from yunchou.org.events import PersonLeft, PersonMoved


def listen() -> None:
    """Ask to be told, once."""
    events.subscribe(PersonLeft, _hand_over)
    events.subscribe(PersonMoved, _follow)


def _hand_over(event: PersonLeft) -> None:
    services.hand_over(person_id=event.person_id, successor_id=event.successor_id)


def _follow(event: PersonMoved) -> None:
    services.place_accounts(on=None, of=event.person_id)
