from __future__ import annotations

import contextlib
import signal
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from urllib.parse import urlsplit

import pytest
import requests

from tests.sandbox.caller import KEY, SECRET, TIMEOUT, Caller
from webapp.sandbox import SandboxServer, create_sandbox, serve_forever

COMMAND = """
import signal, sys
from webapp.sandbox import serve_forever
def stop(number, frame):
    if number == signal.SIGTERM:
        sys.exit(0)
    raise KeyboardInterrupt
for number in (signal.SIGTERM, signal.SIGINT):
    signal.signal(number, stop)
serve_forever("127.0.0.1", int(sys.argv[1]), key="k", secret="s")
"""


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port: int = listening.getsockname()[1]
        return port


def wait_for_an_answer(port: int) -> None:
    deadline = time.monotonic() + TIMEOUT
    while time.monotonic() < deadline:
        with contextlib.suppress(requests.ConnectionError):
            requests.get(f"http://127.0.0.1:{port}/", timeout=TIMEOUT)
            return
    pytest.fail("the command did not answer")


def test_a_port_is_free_again_once_the_server_has_stopped() -> None:
    with SandboxServer(key=KEY, secret=SECRET) as sandbox:
        port = urlsplit(sandbox.url).port
        assert port
    with SandboxServer(key=KEY, secret=SECRET, port=port) as again:
        assert again.url == sandbox.url
        assert requests.get(again.url, timeout=TIMEOUT).status_code == 200


def test_a_server_that_was_never_started_frees_its_port() -> None:
    sandbox = SandboxServer(key=KEY, secret=SECRET)
    sandbox.stop()
    with SandboxServer(key=KEY, secret=SECRET, port=urlsplit(sandbox.url).port or 0):
        pass


def test_a_port_in_use_is_reported_to_the_caller() -> None:
    with SandboxServer(key=KEY, secret=SECRET) as sandbox:
        port = urlsplit(sandbox.url).port or 0
        with pytest.raises(OSError, match="in use"):
            SandboxServer(key=KEY, secret=SECRET, port=port)
        with pytest.raises(OSError, match="in use"):
            serve_forever("127.0.0.1", port, key=KEY, secret=SECRET)


def test_an_ipv6_address_is_written_in_brackets() -> None:
    try:
        server = SandboxServer(key=KEY, secret=SECRET, host="::1")
    except OSError:
        pytest.skip("this machine has no IPv6")
    with server as sandbox:
        assert sandbox.url.startswith("http://[::1]:")
        assert requests.get(sandbox.url, timeout=TIMEOUT).status_code == 200


def test_stopping_releases_an_answer_that_hangs() -> None:
    with SandboxServer(key=KEY, secret=SECRET) as sandbox, ThreadPoolExecutor(1) as pool:
        sandbox.faults.hang(action="")
        hanging = pool.submit(requests.post, f"{sandbox.url}/api/1.0/test", timeout=TIMEOUT)
        assert sandbox.faults.wait_until_hanging(TIMEOUT)
        sandbox.stop()
        assert hanging.result(TIMEOUT).status_code == 406


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_serving_forever_ends_when_the_caller_handles_a_signal(number: signal.Signals) -> None:
    port = free_port()
    command = [sys.executable, "-c", COMMAND, str(port)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        wait_for_an_answer(port)
        process.send_signal(number)
        _, errors = process.communicate(timeout=TIMEOUT)
    assert (process.returncode, errors) == (0, "")


def test_concurrent_calls_get_ids_of_their_own(sandbox: SandboxServer, caller: Caller) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda number: caller.add(name=f"Lead {number}"), range(40)))
    assert sorted(answer.json()["id"] for answer in answers) == list(range(755, 795))
    assert [opportunity["id"] for opportunity in sandbox.opportunities()] == list(range(794, 754, -1))


def test_the_machines_clock_is_the_default() -> None:
    with SandboxServer(key=KEY, secret=SECRET) as sandbox:
        caller = Caller(sandbox.url)
        now = caller.headers("test?action=ping", b"", sent_at=datetime.now(UTC))
        assert caller.send("test?action=ping", b"", headers=now).status_code == 200
        assert caller.send("test?action=ping", b"").status_code == 401


def test_the_application_can_be_called_without_a_server() -> None:
    client = create_sandbox(KEY, SECRET).test_client()
    assert client.get("/opportunities.json").get_json() == []
