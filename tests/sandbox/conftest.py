from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.sandbox.caller import KEY, NOW, SECRET, Caller
from webapp.sandbox import SandboxServer


@pytest.fixture
def sandbox() -> Iterator[SandboxServer]:
    """A sandbox with a stopped clock."""
    with SandboxServer(key=KEY, secret=SECRET, clock=lambda: NOW) as server:
        yield server


@pytest.fixture
def caller(sandbox: SandboxServer) -> Caller:
    return Caller(sandbox.url)
