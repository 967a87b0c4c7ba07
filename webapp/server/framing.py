"""Says when a request is complete, or when more of it would make no difference.

Only gunicorn's parser decides what a request means, and it gets exactly the bytes that are counted here. If
the two disagree, the parser finds too little or too much, and the connection is closed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

MAX_HEAD: Final = 64 * 1024
"""Bytes of the request line and all header fields; browsers and proxies need less than half."""

MAX_CHUNK_LINE: Final = 8190
"""Bytes of the line before a chunk, as in gunicorn, and of the trailer after the last one."""

LINE_END: Final = {b"", b"\r", b"\r\n"}
HEAD_END: Final = re.compile(rb"\n\r?\n")
CONTENT_LENGTH: Final = re.compile(rb"\ncontent-length:[ \t]*(\d{1,18})[ \t]*\r?(?=\n)", re.IGNORECASE)
CHUNKED: Final = re.compile(rb"\ntransfer-encoding:[^\r\n]*chunked[ \t]*\r?\n", re.IGNORECASE)
EXPECTS_CONTINUE: Final = re.compile(rb"\nexpect:[ \t]*100-continue[ \t]*\r?\n", re.IGNORECASE)
CHUNK_SIZE: Final = re.compile(rb"([0-9a-f]{1,15})[ \t]*(?:;.*)?", re.IGNORECASE | re.DOTALL)


class Progress(Enum):
    """How much of a request has arrived."""

    HEAD = auto()
    BODY = auto()
    WHOLE = auto()
    HEAD_TOO_LONG = auto()


@dataclass(slots=True)
class Framing:
    """Follows one request as it arrives.

    Attributes:
        max_body: bytes of the longest body that the application reads; a longer one is handed to it at once,
            to be refused.
        end: how many bytes the request has, once it is complete.
        is_cut: whether more of it may follow; then the connection cannot be used again.
        expects_continue: whether the client waits for "100 Continue" before it sends the body.
    """

    max_body: int
    end: int = 0
    is_cut: bool = False
    expects_continue: bool = False
    _head_end: int = 0
    _searched: int = 0
    _length: int | None = None
    _chunk_at: int = 0
    _chunked_bytes: int = 0

    def look(self, received: bytearray) -> Progress:
        """Return how much has arrived; ``received`` is everything so far."""
        if not self._head_end:
            # One empty line before a request is ignored (RFC 9112, 2.2).
            start = max(self._searched - 2, 2 if received[:2] == b"\r\n" else 0)
            found = HEAD_END.search(received, start)
            if (found.end() if found else len(received)) > MAX_HEAD:
                return Progress.HEAD_TOO_LONG
            if found is None:
                self._searched = len(received)
                return Progress.HEAD
            self._read_head(bytes(received[: found.end()]))
        self.end = self._chunked_end(received) if self._length is None else self._head_end + self._length
        return Progress.WHOLE if self.end and self.end <= len(received) else Progress.BODY

    def _read_head(self, head: bytes) -> None:
        self._head_end = self._chunk_at = len(head)
        lengths = CONTENT_LENGTH.findall(head)
        if CHUNKED.search(head):
            self._length = None
        else:
            self._length = int(lengths[0]) if lengths else 0
            if self._length > self.max_body:
                # Nobody will read this body, so do not wait for it.
                self._length, self.is_cut = 0, True
        if self._length != 0 and b"HTTP/1.1" in head.partition(b"\r\n")[0]:
            self.expects_continue = EXPECTS_CONTINUE.search(head) is not None

    def _chunked_end(self, received: bytearray) -> int:
        """Return where a chunked body ends, or is malformed or too long; 0 while that is unknown."""
        everything = len(received)
        if everything - self._head_end > 2 * self.max_body + MAX_HEAD:
            return self._cut(received)
        while (line_end := received.find(b"\r\n", self._chunk_at)) >= 0:
            found = CHUNK_SIZE.fullmatch(received, self._chunk_at, line_end)
            data_at, size = line_end + 2, int(found[1], 16) if found else -1
            if size == 0:
                return self._trailer_end(received, data_at)
            data_end = data_at + size
            is_malformed = size < 0 or bytes(received[data_end : data_end + 2]) not in LINE_END
            if is_malformed or self._chunked_bytes + min(size, everything - data_at) > self.max_body:
                return self._cut(received)
            if data_end + 2 > everything:
                return 0
            self._chunk_at = data_end + 2
            self._chunked_bytes += size
        return self._cut(received) if everything - self._chunk_at > MAX_CHUNK_LINE else 0

    def _trailer_end(self, received: bytearray, trailer_at: int) -> int:
        if received[trailer_at : trailer_at + 2] == b"\r\n":
            return trailer_at + 2
        found = HEAD_END.search(received, trailer_at)
        if found is not None:
            return found.end()
        return self._cut(received) if len(received) - trailer_at > MAX_CHUNK_LINE else 0

    def _cut(self, received: bytearray) -> int:
        self.is_cut = True
        return len(received)
