"""Hostile requests: none causes a server error, or more than one line in the log."""

import random
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest

from tests.server.web_server import WebServer, serving, status_of
from tests.support.pages import TYPED

SECRET = "Lovelace"
"""Must never be in a log, wherever it is in a request."""

CHUNKED = (
    f"POST /f/weddings?name={SECRET} HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n"
    "Content-Type: application/x-www-form-urlencoded\r\nConnection: close\r\n\r\n"
)
BODY = urlencode(TYPED)

BODIES = {
    "a size that is not a number": f"xyz{SECRET}\r\n{BODY}\r\n0\r\n\r\n",
    "a negative size": f"-5\r\n{BODY}\r\n0\r\n\r\n",
    "a size with a sign": "+5\r\nhello\r\n0\r\n\r\n",
    "a size in another base": "0x5\r\nhello\r\n0\r\n\r\n",
    "a size with underscores": "1_0\r\nhellohellohello!\r\n0\r\n\r\n",
    "no size": f"\r\n{BODY}\r\n0\r\n\r\n",
    "a huge size": f"{'f' * 15}\r\n{BODY}\r\n0\r\n\r\n",
    "a size of a thousand digits": f"{'f' * 1000}\r\n{BODY}\r\n0\r\n\r\n",
    "a size line that never ends": "5;" + "x" * 20_000,
    "a size that is smaller than its chunk": f"5\r\n{BODY}\r\n0\r\n\r\n",
    "no line end after a chunk": "5\r\nhello0\r\n\r\n",
    "line feeds alone": "5\nhello\n0\n\n",
    "a bad extension": '5;="\r\nhello\r\n0\r\n\r\n',
    "an end in the middle of a chunk": f"1000\r\n{BODY}",
    "an end before the last chunk": "5\r\nhello\r\n",
    "an end in the trailer": f"5\r\nhello\r\n0\r\nX-Name: {SECRET}\r\n",
    "something after the end": f"5\r\nhello\r\n0\r\n\r\n{SECRET} and more\r\n\r\n",
    "a host in the trailer": f"5\r\nhello\r\n0\r\nHost: {SECRET}.example\r\n\r\n",
    "a length in the trailer": "5\r\nhello\r\n0\r\nContent-Length: 5\r\n\r\n",
    "a coding in the trailer": "5\r\nhello\r\n0\r\nTransfer-Encoding: chunked\r\n\r\n",
    "a key in the trailer": f"5\r\nhello\r\n0\r\nAuthorization: {SECRET}\r\n\r\n",
    "a malformed trailer": f"5\r\nhello\r\n0\r\n{SECRET}\r\n\r\n",
    "a folded trailer": f"5\r\nhello\r\n0\r\nX-A: 1\r\n {SECRET}\r\n\r\n",
    "a hundred trailers": "5\r\nhello\r\n0\r\n" + "X-A: 1\r\n" * 100 + "\r\n",
    "a long trailer": f"5\r\nhello\r\n0\r\nX-A: {'x' * 100_000}\r\n\r\n",
}

HOSTS = {
    "a label of 64 letters": "x" * 64 + ".example",
    "an empty label": "a..example",
    "a dot alone": ".",
    "a leading dot": ".example.com",
    "a label that begins with a hyphen": "-a.example",
    "a label that is not IDNA": "xn--\xfc.example",
    "a name that is too long": ".".join(["x" * 60] * 5),
    "a name of 8,000 letters": "x" * 8_000,
    "spaces": "a b.example",
    "an escape": "a%00b.example",
    "an escape of a letter": "%6cocalhost",
    "an open bracket": "[::1",
    "an empty bracket": "[]",
    "brackets around a name": "[localhost]",
    "an address of nine groups": "[1:2:3:4:5:6:7:8:9]",
    "an address of a later version": "[v1.x]",
    "a zone": "[fe80::1%25eth0]",
    "a port that is too great": "localhost:65536",
    "a port of many digits": "localhost:" + "9" * 5_000,
    "port zero": "localhost:0",
    "a port that is not a number": "localhost:http",
    "two ports": "localhost:80:80",
    "a port alone": ":80",
    "a user": f"{SECRET}@localhost",
    "a path": "localhost/evil",
    "an address": "http://localhost",
    "a query": "localhost?x",
    "bytes that are not ASCII": "\xff\xfe.example",
    "letters beyond ASCII": "b\xfccher.example",
    "an underscore and a quote": "a_'b.example",
    "a tab": "a\tb",
    "two hosts": "a.example, b.example",
    "nothing": "",
}

