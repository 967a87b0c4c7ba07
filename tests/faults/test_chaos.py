"""A short chaos run; ``make chaos`` does a longer one."""

import sys
from pathlib import Path
from random import Random

import pytest

from tests.faults import chaos
from tests.faults.chaos_rig import chaos_rig

pytestmark = pytest.mark.long

SECONDS = 20.0


@pytest.mark.timeout(420)  # visitors may take 90 s to leave, and what waits 180 s to drain
def test_every_enquiry_becomes_one_opportunity_or_is_listed(engine: str, rng: Random, tmp_path: Path) -> None:
    with chaos_rig(engine, tmp_path) as (rig, interrupt_database):
        report = chaos.run(rig, rng.randrange(2**32), SECONDS, interrupt_database)
    sys.stdout.write(f"{report}\n")
    assert report.summary.accepted >= len(rig.receipts) > 0
    assert report.injected.total() > 0
