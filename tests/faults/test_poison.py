"""An enquiry that cannot be forwarded fails alone, and its neighbours go on."""

from sqlalchemy import update

from tests.faults.invariants import Summary
from tests.faults.rig import House
from webapp.outbox.tables import enquiries


def test_what_cannot_be_read_or_has_no_form_fails_alone(house: House) -> None:
    unreadable = [house.accept("its content is nonsense") for _ in range(3)]
    with house.database.writing() as connection:
        for reference, content in zip(unreadable, ("nonsense", {"answers": 7}, []), strict=True):
            changed = update(enquiries).where(enquiries.c.reference == reference)
            connection.execute(changed.values(content=content))
    homeless = house.accept("its form is gone", form="gone")
    neighbours = [house.accept() for _ in range(5)]
    with house.working():
        assert house.settle() == Summary(accepted=9, delivered=5, failed=4, held=0)
    poisoned = dict.fromkeys([*unreadable, homeless], "failed")
    assert house.states() == {**poisoned, **dict.fromkeys(neighbours, "delivered")}