GOOD_HOSTS = [
    *("localhost", "LOCALHOST:8000", "127.0.0.1:1", "[::1]", "[2001:db8::7]:65535", "forms.example.com."),
    *("1.example", "x" * 63 + ".example", "a_b.example", "my_app:8000", "_"),
    *("xn--bcher-kva.example", "xn--strae-oqa.example", "xn--a.example"),
]

TARGETS = {
    "a null byte": "/f/%00",
    "a null byte in a receipt": "/r/%00",
    "a byte that is not UTF-8": "/r/%ff",
    "half a character": "/f/%c3",
    "a surrogate": "/f/%ed%a0%80",
    "a surrogate in a receipt": "/r/%ed%a0%80/change",
    "a slash that is escaped": "/f/%2f%2e%2e%2f",
    "a long path": "/f/" + "x" * 8_000,
    "a long receipt": "/r/" + "A" * 8_000,
    "many dots": "/f/" + ".A" * 2_000,
    "two slashes": "//evil.example/f/weddings",
    "only slashes": "/" * 4_000,
    "a bracket": "/f/[",
    "an open bracket after two slashes": "//[",
    "a null byte in the query": "/f/weddings?utm_source=%00&lang=%00",
    "a byte that is not UTF-8 in the query": "/?%ff=%fe&utm_source=%ff",
    "a surrogate in the query": "/f/weddings?utm_source=%ed%a0%80&lang=%ed%a0%80",
    "many fields in the query": "/f/weddings?" + "a&" * 4_000,
    "another host in the target": "http://evil.example/f/weddings",
    "a bad host in the target": "http://[::1/f/weddings",
    "an escaped end in the query": "/?a=%0d%0aSet-Cookie:%20x=y",
    "an escaped end in the path": "/f/weddings%0d%0aX:%20y",
    "a file that is outside": "/static/..%2f..%2fpyproject.toml",
    "a null byte in a file": "/static/%00",
}

PART = 'Content-Disposition: form-data; name="first_name"'


def multipart(*parts: str, boundary: str = "b", content_type: str = "multipart/form-data; boundary=b") -> str:
    body = "".join(f"--{boundary}\r\n{part}\r\n" for part in parts) + f"--{boundary}--\r\n"
    return f"Content-Type: {content_type}\r\nContent-Length: {len(body.encode('latin-1'))}\r\n\r\n{body}"


def urlencoded(body: str, content_type: str | None = "application/x-www-form-urlencoded") -> str:
    kind = f"Content-Type: {content_type}\r\n" if content_type is not None else ""
    return f"{kind}Content-Length: {len(body.encode('latin-1'))}\r\n\r\n{body}"


