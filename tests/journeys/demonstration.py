"""The demonstration as ``leadform demo`` has it: the forms, the worker, the stand-in for the platform."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

from tests.support.processes import environment, free_port, leadform, said_when_ready, wait_for

ITS_OWN = ("SECRET_KEY", "DATABASE_URL", "PLATFORM_URL", "PLATFORM_KEY", "PLATFORM_SECRET", "FORMS_FILE")


@dataclass(frozen=True, slots=True)
class Demonstration:
    """The addresses of the forms and of the platform."""

    address: str
    platform: str

    def opportunities(self, part: str) -> list[dict[str, Any]]:
        """Return what the platform has by now, of which the name has this part."""
        received = requests.get(f"{self.platform}/opportunities.json", timeout=10).json()
        return [opportunity for opportunity in received if part in opportunity["name"]]

    def opportunity(self, part: str) -> dict[str, Any]:
        """Return the one opportunity of which the name has this part, as soon as it is there."""
        wait_for(lambda: self.opportunities(part), "the opportunity is on the platform")
        (opportunity,) = self.opportunities(part)
        return opportunity


@contextmanager
def opened_demonstration(folder: Path) -> Iterator[Demonstration]:
    """Run it in a folder, and wait until it says where everything is."""
    port = free_port()
    env = environment("", "", PYTHONUNBUFFERED="1")
    for name in ITS_OWN:
        del env[name]
    arguments = ("demo", "--port", str(port), "--sandbox-port", str(free_port()))
    with leadform(*arguments, env=env, cwd=folder) as process:
        platform = re.findall(r"^    (http://\S+)/$", said_when_ready(process), re.MULTILINE)[-1]
        yield Demonstration(f"http://127.0.0.1:{port}", platform)
