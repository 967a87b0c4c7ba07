"""A web process that is killed while it takes an enquiry takes it wholly, or not at all."""

import pytest
import requests

from tests.faults.invariants import Summary
from tests.faults.kill_points import Doom, doomed
from tests.faults.programs import gunicorn
from tests.faults.rig import House
from tests.faults.visitors import FilledForm
from tests.support.processes import Visitor, free_port

pytestmark = pytest.mark.long


@pytest.mark.parametrize(("point", "stored"), [(Doom.BEFORE_COMMIT, 0), (Doom.AFTER_COMMIT, 1)])
def test_a_form_whose_server_was_killed_is_one_enquiry_when_it_is_sent_again(
    house: House, point: Doom, stored: int
) -> None:
    port = free_port()
    env = house.env(**doomed(point, house.folder))
    with gunicorn("tests.faults.doomed_web:app", port, env=env, folder=house.folder) as server:
        visitor = Visitor(port)
        visitor.wait_until_served()
        form = FilledForm(visitor)
        with pytest.raises(requests.ConnectionError):
            form.send()
        assert len(house.states()) == stored
        reference = form.send_until_received()
        assert set(house.states()) == {reference}
        assert "SIGKILL" in server.said()
    house.receipts[reference] = f"killed {point}"
    assert house.command("worker", "--once").returncode == 0
    assert house.settle() == Summary(accepted=1, delivered=1, failed=0, held=0)
