"""What the pure core said about a year, as plain values that JSON can hold, and the fingerprint of what it was given."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from yunchou import __version__
from yunchou.calc.text import Text

if TYPE_CHECKING:
    import polars as pl

    from yunchou.calc.plan import Plan

# Tables of their own: a row a cell, a target, a customer.
_STORED_AS_ROWS = frozenset({"targets", "cells", "tiers"})


def evidence_of(plan: "Plan") -> dict[str, Any]:
    """Return everything the plan says except its long tables, without rounding; frames become lists of rows."""
    plain = _plain(plan)
    assert isinstance(plain, dict)  # noqa: S101 - a dataclass becomes a dict
    return plain


def fingerprint_of(*, frames: "Iterable[pl.DataFrame | None]", choices: Mapping[str, object]) -> str:
    """Return the SHA-256 of the inputs: the frames' rows in their order, the choices, and this program's version."""
    digest = hashlib.sha256(__version__.encode())
    digest.update(json.dumps(choices, ensure_ascii=False, sort_keys=True, default=str).encode())
    for frame in frames:
        digest.update(b"\0")
        if frame is not None:
            digest.update(frame.write_csv().encode())
    return digest.hexdigest()


def _plain(value: Any) -> Any:
    if isinstance(value, Text):
        return value._asdict()
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value) if field.name not in _STORED_AS_ROWS}
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if hasattr(value, "iter_rows"):
        value = list(value.iter_rows(named=True))
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(item) for item in value]
    return str(value) if isinstance(value, Decimal | date) else value
