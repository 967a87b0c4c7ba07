"""A short chaos run; ``make chaos`` does a long one."""

import sys
from pathlib import Path
from random import Random

import pytest

from tests.faults import chaos
from tests.faults.arena import arena

pytestmark = pytest.mark.long

SECONDS = 20.0


def test_whatever_befalls_it_every_enquiry_is_one_opportunity_or_in_plain_sight(
    engine: str, chance: Random, tmp_path: Path
) -> None:
    with arena(engine, tmp_path) as (house, take_away):
        report = chaos.run(house, chance.randrange(2**32), SECONDS, take_away)
    sys.stdout.write(f"{report}\n")
    assert report.summary.accepted >= len(house.receipts) > 0
    assert report.injected.total() > 0
