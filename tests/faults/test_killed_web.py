"""A web process killed during a submission stores the enquiry completely or not at all."""

import pytest
import requests

from tests.faults.invariants import Summary
from tests.faults.kill_points import KillPoint, kill_settings
from tests.faults.programs import gunicorn
from tests.faults.rig import Rig
from tests.faults.visitors import FilledForm
from tests.support.processes import Visitor, free_port

pytestmark = pytest.mark.long


@pytest.mark.parametrize(("point", "stored"), [(KillPoint.BEFORE_COMMIT, 0), (KillPoint.AFTER_COMMIT, 1)])
def test_a_form_resent_after_the_server_was_killed_is_one_enquiry(
    rig: Rig, point: KillPoint, stored: int
) -> None:
    port = free_port()
    env = rig.env(**kill_settings(point, rig.folder))
    with gunicorn("tests.faults.killable_web:app", port, env=env, folder=rig.folder) as server:
        visitor = Visitor(port)
        visitor.wait_until_served()
        form = FilledForm(visitor)
        with pytest.raises(requests.ConnectionError):
            form.send()
        assert len(rig.states()) == stored
        reference = form.send_until_received()
        assert set(rig.states()) == {reference}
        assert "SIGKILL" in server.output()
    rig.receipts[reference] = f"killed {point}"
    assert rig.command("worker", "--once").returncode == 0
    assert rig.settle() == Summary(accepted=1, delivered=1, failed=0, held=0)
