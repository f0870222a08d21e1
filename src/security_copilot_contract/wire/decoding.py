"""The body of a message without its content codings (RFC 9110, section 8.4)."""

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

import httpx

# A longer body is not validated: memory has a bound, and a body has none.
LONGEST_BODY = 64 * 2**20

_MOST_CODINGS = 5
# The bytes that are decoded at a time. Deflate makes at most 1,032 of one; others make a block out of a few.
_SLICES = {"gzip": 4096, "deflate": 4096}
_SMALLEST_SLICE = 16
# Invalid in every coding.
_UNDECODABLE = b"\xff" * 8


class TooLongError(ValueError):
    """The decoded body has more than LONGEST_BODY bytes. They are nowhere in memory."""


def decoded(body: bytes, headers: Mapping[str, str]) -> bytes:
    """The body without the codings in its headers, whose names are in lower case.

    ValueError if it does not follow them, has more than five, or one for which httpx has no decoder; TooLongError if it
    is too long after one of them.
    """
    named = headers.get("content-encoding", "").lower().split(",")
    codings = [coding for name in named if (coding := name.strip()) not in ("", "identity")]
    if len(codings) > _MOST_CODINGS:
        raise ValueError(f"it has {len(codings):,} content codings")
    pieces: Iterator[bytes] = iter([body])
    for coding in reversed(codings):
        pieces = _decoded(pieces, "gzip" if coding == "x-gzip" else coding)
    try:
        return b"".join(pieces)
    except httpx.DecodingError as error:
        raise ValueError(str(error)) from None


def _decoded(pieces: Iterator[bytes], coding: str) -> Iterator[bytes]:
    if not _is_supported(coding):
        raise ValueError(f"httpx has no decoder for the content coding {coding!r}")
    length = 0
    for piece in _response(coding, _Slices(pieces, _SLICES.get(coding, _SMALLEST_SLICE))).iter_bytes():
        length += len(piece)
        if length > LONGEST_BODY:
            raise TooLongError(f"it has more than {LONGEST_BODY:,} bytes")
        yield piece


@lru_cache(maxsize=16)
def _is_supported(coding: str) -> bool:
    """Whether httpx has a decoder; which ones it has depends on the installed packages. It ignores other codings."""
    try:
        return b"".join(_response(coding, httpx.ByteStream(_UNDECODABLE)).iter_bytes()) != _UNDECODABLE
    except httpx.DecodingError:
        return True


def _response(coding: str, stream: httpx.SyncByteStream) -> httpx.Response:
    return httpx.Response(200, headers=[(b"Content-Encoding", coding.encode("latin-1"))], stream=stream)


class _Slices(httpx.SyncByteStream):
    """A stream in slices. Each is decoded as a whole, and so has to be short."""

    def __init__(self, pieces: Iterable[bytes], size: int) -> None:
        self._pieces = pieces
        self._size = size

    def __iter__(self) -> Iterator[bytes]:
        for piece in self._pieces:
            for start in range(0, len(piece), self._size):
                yield piece[start : start + self._size]
