"""Deals as rows of growing columns, and the lines asked for in them."""

from typing import Any

import numpy as np
import numpy.typing as npt

from yunchou.demo.streams import IntArray

WAITING, DECIDING, WON, LOST, EXPIRED = 0, 1, 2, 3, 4


class Columns:
    """Columns that grow together; the first ``count`` rows are filled."""

    def __init__(self, **types: npt.DTypeLike) -> None:
        self.count = 0
        self._room = 1_024
        self._arrays: dict[str, npt.NDArray[Any]] = {name: np.zeros(self._room, dtype=kind) for name, kind in types.items()}

    def __getitem__(self, name: str) -> npt.NDArray[Any]:
        """Return a column with room to spare: index it by row numbers."""
        return self._arrays[name]

    def filled(self, name: str) -> npt.NDArray[Any]:
        """Return the filled rows of a column."""
        return self._arrays[name][: self.count]

    def append(self, rows: int, **values: object) -> IntArray:
        """Add rows and return their numbers; columns left out are 0."""
        numbers = np.arange(self.count, self.count + rows, dtype=np.int64)
        while self.count + rows > self._room:
            self._room *= 2
            for name, array in self._arrays.items():
                grown = np.zeros(self._room, dtype=array.dtype)
                grown[: self.count] = array[: self.count]
                self._arrays[name] = grown
        self.count += rows
        for name, value in values.items():
            self._arrays[name][numbers] = value
        return numbers


def new_deals() -> Columns:
    """Return the table of deals; ``closed`` is the day of the outcome, ``lines_from`` … the rows of its lines."""
    return Columns(
        account=np.int32, person=np.int32, product=np.int8, opened=np.int16, served=np.int16, closed=np.int16,
        outcome=np.int8,
        online=np.bool_, new=np.bool_, lines_from=np.int64, lines=np.int8, hardware=np.int8, left=np.float32, value=np.float32,
    )  # fmt: skip


def new_lines() -> Columns:
    """Return the table of lines asked for, each with its deal."""
    return Columns(deal=np.int32, product=np.int8, quantity=np.int32)