FORMS = {
    "a part without a name": multipart("Content-Disposition: form-data\r\n\r\nhello"),
    "a part with an empty name": multipart('Content-Disposition: form-data; name=""\r\n\r\nhello'),
    "a file without a name": multipart('Content-Disposition: form-data; filename="a"\r\n\r\nhello'),
    "a file": multipart(f'{PART}; filename="{SECRET}"\r\nContent-Type: image/png\r\n\r\nhello'),
    "a file for the token": multipart('Content-Disposition: form-data; name="token"; filename="a"\r\n\r\nx'),
    "a file of 60,000 bytes": multipart(f'{PART}; filename="a"\r\n\r\n{"x" * 60_000}'),
    "a part without a disposition": multipart("\r\nhello"),
    "a part of another disposition": multipart("Content-Disposition: attachment; name=a\r\n\r\nhello"),
    "a part in UTF-7": multipart(f"{PART}\r\nContent-Type: text/plain; charset=utf-7\r\n\r\n+AGE-"),
    "a part in UTF-16": multipart(f"{PART}\r\nContent-Type: text/plain; charset=utf-16\r\n\r\n\xff\xfea"),
    "a part in base64": multipart(f"{PART}\r\nContent-Transfer-Encoding: base64\r\n\r\nQWRh"),
    "a part in a bad charset": multipart(f"{PART}\r\nContent-Type: text/plain; charset=\x00\xff\r\n\r\nx"),
    "a charset in a field": multipart('Content-Disposition: form-data; name="_charset_"\r\n\r\nutf-7'),
    "a name that is not UTF-8": multipart('Content-Disposition: form-data; name="\xff\xfe"\r\n\r\nx'),
    "a name that is extended": multipart("Content-Disposition: form-data; name*=utf-7''%00%ff\r\n\r\nx"),
    "bytes that are not UTF-8": multipart(f"{PART}\r\n\r\n\xff\xfe\x00"),
    "forms within forms": multipart(
        f"{PART}\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n--c\r\n\r\nx"
    ),
    "a part without a head": multipart("hello"),
    "a header of a part without a colon": multipart("hello\r\n\r\nworld"),
    "a boundary that is missing": multipart(f"{PART}\r\n\r\nx", content_type="multipart/form-data"),
    "a boundary that is empty": multipart(f"{PART}\r\n\r\nx", content_type="multipart/form-data; boundary="),
    "a boundary that is not ASCII": multipart(
        f"{PART}\r\n\r\nx", content_type="multipart/form-data; boundary=\xff"
    ),
    "a boundary of 5,000 letters": multipart(
        "x", content_type=f"multipart/form-data; boundary={'b' * 5_000}"
    ),
    "another boundary": multipart(f"{PART}\r\n\r\nx", boundary="c"),
    "no end of the parts": urlencoded(f"--b\r\n{PART}\r\n\r\nhello", "multipart/form-data; boundary=b"),
    "thousands of parts": multipart(*["\r\n"] * 9_000),
    "a hundred thousand parts": multipart(*["\r\n"] * 100_000),
    "thousands of fields": urlencoded("a&" * 30_000),
    "a hundred thousand fields": urlencoded("a&" * 100_000),
    "fields without a name": urlencoded("=a&=b&&&===&%00=%00"),
    "bytes that are not UTF-8, escaped": urlencoded("first_name=%ff%fe&token=%ff&utm_source=%ed%a0%80"),
    "bytes that are not UTF-8, bare": urlencoded("first_name=\xff\xfe\x00&token=\x00"),
    "invalid escapes": urlencoded("first_name=%zz%&%=%"),
    "another charset": urlencoded("first_name=+AGE-", "application/x-www-form-urlencoded; charset=utf-7"),
    "no type": urlencoded(BODY, None),
    "an empty type": urlencoded(BODY, ""),
    "an invalid type": urlencoded(BODY, "\xff/;;;=\x80"),
    "JSON": urlencoded('{"first_name": "Ada"}', "application/json"),
    "a type of 8,000 letters": urlencoded(BODY, "a/b;" + "c" * 8_000),
    "a null character in the token": urlencoded("token=%00.%00.%00&first_name=%00"),
    "a token of a surrogate": urlencoded("token=%ed%a0%80&sent=1"),
    "an invalid length": f"Content-Length: x\r\n\r\n{BODY}",
    "a negative length": f"Content-Length: -1\r\n\r\n{BODY}",
    "a length in other digits": f"Content-Length: \xb2\r\n\r\n{BODY}",
    "two lengths": f"Content-Length: 1\r\nContent-Length: 2\r\n\r\n{BODY}",
    "a length of many digits": f"Content-Length: {'9' * 5_000}\r\n\r\n",
    "an enormous length": f"Content-Length: {10**17}\r\n\r\n{BODY}",
    "a length that is too great": f"Content-Length: 5000\r\n\r\n{BODY}",
    "a length that is too small": f"Content-Length: 5\r\n\r\n{BODY}",
    "a length and chunks": "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "a compressed body": f"Transfer-Encoding: gzip\r\n\r\n{BODY}",
    "a body compressed and chunked": "Transfer-Encoding: gzip, chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
    "a coding that is unknown": f"Transfer-Encoding: {SECRET}\r\n\r\n{BODY}",
    "a body in another coding": "Content-Encoding: br\r\n" + urlencoded(BODY),
    "an expectation": "Expect: 100-continue\r\n" + urlencoded(BODY),
    "an expectation that is unknown": f"Expect: {SECRET}\r\n" + urlencoded(BODY),
}

