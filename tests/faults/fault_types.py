"""What a platform may do wrong with a request: one small function for each fault.

Each returns a ``PlatformFault`` for ``StandIn.inject``; ``stores`` says whether the platform stores the
opportunity all the same.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from tests.faults.connection import ClientConnection, refusal
from tests.platform.raw_server import http_answer, json_answer

Act = Callable[[ClientConnection, bytes], None]
"""Handles a connection, given the bytes of the correct answer."""

MEGABYTE: Final = 1024 * 1024


@dataclass(frozen=True, slots=True)
class PlatformFault:
    """One way to go wrong.

    Args:
        kind: its name, by which it is counted.
        act: what the client gets instead of the correct answer.
        stores: whether an opportunity is stored, and so enters the ledger.
        reads: whether the body is read first; a request that was not read is not stored.
        stores_after: seconds between reading the request and storing it.
    """

    kind: str
    act: Act
    stores: bool = True
    reads: bool = True
    stores_after: float = 0.0


def hang(*, stores: bool = True, reads: bool = True) -> PlatformFault:
    """Stay silent until released, then answer if the client is still there."""

    def act(connection: ClientConnection, correct: bytes) -> None:
        if connection.keep_silent():
            connection.answer(correct)

    return PlatformFault(_named("hang", stores=stores, reads=reads), act, stores, reads)


def reset(*, stores: bool = True, reads: bool = True) -> PlatformFault:
    """Reset the connection."""
    return PlatformFault(
        _named("reset", stores=stores, reads=reads), lambda connection, _: connection.reset(), stores, reads
    )


def close(*, stores: bool = True, reads: bool = True) -> PlatformFault:
    """Close the connection in an orderly way, without an answer."""
    return PlatformFault(
        _named("close", stores=stores, reads=reads), lambda _connection, _correct: None, stores, reads
    )


def truncate(*, stores: bool = True) -> PlatformFault:
    """Send half of the answer."""

    def act(connection: ClientConnection, correct: bytes) -> None:
        whole = connection.dated(correct)
        connection.send(whole[: -len(whole.partition(b"\r\n\r\n")[2]) // 2])

    return PlatformFault(_named("truncate", stores=stores), act, stores)


def drip(*, pause: float, stores: bool = True) -> PlatformFault:
    """Send the answer a byte at a time, with a pause in seconds after each."""

    def act(connection: ClientConnection, correct: bytes) -> None:
        for byte in connection.dated(correct):
            connection.send(bytes([byte]))
            if connection.closes_within(pause):
                return

    return PlatformFault(_named("drip", stores=stores), act, stores)


def store_late(seconds: float) -> PlatformFault:
    """Close without an answer, and store the request when the client has long given up."""
    return PlatformFault("store late", lambda _connection, _correct: None, stores_after=seconds)


def answer(
    status: int,
    body: bytes | str = b"",
    headers: Mapping[str, str] | None = None,
    *,
    stores: bool,
    kind: str | None = None,
) -> PlatformFault:
    """Send this answer instead of the correct one."""
    content = http_answer(status, body, headers)
    name = kind or _named(str(status), stores=stores)
    return PlatformFault(name, lambda connection, _: connection.answer(content), stores)


def refuse(status: int, specific_code: int | None = None, *, stores: bool = False) -> PlatformFault:
    """Refuse in the platform's format, with the status as errorCode."""
    name = f"{status}/{specific_code}" if specific_code else f"{status}"
    content = refusal(status, "Refused by a test", specific_code)
    return PlatformFault(
        _named(name, stores=stores), lambda connection, _: connection.answer(content), stores
    )


def bad_gateway(*, stores: bool) -> PlatformFault:
    """Answer 502, as a gateway does when its server times out."""
    page = "<html><h1>502 Bad Gateway</h1></html>"
    return answer(502, page, {"Content-Type": "text/html"}, stores=stores)


def web_page(*, stores: bool) -> PlatformFault:
    """Answer 200 with a web page."""
    kind = _named("web page", stores=stores)
    headers = {"Content-Type": "text/html"}
    return answer(200, "<html><h1>Welcome</h1></html>", headers, stores=stores, kind=kind)


def answer_json(content: object, *, stores: bool, kind: str) -> PlatformFault:
    """Answer 200 with this JSON."""
    return answer(200, json.dumps(content), stores=stores, kind=_named(kind, stores=stores))


def success_false(*, stores: bool = False) -> PlatformFault:
    """Answer 200 and success: false."""
    body = {"success": False, "message": "The venue does not take it"}
    return answer_json(body, stores=stores, kind="success false")


def no_id(*, stores: bool = True) -> PlatformFault:
    """Answer 200 and success, without the id of the opportunity."""
    return answer_json({"success": True}, stores=stores, kind="no id")


def error_body(*, stores: bool) -> PlatformFault:
    """Answer 200 with the body of a refusal."""
    body = {"errorCode": 500, "message": "Internal error"}
    return answer_json(body, stores=stores, kind="error body")


def endless(*, megabytes: int = 100, stores: bool = True) -> PlatformFault:
    """Answer 200 with JSON that goes on and on."""

    def act(connection: ClientConnection, _correct: bytes) -> None:
        headers = {"Content-Length": str(megabytes * MEGABYTE)}
        connection.answer(http_answer(200, b'{"success": true, "id": 1, "more": "', headers))
        for _ in range(megabytes):
            connection.send(b"x" * MEGABYTE)
            if connection.closes_within(0):
                return

    return PlatformFault(_named("endless", stores=stores), act, stores)


def gzip_bomb(*, stores: bool = True) -> PlatformFault:
    """Answer 200 with a small body that unpacks to a huge one."""
    bomb = gzip.compress(b'{"success": true, "id": 1}' + b" " * (64 * MEGABYTE))
    headers = {"Content-Encoding": "gzip"}
    return answer(200, bomb, headers, stores=stores, kind=_named("gzip bomb", stores=stores))


def redirect(address: str, status: int = 302, *, stores: bool = False) -> PlatformFault:
    """Redirect to another server."""
    return answer(status, b"", {"Location": address}, stores=stores)


def busy(status: int = 429, retry_after: str | None = None) -> PlatformFault:
    """Ask the client to come back later, optionally saying when."""
    headers = {} if retry_after is None else {"Retry-After": retry_after}
    return answer(status, b"{}", headers, stores=False)


def empty_list() -> PlatformFault:
    """Answer a lookup with an empty list, whatever is stored."""
    meta = {"totalResults": 0, "start": 0, "perPage": 100, "count": 0}
    content = json_answer({"meta": meta, "results": []})
    return PlatformFault("empty list", lambda connection, _: connection.answer(content), stores=False)


def _named(kind: str, *, stores: bool, reads: bool = True) -> str:
    if not reads:
        return f"{kind}, unread"
    return f"{kind}, stored" if stores else kind
