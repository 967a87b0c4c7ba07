"""Web, worker and sandbox running together: by demo, by serve, by the Procfile."""

import os
import re
import shlex
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import requests
from honcho.environ import parse_procfile

from tests.support.process_table import children_of
from tests.support.processes import (
    PROJECT,
    Visitor,
    environment,
    free_port,
    leadform,
    output_until_ready,
    run,
    stop,
    wait_for,
)
from webapp.sandbox import SandboxServer

on_sqlite = pytest.mark.engines("sqlite")  # the only engine that serve migrates


def received(address: str) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = requests.get(f"{address}/opportunities.json", timeout=10).json()
    return rows


def test_the_demonstration_needs_no_setup_and_ends_completely(tmp_path: Path) -> None:
    port = free_port()
    env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(PROJECT), "PYTHONUNBUFFERED": "1"}
    with leadform(
        "demo", "--port", str(port), "--sandbox-port", str(free_port()), env=env, cwd=tmp_path
    ) as process:
        form, platform = re.findall(r"^    (http://\S+)$", output_until_ready(process), re.MULTILINE)
        assert form.startswith(f"http://127.0.0.1:{port}/?utm_source=google")
        platform = platform.rstrip("/")
        visitor = Visitor(port)
        reference = visitor.enquire("?" + form.split("?")[1])
        (opportunity,) = wait_for(lambda: received(platform), "the opportunity is on the platform")
        status, output = stop(process, signal.SIGINT)
    assert status == 0, output
    assert reference in str(opportunity["name"])
    assert (opportunity["utmSource"], opportunity["utmCampaign"]) == ("google", "spring sale")
    for address in (visitor.address, platform):
        with pytest.raises(requests.ConnectionError):
            requests.get(address, timeout=10)
    assert list(tmp_path.iterdir()) == []


def test_a_demonstration_on_a_port_in_use_says_what_to_do(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ended = run(
            "demo",
            "--port",
            str(port),
            "--sandbox-port",
            str(free_port()),
            env=environment("", ""),
            cwd=tmp_path,
        )
    assert ended.returncode == 1
    assert f"Port {port} is in use: choose another" in ended.stderr


def test_the_sandbox_on_a_port_in_use_says_what_to_do(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ended = run("sandbox", "--port", str(port), env=environment("", ""), cwd=tmp_path)
    assert ended.returncode == 1
    assert "choose another" in ended.stderr


def test_the_sandbox_makes_a_key_and_says_how_to_use_it(tmp_path: Path) -> None:
    port = free_port()
    env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(PROJECT), "PYTHONUNBUFFERED": "1"}
    with leadform("sandbox", "--port", str(port), env=env, cwd=tmp_path) as process:
        visitor = Visitor(port)
        wait_for(lambda: _answers(visitor), "the sandbox answers")
        status, output = stop(process)
    assert status == 0
    assert f"PLATFORM_URL=http://127.0.0.1:{port}\n" in output
    assert re.search(r"^PLATFORM_KEY=sandbox-\w+\nPLATFORM_SECRET=\S{20,}$", output, re.MULTILINE)


def _answers(visitor: Visitor) -> bool:
    try:
        return visitor.get("/").ok
    except requests.ConnectionError:
        return False


@on_sqlite
def test_serve_makes_its_database_and_replaces_a_dead_worker(sandbox: SandboxServer, tmp_path: Path) -> None:
    port = free_port()
    env = environment("sqlite:///var/leadform.db", sandbox.url, PORT=str(port))
    with leadform("serve", "--host", "127.0.0.1", env=env, cwd=tmp_path) as process:
        visitor = Visitor(port)
        visitor.wait_until_served()
        worker = next(pid for pid in children_of(process.pid) if "worker" in _command_of(pid))
        os.kill(worker, signal.SIGKILL)
        reference = visitor.enquire()
        (opportunity,) = wait_for(sandbox.opportunities, "the opportunity is on the platform")
        status, output = stop(process)
    assert status == 0, output
    assert '"event": "process_ended"' in output
    assert reference in opportunity["name"]
    with pytest.raises(requests.ConnectionError):
        visitor.get("/healthz")


def _command_of(pid: int) -> list[str]:
    return Path(f"/proc/{pid}/cmdline").read_text().split("\0")


def test_the_procfiles_processes_start_and_deliver(
    database_url: str, sandbox: SandboxServer, tmp_path: Path
) -> None:
    port = free_port()
    env = environment(database_url, sandbox.url, PORT=str(port))
    env["PATH"] = f"{Path(sys.executable).parent}:{env['PATH']}"
    honcho = [sys.executable, "-m", "honcho", "--procfile", str(PROJECT / "Procfile")]
    processes = parse_procfile((PROJECT / "Procfile").read_text()).processes
    assert list(processes) == ["release", "web", "worker"]
    subprocess.run([*honcho, "run", *shlex.split(processes["release"])], env=env, cwd=tmp_path, check=True)
    with subprocess.Popen([*honcho, "start", "web", "worker"], env=env, cwd=PROJECT) as running:
        visitor = Visitor(port)
        try:
            visitor.wait_until_served()
            reference = visitor.enquire()
            (opportunity,) = wait_for(sandbox.opportunities, "the opportunity is on the platform")
        finally:
            running.terminate()
            running.wait(30)
    assert reference in opportunity["name"]
