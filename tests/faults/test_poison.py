"""An enquiry that cannot be forwarded fails alone, and its neighbours go on."""

from sqlalchemy import update

from tests.faults.invariants import Summary
from tests.faults.rig import Rig
from webapp.outbox.tables import enquiries


def test_an_unreadable_enquiry_or_a_missing_form_fails_alone(rig: Rig) -> None:
    unreadable = [rig.accept("its content is nonsense") for _ in range(3)]
    with rig.database.writing() as connection:
        for reference, content in zip(unreadable, ("nonsense", {"answers": 7}, []), strict=True):
            changed = update(enquiries).where(enquiries.c.reference == reference)
            connection.execute(changed.values(content=content))
    homeless = rig.accept("its form is gone", form="gone")
    neighbours = [rig.accept() for _ in range(5)]
    with rig.worker_thread():
        assert rig.settle() == Summary(accepted=9, delivered=5, failed=4, held=0)
    poisoned = dict.fromkeys([*unreadable, homeless], "failed")
    assert rig.states() == {**poisoned, **dict.fromkeys(neighbours, "delivered")}
