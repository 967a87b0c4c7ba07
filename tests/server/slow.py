"""What slow and silent clients do with a connection."""

from __future__ import annotations

import socket

from tests.support.processes import PROJECT
from webapp.web.static_files import StaticFile

FORM = b"application/x-www-form-urlencoded"


def post(length: int, *more: bytes) -> bytes:
    lines = [b"POST /f/weddings HTTP/1.1", b"Host: localhost", b"Content-Type: " + FORM, *more]
    return b"\r\n".join([*lines, b"Content-Length: %d" % length, b"", b""])


def silent(client: socket.socket) -> None:
    """Send nothing at all."""
    del client


def half_a_head(client: socket.socket) -> None:
    client.sendall(b"GET /f/weddings HTTP/1.1\r\nHost: local")


def half_a_body(client: socket.socket) -> None:
    client.sendall(post(5_000) + b"first_name=Ada")


def half_a_chunk(client: socket.socket) -> None:
    head = post(0, b"Transfer-Encoding: chunked").replace(b"Content-Length: 0\r\n", b"")
    client.sendall(head + b"10\r\nfirst")


def not_reading(client: socket.socket) -> None:
    """Request more than the network buffers hold, and read nothing."""
    name = StaticFile.read(PROJECT / "static" / "leadform.css").name
    client.sendall(f"GET /static/{name} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode() * 600)


def lingering(client: socket.socket) -> None:
    """Ask the server to close the connection, and do not close it."""
    client.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")


SLOW = [silent, half_a_head, half_a_body, half_a_chunk, not_reading, lingering]
