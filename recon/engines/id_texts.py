"""Ids as text, made of many numbers at once: what `rows.entry_text` says for one, without a text for every step.

Formatting ids one by one is a third of what it takes to write the members of a run.
"""

from array import array
from binascii import hexlify
from functools import lru_cache
from typing import Final

import pyarrow as pa

from recon.model.ids import ENTRY_ID_DIGITS

NUMBERS: Final = pa.decimal128(38, 0)
"""How the engine hands out whole numbers of 128 bits: in four words, the lowest first."""
_WIDTH, _WORDS, _WORD = 16, 4, 4
_KEPT: Final = (2, 1, 0)
"""The words of a number that its id is made of, the highest first; the fourth is always zero."""


def id_texts(numbers: pa.Decimal128Array) -> pa.StringArray:
    """The ids of 24 hexadecimal digits that numbers of 96 bits stand for.

    Raises:
        ValueError: a number is absent.
    """
    if numbers.null_count:
        raise ValueError("an id is absent")
    count = len(numbers)
    words = array("I")
    words.frombytes(memoryview(numbers.buffers()[1])[numbers.offset * _WIDTH :][: count * _WIDTH])
    words.byteswap()
    places, ends = _layout(count)
    kept = pa.Array.from_buffers(pa.int32(), count * _WORDS, [None, pa.py_buffer(words)]).take(places)
    digits = hexlify(memoryview(kept.buffers()[1])[: count * ENTRY_ID_DIGITS // 2])
    return pa.StringArray.from_buffers(count, ends, pa.py_buffer(digits))


@lru_cache(maxsize=2)
def _layout(count: int) -> tuple[pa.Int32Array, pa.Buffer]:
    """Where the words of so many ids stand, and where their texts begin and end; nearly all calls are of one size."""
    places = array("i", bytes(count * len(_KEPT) * _WORD))
    for nth, word in enumerate(_KEPT):
        places[nth :: len(_KEPT)] = array("i", range(word, count * _WORDS, _WORDS))
    ends = array("i", range(0, count * ENTRY_ID_DIGITS + 1, ENTRY_ID_DIGITS))
    return pa.Array.from_buffers(pa.int32(), len(places), [None, pa.py_buffer(places)]), pa.py_buffer(ends)
