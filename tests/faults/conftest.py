"""What the fault tests share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.house import House
from tests.faults.stand_in import StandIn
from webapp.outbox.database import Database


@pytest.fixture
def stand_in() -> Iterator[StandIn]:
    with StandIn() as platform:
        yield platform


@pytest.fixture
def house(database: Database, database_url: str, stand_in: StandIn, tmp_path: Path) -> House:
    return House(database, database_url, stand_in, tmp_path)
