"""When a request is complete."""

import pytest
from gunicorn.config import Config
from gunicorn.http.message import Request
from gunicorn.http.unreader import IterUnreader
from hypothesis import given
from hypothesis import strategies as st

from webapp.server.framing import MAX_HEAD, Framing, Progress

MAX_BODY = 1_000
HEAD = b"POST / HTTP/1.1\r\nHost: localhost\r\n"


def chunked(chunks: list[bytes], trailer: bytes = b"") -> bytes:
    sent = b"".join(b"%x;a=b\r\n%s\r\n" % (len(chunk), chunk) for chunk in chunks if chunk)
    return HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + sent + b"0\r\n" + trailer + b"\r\n"


def with_length(body: bytes) -> bytes:
    return HEAD + b"Content-Length: %d\r\n\r\n%s" % (len(body), body)


BODIES = st.binary(max_size=300)
REQUESTS = st.one_of(
    st.just(b"GET / HTTP/1.1\r\n\r\n"),
    st.just(b"\r\nGET / HTTP/1.1\r\nHost: localhost\r\n\r\n"),
    BODIES.map(with_length),
    st.lists(BODIES, max_size=3).map(chunked),
    st.lists(BODIES, max_size=3).map(lambda chunks: chunked(chunks, b"X-A: b\r\n")),
)


def ends(received: bytes, pieces: list[int]) -> tuple[int, int]:
    """Return after how many bytes a request was found complete, and how many of them belong to it."""
    framing, arrived = Framing(MAX_BODY), bytearray()
    for size in [*pieces, *[1] * len(received)]:
        arrived += received[len(arrived) : len(arrived) + size]
        if framing.look(arrived) is Progress.WHOLE:
            return len(arrived), framing.end
    return 0, 0


@given(REQUESTS, st.binary(max_size=20), st.lists(st.integers(1, 50), max_size=20))
def test_a_request_ends_where_gunicorn_ends_it(request: bytes, more: bytes, pieces: list[int]) -> None:
    seen_at, end = ends(request + more, pieces)
    assert end == len(request)
    assert end <= seen_at < end + 50
    unreader = IterUnreader([request + more])
    parsed = Request(Config(), unreader, ("127.0.0.1", 1))
    parsed.body.read()
    assert unreader.take_buffered() == more


@given(REQUESTS)
def test_a_request_is_complete_with_its_last_byte(request: bytes) -> None:
    assert ends(request, []) == (len(request), len(request))


@pytest.mark.parametrize(
    "request_",
    [
        HEAD + b"Content-Length: 1001\r\n\r\n",
        HEAD + b"Content-Length: 999999999999999999\r\n\r\n",
        HEAD + b"Transfer-Encoding: chunked\r\n\r\nxyz\r\n",
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello!!",
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + b"1;" + b"x" * 8_200,
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + b"ffff\r\n" + b"x" * 1_001,
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + b"400\r\n" + b"x" * 1_024,
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n0\r\n" + b"X-A: b\r\n" * 1_100,
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + (b"1;" + b"x" * 8_000 + b"\r\na\r\n") * 9,
    ],
)
def test_a_request_that_will_be_refused_is_not_waited_for(request_: bytes) -> None:
    framing = Framing(MAX_BODY)
    assert framing.look(bytearray(request_)) is Progress.WHOLE
    assert framing.is_cut


@pytest.mark.parametrize("filler", [b"X-A: b\r\n", b"x"])
def test_a_head_that_never_ends_is_given_up(filler: bytes) -> None:
    arrived = bytearray(HEAD + filler * (MAX_HEAD // len(filler)))
    assert Framing(MAX_BODY).look(arrived) is Progress.HEAD_TOO_LONG


@pytest.mark.parametrize(
    ("line", "is_expected"),
    [(b"Expect: 100-continue", True), (b"expect:100-Continue", True), (b"Expect: nothing", False)],
)
def test_an_expectation_of_100_continue_is_recognised(line: bytes, is_expected: bool) -> None:
    framing = Framing(MAX_BODY)
    assert framing.look(bytearray(HEAD + line + b"\r\nContent-Length: 5\r\n\r\n")) is Progress.BODY
    assert framing.expects_continue is is_expected
