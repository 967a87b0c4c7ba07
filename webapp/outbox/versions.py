"""An enquiry and its amendments: which version is the last, and in which order they go to the platform.

The deliveries of one enquiry go one at a time, the addition first. An amendment that must wait is queued
without a due time; whoever finishes what it waits for makes it due. Both sides lock the enquiry's row, so
that none is overlooked.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, RowMapping, and_, exists, func, insert, or_, select, update

from webapp.enquiry import GOING_ON, DeliveryKind, DeliveryState, Enquiry
from webapp.outbox.content import read_enquiry, stored_amendments, stored_enquiries, write_content
from webapp.outbox.doorbell import ring
from webapp.outbox.tables import amendments, attempts, deliveries, enquiries

IS_WAITING: ColumnElement[bool] = and_(
    deliveries.c.state == DeliveryState.QUEUED, deliveries.c.due_at.is_(None)
)

UNCLEAR: Final = "unclear"
"""The outcome of an attempt of which nobody knows whether its request arrived."""


@dataclass(frozen=True, slots=True)
class Amended:
    """What an amendment changes: the opportunity as the platform has it.

    ``added`` is the JSON of the request that added it, where it is known; ``earlier`` are the versions that
    the platform has had, the last one last. ``in_doubt`` are the versions after that which failed, but which
    it may have taken all the same. ``is_superseded`` says that a later amendment was delivered.
    """

    opportunity_id: int
    added: dict[str, Any] | None
    earlier: tuple[RowMapping, ...]
    in_doubt: tuple[RowMapping, ...]
    is_superseded: bool

    def versions(self) -> list[Enquiry]:
        """Return the versions that the platform has had.

        Raises:
            UnreadableContentError: one of them cannot be understood.
        """
        return [read_enquiry(each) for each in self.earlier]

    def versions_in_doubt(self) -> list[Enquiry]:
        """Return the versions after those that the platform may have.

        Raises:
            UnreadableContentError: one of them cannot be understood.
        """
        return [read_enquiry(each) for each in self.in_doubt]


def latest_version(connection: Connection, reference: str) -> RowMapping | None:
    """Return the row of an enquiry as the visitor last left it, or None when there is none."""
    last = stored_amendments().order_by(amendments.c.id.desc()).limit(1)
    for query in (last, stored_enquiries()):
        row = connection.execute(query.where(enquiries.c.reference == reference)).mappings().first()
        if row is not None:
            return row
    return None


def add_amendment(
    connection: Connection, enquiry: Enquiry, key: str, content_digest: str, now: datetime
) -> None:
    """Write an amendment and its delivery, which waits for those before it."""
    enquiry_id = lock_enquiry(connection, enquiries.c.reference == enquiry.reference)
    amendment_id = connection.execute(
        insert(amendments)
        .values(
            enquiry_id=enquiry_id,
            received_at=enquiry.changed_at,
            submission_key=key,
            content_digest=content_digest,
            content=write_content(enquiry),
        )
        .returning(amendments.c.id)
    ).scalar_one()
    connection.execute(
        insert(deliveries).values(
            enquiry_id=enquiry_id,
            amendment_id=amendment_id,
            kind=DeliveryKind.UPDATE,
            state=DeliveryState.QUEUED,
            created_at=now,
            due_at=None if must_wait(connection, enquiry_id) else now,
            attempts=0,
        )
    )
    ring(connection)


def must_wait(connection: Connection, enquiry_id: int, delivery_id: int | None = None) -> bool:
    """Say whether an amendment must wait: for the addition, or for another amendment that is on its way.

    To be asked while the enquiry is locked.
    """
    in_its_way = or_(
        and_(deliveries.c.kind == DeliveryKind.ADD, deliveries.c.state != DeliveryState.DELIVERED),
        deliveries.c.state.in_(GOING_ON),
    )
    others = select(deliveries.c.id).where(deliveries.c.enquiry_id == enquiry_id, in_its_way)
    if delivery_id is not None:
        # Of those that wait, the first goes first.
        others = others.where(deliveries.c.id != delivery_id, or_(~IS_WAITING, deliveries.c.id < delivery_id))
    return bool(connection.execute(select(exists(others))).scalar())


def let_next_go(connection: Connection, delivery_id: int, now: datetime) -> None:
    """Make due what waited for a delivery that is done."""
    of_enquiry = select(deliveries.c.enquiry_id).where(deliveries.c.id == delivery_id)
    enquiry_id = lock_enquiry(connection, enquiries.c.id == of_enquiry.scalar_subquery())
    waiting = select(func.min(deliveries.c.id)).where(deliveries.c.enquiry_id == enquiry_id, IS_WAITING)
    first = connection.execute(waiting).scalar()
    if first is not None and not must_wait(connection, enquiry_id, first):
        connection.execute(update(deliveries).where(deliveries.c.id == first).values(due_at=now))
        ring(connection)


def what_is_amended(connection: Connection, delivery: RowMapping) -> Amended | None:
    """Return what the amendment of a delivery changes, or None while no opportunity has been made."""
    of_enquiry = deliveries.c.enquiry_id == delivery["enquiry_id"]
    rows = connection.execute(select(deliveries).where(of_enquiry).order_by(deliveries.c.id)).mappings().all()
    delivered = [row for row in rows if row["state"] == DeliveryState.DELIVERED]
    added = [row for row in delivered if row["kind"] == DeliveryKind.ADD]
    if not added or added[0]["opportunity_id"] is None:
        return None
    earlier = [row for row in delivered if row["id"] < delivery["id"]]
    since = [row for row in rows if earlier[-1]["id"] < row["id"] < delivery["id"]]
    return Amended(
        opportunity_id=added[0]["opportunity_id"],
        added=last_request(connection, added[0]["id"]),
        earlier=tuple(version_of(connection, row) for row in earlier),
        in_doubt=tuple(version_of(connection, row) for row in since if _may_have_arrived(connection, row)),
        is_superseded=any(row["id"] > delivery["id"] for row in delivered),
    )


def _may_have_arrived(connection: Connection, delivery: RowMapping) -> bool:
    """Say whether a delivery was sent without the platform having told what became of it."""
    untold = or_(attempts.c.outcome.is_(None), attempts.c.outcome == UNCLEAR)
    sends = select(attempts.c.id).where(
        attempts.c.delivery_id == delivery["id"], attempts.c.request.is_not(None)
    )
    return bool(connection.execute(select(exists(sends.where(untold)))).scalar())


def last_request(connection: Connection, delivery_id: int) -> dict[str, Any] | None:
    """Return the JSON of a delivery's last request, or None when none was written down."""
    query = (
        select(attempts.c.request)
        .where(attempts.c.delivery_id == delivery_id, attempts.c.request.is_not(None))
        .order_by(attempts.c.id.desc())
        .limit(1)
    )
    return connection.execute(query).scalar()


def versions_of(connection: Connection, enquiry_id: int) -> Iterable[RowMapping]:
    """Return the rows of an enquiry's amendments, oldest first."""
    query = stored_amendments().where(amendments.c.enquiry_id == enquiry_id).order_by(amendments.c.id)
    return connection.execute(query).mappings().all()


def version_of(connection: Connection, delivery: RowMapping) -> RowMapping:
    """Return the row of the version of an enquiry that a delivery forwards."""
    if delivery["amendment_id"] is None:
        query = stored_enquiries().where(enquiries.c.id == delivery["enquiry_id"])
    else:
        query = stored_amendments().where(amendments.c.id == delivery["amendment_id"])
    return connection.execute(query).mappings().one()


def lock_enquiry(connection: Connection, wanted: ColumnElement[bool]) -> int:
    """Let nobody else decide which of an enquiry's deliveries goes next; return the enquiry's id."""
    # Weaker than what a reference to the row holds, which would wait for it.
    query = select(enquiries.c.id).where(wanted).with_for_update(key_share=True)
    return int(connection.execute(query).scalar_one())