HEADERS = {
    "invalid languages": "Accept-Language: \xff;q=x, *;q=9, -, en-\x80, " + "a-" * 2_000,
    "cookies": "Cookie: \xff=;;;=" + "x" * 4_000,
    "an invalid condition": 'If-None-Match: "\xff, W/"\r\nIf-Modified-Since: never',
    "invalid ranges": "Range: bytes=-0,9-1,x-\r\nIf-Range: \xff",
    "a range of many digits": "Range: bytes=" + "9" * 5_000 + "-",
    "an invalid referrer": "Referer: http://[::1\xff\x80",
    "invalid encodings": "Accept-Encoding: \xff;q=x, br;q=, *;q=-1",
    "a method in a header": "X-HTTP-Method-Override: DELETE",
    "no colon": SECRET,
    "no name": f": {SECRET}",
    "a space before the colon": f"X-Name : {SECRET}",
    "a null byte": f"X-Name: {SECRET}\x00",
    "a folded line": f"X-Name: a\r\n {SECRET}",
    "a hundred lines": "\r\n".join(["X-A: 1"] * 100),
    "a line of 9,000 letters": "X-A: " + "x" * 9_000,
    "more than fits into a head": "\r\n".join(["X-A: " + "x" * 8_000] * 20),
    "an upgrade": "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQ",
    "a websocket": "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: x",
    "a name of the script": "Script-Name: /x\r\nSCRIPT_NAME: /y",
}

LINES = {
    "another protocol": f"SSH-2.0-{SECRET}\r\n",
    "a handshake of TLS": "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + "\x00" * 100 + "\r\n\r\n",
    "HTTP/2": "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "HTTP/0.9": "GET /\r\n\r\n",
    "HTTP/1.9": "GET / HTTP/1.9\r\nHost: localhost\r\nConnection: close\r\n\r\n",
    "HTTP/3.0": "GET / HTTP/3.0\r\nHost: localhost\r\n\r\n",
    "HTTP/1.0 without a host": "GET /f/weddings HTTP/1.0\r\n\r\n",
    "HTTP/1.1 without a host": "GET /f/weddings HTTP/1.1\r\nConnection: close\r\n\r\n",
    "two hosts": "GET / HTTP/1.1\r\nHost: a.example\r\nHost: b.example\r\nConnection: close\r\n\r\n",
    "a star": "OPTIONS * HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
    "a tunnel": "CONNECT localhost:25 HTTP/1.1\r\nHost: localhost:25\r\n\r\n",
    "a star for the target": "GET * HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "no slash before the path": "GET f/weddings HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "spaces": f"GET /{SECRET} x HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "a fragment": "GET /f/weddings#x HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
    "a line that is too long": f"GET /?{'x' * 9_000} HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "empty lines": "\r\n\r\n\r\n\r\n",
    "null bytes": "\x00" * 1_000 + "\r\n\r\n",
    "a line feed alone": f"GET /{SECRET} HTTP/1.1\nHost: localhost\n\n",
    "nothing": "",
    "half a line": f"GET /{SECRET}",
    "half a head": f"GET /f/weddings HTTP/1.1\r\nHost: localhost\r\nX: {SECRET}",
}

METHODS = ["HEAD", "OPTIONS", "PUT", "DELETE", "PATCH", "TRACE", "PROPFIND", "get", "G\xc3T", "X" * 30]


@pytest.fixture(scope="module")
def server(migrated: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebServer]:
    with serving(tmp_path_factory.mktemp("served"), migrated, PROXY_HOPS="1") as running:
        yield running


@pytest.fixture(autouse=True)
def _log_stays_clean(server: WebServer) -> Iterator[None]:
    """No traceback, no error and nothing from the request is logged."""
    before = server.log.stat().st_size
    yield
    added = server.log.read_bytes()[before:].decode()
    assert "Traceback" not in added
    assert '"level": "error"' not in added
    assert SECRET not in added
    assert "127.0.0.1" not in added
    assert server.visitor.get("/healthz").ok


def is_answered(answer: bytes) -> bool:
    """Say whether there is an answer without a server error (501 is for an unknown transfer coding)."""
    return 200 <= status_of(answer) < 500 or status_of(answer) == 501


def get(target: str = "/f/weddings", host: str = "localhost", header: str = "", method: str = "GET") -> bytes:
    more = f"{header}\r\n" if header else ""
    return f"{method} {target} HTTP/1.1\r\nHost: {host}\r\n{more}Connection: close\r\n\r\n".encode("latin-1")


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_a_malformed_chunked_body_is_the_clients_fault(body: str, server: WebServer) -> None:
    for path in ("/f/weddings", "/r/nonsense/change", "/nowhere"):
        asked = (CHUNKED.replace("/f/weddings", path) + body).encode("latin-1")
        assert 400 <= status_of(server.ask(asked)) < 500


