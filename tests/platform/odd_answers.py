"""Hypothesis strategies for answers, from valid ones to some that no real platform would give."""

from __future__ import annotations

import json
from typing import Final

from hypothesis import strategies as st

HEAD: Final = "HTTP/1.1 {} Whatever\r\n"

VALUES: Final = (
    *("true", "false", "null", "755", '"755"', "0", "-1", "7.5", "1e400", "NaN", "-Infinity"),
    *("1" + "0" * 30, "-1" + "0" * 30, "9" * 5000, str(2**31), str(2**63 - 1), str(2**63)),
    *('""', '"No."', '"\\u0000"', '"\\ud800"', '"\x7f\u202e"', '"' + "m" * 100_000 + '"'),
    *("[]", "{}", "[" * 400 + "]" * 400, "[" * 5000, '{"a":' * 5000, '["One", 2, null, ["Three"]]'),
)
"""JSON, or nearly: values that a column, a parser or a recursion may not be able to handle."""

KEYS: Final = (
    "success",
    "id",
    "errorCode",
    "message",
    "specificCode",
    "additionalMessages",
    "meta",
    "results",
)

NUMBERS: Final = (
    "0",
    "-1",
    "23005",
    "23016",
    "24224",
    str(2**31),
    str(2**63),
    "1" + "0" * 30,
    "-1" + "0" * 30,
)

_anything: st.SearchStrategy[str] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=20),
    lambda within: st.lists(within, max_size=3) | st.dictionaries(st.text(max_size=5), within, max_size=3),
    max_leaves=5,
).map(json.dumps)
_values = st.sampled_from(VALUES) | _anything
_pairs = st.tuples(st.sampled_from(KEYS), _values).map(lambda pair: f'"{pair[0]}": {pair[1]}')
_objects = st.lists(_pairs, max_size=6).map(lambda pairs: "{" + ", ".join(pairs) + "}")
_refusals = st.tuples(st.sampled_from(NUMBERS) | _values, _values, _values).map(
    lambda values: (
        f'{{"specificCode": {values[0]}, "message": {values[1]}, "additionalMessages": {values[2]}}}'
    )
)
_successes = st.tuples(st.sampled_from(("true", "false")) | _values, st.sampled_from(NUMBERS) | _values).map(
    lambda values: f'{{"success": {values[0]}, "id": {values[1]}}}'
)
_texts: st.SearchStrategy[bytes] = st.sampled_from(
    [b"", b"\xff\xfe{}", b"<!doctype html>", b'{"success": true, "id": 755}']
)

_refusing = st.sampled_from(
    (*[400] * 6, 401, 403, 404, 408, 429, 460, 461, 462, 463, 500, 501, 502, 503, 504)
)
_odd_statuses = st.sampled_from(
    (0, 99, 101, 103, 199, 204, 206, 301, 304, 418, 499, 599, 999, 1000, "abc", "2_0", "٢٠٠")
)

_headers = st.sampled_from(
    (
        *("Retry-After: 0", "Retry-After: -1", "Retry-After: " + "9" * 400, "Retry-After: NaN"),
        *("Retry-After: Wed, 21 Oct 9999 07:28:00 GMT", "Retry-After: May +99999999999 13:30:20 31-May-26"),
        *("Date: Mon, 01 Jan 0001 00:00:00 +2359", "Date: Fri, 31 Dec 9999 23:59:59 -2359", "Date: x"),
        *("Location: http://[", "Location: /\x80\xff", "Set-Cookie: " + "a=b;" * 5000, "Set-Cookie: \x00"),
        *("Content-Type: ;;charset=\x00", "Content-Encoding: gzip", "Content-Encoding: none-such"),
        *("Transfer-Encoding: gzip", "Connection: keep-alive", "Content-Length: -5", "Content-Length: 5, 6"),
        *("Content-Length: " + "9" * 5000, "Content-Length: abc", ": nameless", "no colon", " folded"),
        *("X: " + "x" * 70_000, "\r\n".join(["X: 1"] * 120)),
    )
)
_chunk_sizes = st.sampled_from(
    ("-5", "-1", "0", "zz", "", " ", "f" * 16, "f" * 400, "5;ext", "5 ", "+5", "0x5", "1_0", "\x80")
)


def _chunked(body: bytes, sizes: list[str]) -> bytes:
    odd = b"".join(f"{size}\r\n12345\r\n".encode("latin-1") for size in sizes)
    return f"{len(body):x}\r\n".encode() + body + b"\r\n" + odd + b"0\r\n\r\n"


def _as_bytes(texts: st.SearchStrategy[str]) -> st.SearchStrategy[bytes]:
    return texts.map(lambda text: text.encode("utf-8", "surrogatepass"))


KINDS: Final = (
    (st.just(200), _as_bytes(_successes)),
    (_refusing, _as_bytes(_refusals)),
    (_refusing, _as_bytes(_refusals)),
    (
        _odd_statuses | st.just(200) | _refusing,
        _as_bytes(_objects | _values) | _texts | st.binary(max_size=50),
    ),
)


@st.composite
def answers(draw: st.DrawFn) -> bytes:
    """Return the bytes of an answer, mostly valid enough for a reader to get far."""
    statuses, bodies = draw(st.sampled_from(KINDS))
    status, body = draw(statuses), draw(bodies)
    headers = draw(st.lists(_headers, max_size=2)) if draw(st.booleans()) else []
    framing = draw(st.sampled_from(("length", "length", "end", "chunks")))
    if framing == "length":
        headers.append(f"Content-Length: {len(body)}")
    if framing == "chunks":
        headers.append("Transfer-Encoding: chunked")
        body = _chunked(body, draw(st.lists(_chunk_sizes, max_size=2)))
    early = HEAD.format(100) + "\r\n"
    head = early * draw(st.sampled_from((0, 0, 0, 1, 300))) + HEAD.format(status)
    head += "\r\n".join([*headers, "", ""])
    return (head.encode("utf-8") + body)[: draw(st.sampled_from((None, None, None, -1, -20)))]
