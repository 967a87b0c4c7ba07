"""The demonstration that ``leadform demo`` runs: the forms, the worker, the stand-in for the platform."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

from tests.support.processes import environment, free_port, leadform, output_until_ready, wait_for

DEMO_SETTINGS = (
    "SECRET_KEY",
    "DATABASE_URL",
    "PLATFORM_URL",
    "PLATFORM_KEY",
    "PLATFORM_SECRET",
    "FORMS_FILE",
)


@dataclass(frozen=True, slots=True)
class Demonstration:
    """The addresses of the forms and of the platform."""

    address: str
    platform: str

    def opportunities(self, part: str) -> list[dict[str, Any]]:
        """Return the opportunities on the platform whose name contains a text."""
        received = requests.get(f"{self.platform}/opportunities.json", timeout=10).json()
        return [opportunity for opportunity in received if part in opportunity["name"]]

    def opportunity(self, part: str) -> dict[str, Any]:
        """Wait for the one opportunity whose name contains a text, and return it."""
        wait_for(lambda: self.opportunities(part), "the opportunity is on the platform")
        (opportunity,) = self.opportunities(part)
        return opportunity


@contextmanager
def run_demonstration(folder: Path) -> Iterator[Demonstration]:
    """Run the demonstration in a folder, and wait until it prints its addresses."""
    port = free_port()
    env = environment("", "", PYTHONUNBUFFERED="1")
    for name in DEMO_SETTINGS:
        del env[name]
    arguments = ("demo", "--port", str(port), "--sandbox-port", str(free_port()))
    with leadform(*arguments, env=env, cwd=folder) as process:
        platform = re.findall(r"^    (http://\S+)/$", output_until_ready(process), re.MULTILINE)[-1]
        yield Demonstration(f"http://127.0.0.1:{port}", platform)
