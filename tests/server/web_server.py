"""gunicorn serving leadform, for clients that misbehave."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.support.processes import PROJECT, WITHIN, Visitor, environment, free_port

CONFIG = PROJECT / "gunicorn.conf.py"


@dataclass(frozen=True)
class WebServer:
    """A running server and its log."""

    port: int
    log: Path
    process: subprocess.Popen[bytes]

    @property
    def visitor(self) -> Visitor:
        return Visitor(self.port)

    def connect(self, *, receive_buffer: int = 0) -> socket.socket:
        client = socket.socket()
        if receive_buffer:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        client.settimeout(WITHIN)
        client.connect(("127.0.0.1", self.port))
        return client

    def ask(self, *parts: bytes) -> bytes:
        """Send bytes, which may be a request, end the sending side, and return all that is answered."""
        with self.connect() as client:
            try:
                for part in parts:
                    client.sendall(part)
                client.shutdown(socket.SHUT_WR)
                return read_all(client)
            except OSError:
                return b""


def read_all(client: socket.socket) -> bytes:
    return b"".join(iter(lambda: client.recv(65536), b""))


def status_of(answer: bytes) -> int:
    """Return the final status of an answer; 0 without one."""
    while answer.startswith(b"HTTP/1.1 100 "):
        answer = answer.partition(b"\r\n\r\n")[2]
    return int(answer.split()[1]) if answer.startswith(b"HTTP/1.") else 0


@contextmanager
def serving(folder: Path, migrated: Path, *, config: Path = CONFIG, **settings: str) -> Iterator[WebServer]:
    """Serve the forms, with a database of their own in the folder, for the duration of the block."""
    database = folder / "leadform.db"
    shutil.copy(migrated, database)
    port = free_port()
    env = environment(f"sqlite:///{database}", "http://127.0.0.1:9", PORT=str(port), **settings)
    arguments = ["--config", str(config), "--bind", f"127.0.0.1:{port}", "webapp.wsgi:app"]
    log = folder / "server.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", *arguments],
            env=env,
            cwd=folder,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            server = WebServer(port, log, process)
            server.visitor.wait_until_served()
            yield server
        finally:
            process.terminate()
            try:
                process.wait(WITHIN)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
