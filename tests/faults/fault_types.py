"""What a platform may do with a request instead of what is right: one small function for each lie.

Each returns a ``PlatformFault`` to be given to ``StandIn.inject``; ``stores`` says whether the platform
keeps the request all the same.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from tests.faults.connection import Wire, refusal
from tests.platform.raw_server import http_answer, json_answer

Act = Callable[[Wire, bytes], None]
"""What is done with a connection, knowing the answer that would be right."""

MEGABYTE: Final = 1024 * 1024


@dataclass(frozen=True, slots=True)
class PlatformFault:
    """One way to go wrong.

    Args:
        kind: its name, under which it is counted.
        act: what the client gets instead of the right answer.
        stores: whether a request to add is kept, and so enters the ledger.
        reads: whether the body is read before the act; a request that was not read is not kept.
        stores_after: seconds from the reading of the request until it is kept.
    """

    kind: str
    act: Act
    stores: bool = True
    reads: bool = True
    stores_after: float = 0.0


def hang(*, stores: bool = True, reads: bool = True) -> PlatformFault:
    """Say nothing until released, and then answer, if anybody still listens."""

    def act(wire: Wire, honest: bytes) -> None:
        if wire.keep_silent():
            wire.answer(honest)

    return PlatformFault(_named("hang", stores=stores, reads=reads), act, stores, reads)


def reset(*, stores: bool = True, reads: bool = True) -> PlatformFault:
    """End the connection by a reset."""
    return PlatformFault(
        _named("reset", stores=stores, reads=reads), lambda wire, _: wire.reset(), stores, reads
    )


def close(*, stores: bool = True, reads: bool = True) -> PlatformFault:
    """End the connection in an orderly way, and say nothing."""
    return PlatformFault(
        _named("close", stores=stores, reads=reads), lambda _wire, _honest: None, stores, reads
    )


def truncate(*, stores: bool = True) -> PlatformFault:
    """Send half of the answer."""

    def act(wire: Wire, honest: bytes) -> None:
        whole = wire.dated(honest)
        wire.send(whole[: -len(whole.partition(b"\r\n\r\n")[2]) // 2])

    return PlatformFault(_named("truncate", stores=stores), act, stores)


def drip(*, pause: float, stores: bool = True) -> PlatformFault:
    """Send the answer a byte at a time, with a pause of so many seconds after each."""

    def act(wire: Wire, honest: bytes) -> None:
        for byte in wire.dated(honest):
            wire.send(bytes([byte]))
            if wire.closes_within(pause):
                return

    return PlatformFault(_named("drip", stores=stores), act, stores)


def store_late(seconds: float) -> PlatformFault:
    """Say nothing, and keep the request when the client has long given up waiting."""
    return PlatformFault("store late", lambda _wire, _honest: None, stores_after=seconds)


def answer(
    status: int,
    body: bytes | str = b"",
    headers: Mapping[str, str] | None = None,
    *,
    stores: bool,
    kind: str | None = None,
) -> PlatformFault:
    """Answer this, whatever is right."""
    content = http_answer(status, body, headers)
    name = kind or _named(str(status), stores=stores)
    return PlatformFault(name, lambda wire, _: wire.answer(content), stores)


def refuse(status: int, specific_code: int | None = None, *, stores: bool = False) -> PlatformFault:
    """Refuse in the platform's own form, with the status as its errorCode."""
    name = f"{status}/{specific_code}" if specific_code else f"{status}"
    content = refusal(status, "Refused by a test", specific_code)
    return PlatformFault(_named(name, stores=stores), lambda wire, _: wire.answer(content), stores)


def bad_gateway(*, stores: bool) -> PlatformFault:
    """Answer as a gateway does whose server did not answer it in time."""
    page = "<html><h1>502 Bad Gateway</h1></html>"
    return answer(502, page, {"Content-Type": "text/html"}, stores=stores)


def web_page(*, stores: bool) -> PlatformFault:
    """Answer 200 with a web page."""
    kind = _named("web page", stores=stores)
    headers = {"Content-Type": "text/html"}
    return answer(200, "<html><h1>Welcome</h1></html>", headers, stores=stores, kind=kind)


def says(content: object, *, stores: bool, kind: str) -> PlatformFault:
    """Answer 200 with this JSON."""
    return answer(200, json.dumps(content), stores=stores, kind=_named(kind, stores=stores))


def success_false(*, stores: bool = False) -> PlatformFault:
    """Answer 200 and success: false."""
    told = {"success": False, "message": "The venue does not take it"}
    return says(told, stores=stores, kind="success false")


def no_id(*, stores: bool = True) -> PlatformFault:
    """Answer 200 and success, without saying which opportunity it became."""
    return says({"success": True}, stores=stores, kind="no id")


def error_body(*, stores: bool) -> PlatformFault:
    """Answer 200 with the body of a refusal."""
    told = {"errorCode": 500, "message": "Internal error"}
    return says(told, stores=stores, kind="error body")


def endless(*, megabytes: int = 100, stores: bool = True) -> PlatformFault:
    """Answer 200 with JSON that has no end in sight."""

    def act(wire: Wire, _honest: bytes) -> None:
        headers = {"Content-Length": str(megabytes * MEGABYTE)}
        wire.answer(http_answer(200, b'{"success": true, "id": 1, "more": "', headers))
        for _ in range(megabytes):
            wire.send(b"x" * MEGABYTE)
            if wire.closes_within(0):
                return

    return PlatformFault(_named("endless", stores=stores), act, stores)


def gzip_bomb(*, stores: bool = True) -> PlatformFault:
    """Answer 200 with little that unpacks to much."""
    bomb = gzip.compress(b'{"success": true, "id": 1}' + b" " * (64 * MEGABYTE))
    headers = {"Content-Encoding": "gzip"}
    return answer(200, bomb, headers, stores=stores, kind=_named("gzip bomb", stores=stores))


def redirect(address: str, status: int = 302, *, stores: bool = False) -> PlatformFault:
    """Point to another server."""
    return answer(status, b"", {"Location": address}, stores=stores)


def busy(status: int = 429, retry_after: str | None = None) -> PlatformFault:
    """Ask to come again later, perhaps saying when."""
    headers = {} if retry_after is None else {"Retry-After": retry_after}
    return answer(status, b"{}", headers, stores=False)


def empty_list() -> PlatformFault:
    """Answer a look with a list that is empty, whatever there is."""
    meta = {"totalResults": 0, "start": 0, "perPage": 100, "count": 0}
    content = json_answer({"meta": meta, "results": []})
    return PlatformFault("empty list", lambda wire, _: wire.answer(content), stores=False)


def _named(kind: str, *, stores: bool, reads: bool = True) -> str:
    if not reads:
        return f"{kind}, unread"
    return f"{kind}, stored" if stores else kind
