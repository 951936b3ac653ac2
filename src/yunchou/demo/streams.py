"""Random numbers that belong to a topic and a key, not to a place in a sequence.

A draw depends on the seed, the topic's name and the keys (an actor, a day, a counter) alone. So a new topic or
a new actor changes no draw that was there before, and the order in which draws are asked never matters.
"""

from hashlib import blake2b
from typing import Any

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]
_UInt = npt.NDArray[np.uint64]

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_FIRST = np.uint64(0xBF58476D1CE4E5B9)
_SECOND = np.uint64(0x94D049BB133111EB)
_S27, _S30, _S31, _S11 = np.uint64(27), np.uint64(30), np.uint64(31), np.uint64(11)


def _mix(state: _UInt) -> _UInt:
    """Scramble 64 bits: the finaliser of SplitMix64 (Steele, Lea and Flood, 2014)."""
    state = (state ^ (state >> _S30)) * _FIRST
    state = (state ^ (state >> _S27)) * _SECOND
    return state ^ (state >> _S31)


class Streams:
    """All random numbers of one simulated company.

    Each method takes a topic and one or more integer keys that broadcast against each other; it returns one
    draw per broadcast element. The same seed, topic and keys always give the same draw.
    """

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._starts: dict[str, _UInt] = {}

    def _bits(self, topic: str, keys: tuple[Any, ...]) -> _UInt:
        start = self._starts.get(topic)
        if start is None:
            digest = blake2b(f"{self._seed}:{topic}".encode(), digest_size=8).digest()
            start = np.array([int.from_bytes(digest, "little")], dtype=np.uint64)
            self._starts[topic] = start
        state = start
        for key in keys:
            # Arrays (never numpy scalars) wrap around silently, which is what the mixing wants.
            added = np.atleast_1d(np.asarray(key)).astype(np.int64).view(np.uint64)
            state = _mix((state ^ (added * _GOLDEN)) + _GOLDEN)
        return _mix(state + _GOLDEN)

    def uniform(self, topic: str, *keys: Any) -> FloatArray:
        """Draw from the open interval 0…1."""
        return (self._bits(topic, keys) >> _S11).astype(np.float64) * 2.0**-53 + 2.0**-54

    def normal(self, topic: str, *keys: Any) -> FloatArray:
        """Draw from the standard normal distribution (Box and Muller)."""
        first, second = self.uniform(topic, *keys, 0), self.uniform(topic, *keys, 1)
        return np.sqrt(-2.0 * np.log(first)) * np.cos(2.0 * np.pi * second)

    def lognormal(self, topic: str, sigma: float | FloatArray, *keys: Any) -> FloatArray:
        """Draw factors whose mean is 1 and whose logarithm has the given spread."""
        return np.exp(sigma * self.normal(topic, *keys) - np.square(sigma) / 2.0)

    def erlang(self, topic: str, shape: int, *keys: Any) -> FloatArray:
        """Draw waiting times of mean 1 that grow more regular with ``shape`` (a whole number from 1)."""
        product = self.uniform(topic, *keys, 0)
        for part in range(1, shape):
            product = product * self.uniform(topic, *keys, part)
        return -np.log(product) / shape

    def choice(self, topic: str, count: int | IntArray, *keys: Any) -> IntArray:
        """Draw whole numbers from 0 to below ``count``."""
        return np.asarray(np.minimum(np.floor(self.uniform(topic, *keys) * count), np.asarray(count) - 1), dtype=np.int64)
