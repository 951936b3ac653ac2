"""What is asked of rows beside what they hold: the same for every list whose rows are changed."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from yunchou.common.list_pages import Batch


def compared(
    batch: Batch, kept: Mapping[int, Mapping[str, Any]], wrong: Callable[[Mapping[str, Any], Mapping[str, Any]], str]
) -> tuple[dict[int, Any], dict[int, str], int, frozenset[int]]:
    """Return what really changes, a sentence for each refused row, how many stay the same, and which were changed by others.

    ``kept``: what the rows within the actor's reach hold; ``wrong(row, different)`` says why new values cannot be, or nothing.
    """
    changed: dict[int, dict[str, Any]] = {}
    refused: dict[int, str] = {}
    moved: set[int] = set()
    same = 0
    for row_id, wanted in batch.changes.items():
        row = kept.get(row_id)
        if row is None:
            refused[row_id] = _("不在您的范围内，或已经没有了")
            continue
        different = {name: value for name, value in wanted.items() if row[name] != value}
        if not different:
            same += 1
        elif batch.expected is not None and any(row[name] != value for name, value in batch.expected[row_id].items() if name in different):
            refused[row_id] = _("后来又被改过")
            moved.add(row_id)
        elif told := wrong(row, different):
            refused[row_id] = told
        else:
            changed[row_id] = different
    return changed, refused, same, frozenset(moved)
