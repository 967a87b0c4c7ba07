"""An enquiry and its amendments: which version is the latest, and in which order they are delivered.

The deliveries of one enquiry go one at a time, the addition first. An amendment that must wait is queued
without a due time. Whoever finishes what it waits for makes it due. Both lock the enquiry's row, so that no
amendment is left waiting.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, and_, exists, func, insert, or_, select, update

from webapp.enquiry import ACTIVE_STATES, DeliveryKind, DeliveryState, Enquiry, OutcomeKind
from webapp.outbox.notify import notify
from webapp.outbox.serialization import (
    Unreadable,
    UnreadableContentError,
    build_content,
    parse_enquiry,
    parse_request,
    raw,
    stored_amendments,
    stored_enquiries,
)
from webapp.outbox.tables import amendments, attempts, deliveries, enquiries

IS_WAITING: ColumnElement[bool] = and_(
    deliveries.c.state == DeliveryState.QUEUED, deliveries.c.due_at.is_(None)
)


@dataclass(frozen=True, slots=True)
class AmendmentBase:
    """What an amendment changes: the opportunity as the platform has it.

    ``added_request`` is the JSON of the request that added it, or None when that was not stored.
    ``versions`` are those that were delivered before the amendment, oldest first and never empty.
    ``in_doubt`` are the versions after them that failed, but that the platform may have taken all the same.
    ``is_superseded`` says that a later amendment has been delivered.
    """

    opportunity_id: int
    added_request: dict[str, Any] | Unreadable | None
    versions: tuple[Enquiry, ...] | Unreadable
    in_doubt: tuple[Enquiry, ...] | Unreadable
    is_superseded: bool


def latest_version(connection: Connection, reference: str) -> RowMapping | None:
    """Return the row of an enquiry as the visitor last left it, or None when there is none."""
    latest = stored_amendments().order_by(amendments.c.id.desc()).limit(1)
    for query in (latest, stored_enquiries()):
        row = connection.execute(query.where(enquiries.c.reference == reference)).mappings().first()
        if row is not None:
            return row
    return None


def add_amendment(
    connection: Connection, enquiry: Enquiry, key: str, content_digest: str, now: datetime
) -> None:
    """Store an amendment and its delivery, which waits for those before it."""
    enquiry_id = lock_enquiry(connection, enquiries.c.reference == enquiry.reference)
    amendment_id = connection.execute(
        insert(amendments)
        .values(
            enquiry_id=enquiry_id,
            received_at=enquiry.changed_at,
            submission_key=key,
            content_digest=content_digest,
            content=build_content(enquiry),
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
    notify(connection)


def must_wait(connection: Connection, enquiry_id: int, delivery_id: int | None = None) -> bool:
    """Say whether an amendment must wait: for the addition, or for another amendment under way.

    Only valid while the caller holds the lock of ``lock_enquiry``.
    """
    goes_first = or_(
        and_(deliveries.c.kind == DeliveryKind.ADD, deliveries.c.state != DeliveryState.DELIVERED),
        deliveries.c.state.in_(ACTIVE_STATES),
    )
    others = select(deliveries.c.id).where(deliveries.c.enquiry_id == enquiry_id, goes_first)
    if delivery_id is not None:
        # Among those that wait, the oldest goes first.
        others = others.where(deliveries.c.id != delivery_id, or_(~IS_WAITING, deliveries.c.id < delivery_id))
    return bool(connection.execute(select(exists(others))).scalar())


def release_next(connection: Connection, delivery_id: int, now: datetime) -> None:
    """Make due what waited for a delivery that is done."""
    owner = select(deliveries.c.enquiry_id).where(deliveries.c.id == delivery_id)
    enquiry_id = lock_enquiry(connection, enquiries.c.id == owner.scalar_subquery())
    waiting = select(func.min(deliveries.c.id)).where(deliveries.c.enquiry_id == enquiry_id, IS_WAITING)
    first = connection.execute(waiting).scalar()
    if first is not None and not must_wait(connection, enquiry_id, first):
        connection.execute(update(deliveries).where(deliveries.c.id == first).values(due_at=now))
        notify(connection)


def load_amendment_base(connection: Connection, delivery: RowMapping) -> AmendmentBase | None:
    """Return what the amendment of a delivery changes, or None when its enquiry has no opportunity."""
    of_enquiry = deliveries.c.enquiry_id == delivery["enquiry_id"]
    rows = connection.execute(select(deliveries).where(of_enquiry).order_by(deliveries.c.id)).mappings().all()
    delivered = [row for row in rows if row["state"] == DeliveryState.DELIVERED]
    added = [row for row in delivered if row["kind"] == DeliveryKind.ADD]
    if not added or added[0]["opportunity_id"] is None:
        return None
    earlier = [row for row in delivered if row["id"] < delivery["id"]]
    since = [row for row in rows if earlier[-1]["id"] < row["id"] < delivery["id"]]
    return AmendmentBase(
        opportunity_id=added[0]["opportunity_id"],
        added_request=last_request(connection, added[0]["id"]),
        versions=_parse_versions(get_version(connection, row) for row in earlier),
        in_doubt=_parse_versions(
            get_version(connection, row) for row in since if _may_have_arrived(connection, row)
        ),
        is_superseded=any(row["id"] > delivery["id"] for row in delivered),
    )


def _parse_versions(rows: Iterable[RowMapping]) -> tuple[Enquiry, ...] | Unreadable:
    try:
        return tuple(parse_enquiry(row) for row in rows)
    except UnreadableContentError as error:
        return Unreadable(str(error))


def _may_have_arrived(connection: Connection, delivery: RowMapping) -> bool:
    """Say whether a delivery was sent without the platform having told what became of it."""
    untold = or_(attempts.c.outcome.is_(None), attempts.c.outcome == OutcomeKind.UNCLEAR)
    sends = select(attempts.c.id).where(
        attempts.c.delivery_id == delivery["id"], attempts.c.request.is_not(None)
    )
    return bool(connection.execute(select(exists(sends.where(untold)))).scalar())


def last_request(connection: Connection, delivery_id: int) -> dict[str, Any] | Unreadable | None:
    """Return the JSON of a delivery's last request, or None when none was written down."""
    query = (
        select(raw(attempts.c.request))
        .where(attempts.c.delivery_id == delivery_id, attempts.c.request.is_not(None))
        .order_by(attempts.c.id.desc())
        .limit(1)
    )
    return parse_request(connection.execute(query).scalar())


def get_versions(connection: Connection, enquiry_id: int) -> Iterable[RowMapping]:
    """Return the rows of an enquiry's amendments, oldest first."""
    query = stored_amendments().where(amendments.c.enquiry_id == enquiry_id).order_by(amendments.c.id)
    return connection.execute(query).mappings().all()


def get_version(connection: Connection, delivery: RowMapping) -> RowMapping:
    """Return the row of the version of an enquiry that a delivery forwards."""
    if delivery["amendment_id"] is None:
        query = stored_enquiries().where(enquiries.c.id == delivery["enquiry_id"])
    else:
        query = stored_amendments().where(amendments.c.id == delivery["amendment_id"])
    return connection.execute(query).mappings().one()


def lock_enquiry(connection: Connection, wanted: ColumnElement[bool]) -> int:
    """Lock an enquiry, so that nobody else decides which of its deliveries goes next; return its id."""
    # FOR NO KEY UPDATE excludes whoever else takes this lock, which is all that is wanted. FOR UPDATE would
    # also exclude the FOR KEY SHARE that a foreign key takes: whoever inserts a row that refers to the
    # enquiry would have to wait.
    query = select(enquiries.c.id).where(wanted).with_for_update(key_share=True)
    return int(connection.execute(query).scalar_one())
