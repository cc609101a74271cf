"""Changes files as transfers, editors and enemies do, from a seed: the same seed gives the same files."""

from collections.abc import Iterator, Sequence
from random import Random
from typing import Final

MOST_BYTES: Final = 64 * 1024
_PIECES: Final = (
    b"\0", b"\r", b"\r\n", b"\n", b"-\n", b":61:", b":86:", b":62F:", b"{4:", b"-}", b"<", b"</Ntry>", b"<Ntry>",
    b"<!--", b"<![CDATA[", b"]]>", b"&#x0;", b"&amp;", b"<!DOCTYPE a [<!ENTITY b 'c'>]>", b"<STMTTRN>", b"</OFX>",
    b"88,", b"16,", b"49,", b"/", b",", b'"', b";", b"^", b"!Type:Bank", b"9" * 40, b"1e99", b"-0", b"\xff\xfe",
    b"\xef\xbb\xbf", b"\xc3", b"\xed\xa0\x80", "\u2212".encode(), "\u0661".encode(), b"260230", b"NaN", b"=1+1",
    b" " * 70, b"EUR",
)  # fmt: skip


def mutated(seeds: Sequence[bytes], random: Random) -> bytes:
    """A seed after one to six changes."""
    data = bytearray(random.choice(seeds))
    for _ in range(random.randint(1, 6)):
        _change(data, seeds, random)
        del data[MOST_BYTES:]
    return bytes(data)


def _change(data: bytearray, seeds: Sequence[bytes], random: Random) -> None:
    at = random.randint(0, len(data))
    end = min(len(data), at + random.choice((1, 2, 5, 20, 100, 1000)))
    kind = random.randrange(8)
    if kind <= 1 and at < len(data):
        data[at] ^= 1 << random.randrange(8)
    elif kind == 2 and at < len(data):
        data[at] = random.randrange(256)
    elif kind == 3:
        del data[at:end]
    elif kind == 4:
        data[at:at] = data[at:end] * random.choice((1, 1, 2, 30))
    elif kind == 5:
        other = random.choice(seeds)
        start = random.randint(0, len(other))
        data[at:end] = other[start : start + random.choice((5, 50, 500))]
    elif kind == 6:
        del data[at:]
    else:
        data[at:at] = random.choice(_PIECES)


def files(seeds: Sequence[bytes], seed: int) -> Iterator[bytes]:
    """Changed files without end."""
    random = Random(seed)
    while True:
        yield mutated(seeds, random)