@pytest.mark.parametrize("host", HOSTS.values(), ids=HOSTS)
def test_an_invalid_host_is_refused_on_every_page(host: str, server: WebServer) -> None:
    for target in ("/", "/f/weddings", "/nowhere", "/healthz"):
        assert status_of(server.ask(get(target, host))) == 400, target


@pytest.mark.parametrize("host", HOSTS.values(), ids=HOSTS)
def test_forwarded_headers_are_checked_too(host: str, server: WebServer) -> None:
    asked = get(header=f"X-Forwarded-Host: {host}\r\nX-Forwarded-Proto: {host}\r\nX-Forwarded-For: {host}")
    assert status_of(server.ask(asked)) in {200, 400}


@pytest.mark.parametrize("host", GOOD_HOSTS)
def test_every_valid_host_is_accepted(host: str, server: WebServer) -> None:
    assert status_of(server.ask(get("/", host))) == 302
    assert status_of(server.ask(get("/f/weddings", host))) == 200


@pytest.mark.parametrize("target", TARGETS.values(), ids=TARGETS)
def test_an_odd_address_is_answered(target: str, server: WebServer) -> None:
    for method in ("GET", "POST"):
        answer = server.ask(get(target, method=method))
        assert is_answered(answer)
        assert b"\r\nSet-Cookie:" not in answer


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_an_odd_form_is_answered(form: str, server: WebServer) -> None:
    for path in ("/f/weddings?sent=1", "/r/nonsense/change"):
        head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
        assert is_answered(server.ask((head + form).encode("latin-1")))


@pytest.mark.parametrize("header", HEADERS.values(), ids=HEADERS)
def test_an_odd_header_is_answered(header: str, server: WebServer) -> None:
    for target in ("/f/weddings", "/", "/nowhere"):
        assert is_answered(server.ask(get(target, header=header)))


@pytest.mark.parametrize("line", LINES.values(), ids=LINES)
def test_anything_but_a_request_is_refused_or_dropped(line: str, server: WebServer) -> None:
    answer = server.ask(line.encode("latin-1"))
    assert not answer or is_answered(answer)


@pytest.mark.parametrize("method", METHODS)
def test_an_odd_method_is_answered(method: str, server: WebServer) -> None:
    for target in ("/", "/f/weddings", "/r/nonsense", "/healthz", "/nowhere"):
        assert is_answered(server.ask(get(target, method=method)))


WORDS = [
    *(
        b"\r\n",
        b"\n",
        b"\r",
        b"\x00",
        b"\xff",
        b":",
        b" ",
        b"\t",
        b";",
        b"=",
        b"&",
        b"%",
        b"%00",
        b"%ff",
        b"[",
    ),
    *(
        b"0",
        b"-1",
        b"99999999999999999999",
        b"chunked",
        b"Transfer-Encoding: chunked\r\n",
        b"Content-Length: 5\r\n",
    ),
    *(
        b"Host: \r\n",
        b"Expect: 100-continue\r\n",
        b"--b\r\n",
        b"--b--\r\n",
        b"name=",
        b"HTTP/1.1",
        b"x" * 9000,
    ),
]
SEEDS = [
    get(),
    get("/r/nonsense/change"),
    (CHUNKED + f"{len(BODY):x}\r\n{BODY}\r\n0\r\nX-Name: x\r\n\r\n").encode(),
    *(f"POST /f/weddings HTTP/1.1\r\nHost: localhost\r\n{form}".encode("latin-1") for form in FORMS.values()),
]


def mutated(rng: random.Random) -> bytes:
    request = bytearray(rng.choice(SEEDS)[:70_000])
    for _ in range(rng.randint(1, 6)):
        at = rng.randrange(len(request) + 1)
        until = min(len(request), at + rng.choice([0, 0, 1, 2, 20]))
        request[at:until] = rng.choice([rng.choice(WORDS), rng.randbytes(3), b""])
    return bytes(request)


def test_no_mutated_request_causes_a_server_error(server: WebServer) -> None:
    seed = random.randrange(2**32)
    print(f"seed {seed}")  # noqa: T201 (pytest shows it when the test fails)
    rng = random.Random(seed)
    for _ in range(400):
        request = mutated(rng)
        cut = rng.randrange(len(request) + 1)
        answer = server.ask(request[:cut], request[cut:])
        assert not answer or is_answered(answer), request
