"""What the fault tests share."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from random import Random, SystemRandom

import pytest

from tests.faults.rig import House
from tests.faults.stand_in import StandIn
from webapp.outbox.database import Database


@pytest.fixture
def chance() -> Random:
    """Return a generator that FAULT_SEED repeats; a test that fails shows its seed."""
    seed = int(os.environ.get("FAULT_SEED") or SystemRandom().randrange(2**32))
    sys.stdout.write(f"FAULT_SEED={seed}\n")
    return Random(seed)


@pytest.fixture
def stand_in() -> Iterator[StandIn]:
    with StandIn() as platform:
        yield platform


@pytest.fixture
def house(database: Database, database_url: str, stand_in: StandIn, tmp_path: Path) -> House:
    return House(database, database_url, stand_in, tmp_path)
