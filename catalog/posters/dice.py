"""Choices that never change: the same seed rolls the same numbers on every machine and every version of Python."""

import hashlib
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")

_WORD = 2**64 - 1


class Dice:
    """A splitmix64 stream, seeded by the SHA-256 of what is drawn; neither `random` nor `hash` promises as much."""

    def __init__(self, *seed: object) -> None:
        digest = hashlib.sha256("\x1f".join(map(str, seed)).encode(errors="backslashreplace")).digest()
        self._state = int.from_bytes(digest[:8], "big")

    def _bits(self) -> int:
        self._state = (self._state + 0x9E3779B97F4A7C15) & _WORD
        mixed = self._state
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9 & _WORD
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB & _WORD
        return mixed ^ (mixed >> 31)

    def real(self, low: float = 0.0, high: float = 1.0) -> float:
        return low + (high - low) * (self._bits() >> 11) / (1 << 53)

    def whole(self, low: int, high: int) -> int:
        """A whole number; both ends may come up."""
        return low + self._bits() % (high - low + 1)

    def either_way(self, most: float) -> float:
        return self.real(-most, most)

    def flip(self, chance: float = 0.5) -> bool:
        return self.real() < chance

    def pick(self, choices: Sequence[T]) -> T:
        return choices[self._bits() % len(choices)]

    def shuffled(self, choices: Sequence[T]) -> list[T]:
        out = list(choices)
        for last in range(len(out) - 1, 0, -1):
            other = self._bits() % (last + 1)
            out[last], out[other] = out[other], out[last]
        return out
