"""Sets of rows as integers: bit n stands for the row whose primary key is n.

What two sets have in common, and how many that is, costs microseconds at a hundred thousand rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

Bits = int
MANY = 3_000  # members; more are written as binary digits, which takes a third of the time
ONE = ord("1")


def bits_of(revisions: Iterable[int]) -> Bits:
    """Return primary keys as a set of bits."""
    keys = list(revisions)
    if not keys:
        return 0
    if len(keys) > MANY:
        digits = bytearray(b"0") * (max(keys) + 1)
        for key in keys:
            digits[key] = ONE
        digits.reverse()
        return int(digits, 2)
    octets = bytearray((max(keys) >> 3) + 1)
    for key in keys:
        octets[key >> 3] |= 1 << (key & 7)
    return int.from_bytes(octets, "little")


def keys_of(bits: Bits) -> list[int]:
    """Return a set of bits as primary keys in order; for sets of some hundreds at most."""
    keys = []
    while bits:
        lowest = bits & -bits
        keys.append(lowest.bit_length() - 1)
        bits ^= lowest
    return keys


def members_in_order(members: Bits, ordered: Sequence[int]) -> Iterator[int]:
    """Yield the members of a set in the order of a list."""
    octets = members.to_bytes((members.bit_length() + 7) // 8 or 1, "little")
    end = len(octets) * 8
    return (key for key in ordered if key < end and octets[key >> 3] >> (key & 7) & 1)
