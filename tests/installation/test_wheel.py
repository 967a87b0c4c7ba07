"""leadform as a tool: built as a wheel, installed into an environment of its own, and used elsewhere."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urljoin

import pytest
import requests

from tests.support.pages import check_page
from tests.support.processes import PROJECT, Visitor, free_port, output_until_ready, stop, wait_for

PINNED = PROJECT / "requirements.txt"
PROGRAMS = Path(sys.executable).parent
pytestmark = [pytest.mark.long, pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The command ``leadform``, in a folder that knows nothing of the checkout."""
    folder = tmp_path_factory.mktemp("installed")
    checked(
        sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation", "-w", folder, PROJECT
    )
    (wheel,) = folder.glob("*.whl")
    return install_by_uv(wheel, folder) or install_by_pip(wheel, folder)


def install_by_uv(wheel: Path, folder: Path) -> Path | None:
    """Install as the README says, from what is cached if that is enough; None where uv finds no packages."""
    options: tuple[str | Path, ...] = ("--python", sys.executable, "--constraints", PINNED)
    for offline in ("1", "0"):
        env = {
            **os.environ,
            "UV_OFFLINE": offline,
            "UV_TOOL_DIR": str(folder / "tools"),
            "UV_TOOL_BIN_DIR": str(folder / "bin"),
        }
        command = (PROGRAMS / "uv", "tool", "install", *options, wheel)
        if subprocess.run(command, env=env, check=False, capture_output=True).returncode == 0:
            return folder / "bin" / "leadform"
    return None


def install_by_pip(wheel: Path, folder: Path) -> Path:
    environment = folder / "environment"
    checked(sys.executable, "-m", "venv", "--without-pip", environment)
    pip = (sys.executable, "-m", "pip", "--python", environment / "bin" / "python", "install", "-q")
    checked(*pip, "--require-hashes", "-r", PINNED)
    checked(*pip, "--no-deps", wheel)
    return environment / "bin" / "leadform"


def checked(*command: str | Path) -> str:
    done = subprocess.run(command, check=False, capture_output=True, text=True, env=bare_environment())
    assert done.returncode == 0, done.stderr
    return done.stdout


def bare_environment() -> dict[str, str]:
    """What leads to none of the checkout's own modules and settings."""
    return {name: value for name, value in os.environ.items() if name not in {"PYTHONPATH", "VIRTUAL_ENV"}}


@contextmanager
def demonstration(program: Path, folder: Path, port: int) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [program, "demo", "--port", str(port), "--sandbox-port", str(free_port())],
        cwd=folder,
        env={**bare_environment(), "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            stop(process)


def test_an_enquiry_goes_through_the_installed_demonstration(installed: Path, tmp_path: Path) -> None:
    port = free_port()
    with demonstration(installed, tmp_path, port) as process:
        platform = re.findall(r"^    (http://\S+)/$", output_until_ready(process), re.MULTILINE)[-1]
        visitor = Visitor(port)
        page = check_page(visitor.get("/f/weddings?lang=de").text)
        assert page.all("html")[0].attrs["lang"] == "de"
        for link in page.all("link[rel=stylesheet], link[rel=icon]"):
            assert visitor.get(urljoin("/f/weddings", str(link.attrs["href"]))).ok
        reference = visitor.enquire("?utm_source=google", event_date="2030-05-04", guests="40")

        def received() -> bool:
            answer = requests.get(f"{platform}/opportunities.json", timeout=10)
            return any(reference in opportunity["name"] for opportunity in answer.json())

        wait_for(received, "the opportunity is on the platform")
        assert requests.get(platform, timeout=10).ok
        status, output = stop(process)
    assert status == 0, output
    assert list(tmp_path.iterdir()) == []


def test_an_installed_command_reads_the_settings_of_its_folder(installed: Path, tmp_path: Path) -> None:
    example = (PROJECT / ".env.example").read_text(encoding="utf-8")
    blank = re.compile(r"^(SECRET_KEY|PLATFORM_KEY|PLATFORM_SECRET)=$", re.MULTILINE)
    (tmp_path / ".env").write_text(blank.sub(rf"\1={'x' * 32}", example), encoding="utf-8")
    (tmp_path / "forms.toml").write_bytes((PROJECT / "forms.toml").read_bytes())
    for arguments in (("db", "upgrade"), ("leads", "list")):
        done = subprocess.run(
            [installed, *arguments],
            cwd=tmp_path,
            env=bare_environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
    assert "Nothing was received yet." in done.stdout
    assert (tmp_path / "var" / "leadform.db").is_file()
