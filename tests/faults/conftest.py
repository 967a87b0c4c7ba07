"""What the fault tests share."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from random import Random, SystemRandom

import pytest

from tests.faults.rig import Rig
from tests.faults.stand_in import StandIn
from webapp.outbox.database import Database


@pytest.fixture
def rng() -> Random:
    """Return a random generator; FAULT_SEED repeats the run of a failed test, whose output has its seed."""
    seed = int(os.environ.get("FAULT_SEED") or SystemRandom().randrange(2**32))
    sys.stdout.write(f"FAULT_SEED={seed}\n")
    return Random(seed)


@pytest.fixture
def stand_in() -> Iterator[StandIn]:
    with StandIn() as platform:
        yield platform


@pytest.fixture
def rig(database: Database, database_url: str, stand_in: StandIn, tmp_path: Path) -> Rig:
    return Rig(database, database_url, stand_in, tmp_path)
