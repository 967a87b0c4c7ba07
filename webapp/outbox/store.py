"""Accepts enquiries: the enquiry and its delivery are committed together, or not at all."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Final

from sqlalchemy import Connection, insert, select
from sqlalchemy.exc import IntegrityError

from webapp.enquiry import DeliveryKind, DeliveryState, Enquiry, new_reference
from webapp.outbox.amendments import add_amendment, latest_version
from webapp.outbox.database import Database, StoreUnavailableError
from webapp.outbox.lost_transactions import retry_when_lost
from webapp.outbox.notify import notify
from webapp.outbox.serialization import build_content, parse_enquiry, stored_enquiries
from webapp.outbox.tables import amendments, deliveries, enquiries

MAX_ATTEMPTS: Final = 5


@dataclass(frozen=True, slots=True)
class Submission:
    """What makes two posts the same: the key of the form's token, and a digest of what was typed."""

    key: str
    content_digest: str


class EnquiryStore:
    """The visitor's side of the outbox.

    Every method is idempotent, since submissions are unique in the database.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    @retry_when_lost
    def accept(self, enquiry: Enquiry, submission: Submission) -> Enquiry:
        """Store an enquiry with its delivery, or return the one that this submission has already made.

        The enquiry gets another reference in the unlikely case that its own is taken.

        Raises:
            StoreUnavailableError: nothing was stored.
        """
        for _ in range(MAX_ATTEMPTS):
            try:
                with self._database.writing() as connection:
                    known = _find_submission(connection, submission)
                    if known is None:
                        self._insert(connection, enquiry, submission)
            except IntegrityError:  # the same submission or the same reference was written meanwhile
                enquiry = replace(enquiry, reference=new_reference())
            else:
                return known or enquiry
        raise StoreUnavailableError("Other writes came first, again and again")

    @retry_when_lost
    def amend(self, enquiry: Enquiry, submission: Submission) -> None:
        """Store a change to a stored enquiry, once for each submission.

        Raises:
            StoreUnavailableError: nothing was stored.
        """
        with suppress(IntegrityError), self._database.writing() as connection:  # the same, written meanwhile
            if not _is_amendment(connection, submission):
                now = self._database.now(connection)
                add_amendment(connection, enquiry, submission.key, submission.content_digest, now)

    @retry_when_lost
    def has_amended(self, submission: Submission) -> bool:
        """Say whether a submission has already changed an enquiry.

        Raises:
            StoreUnavailableError: the database does not answer.
        """
        with self._database.reading() as connection:
            return _is_amendment(connection, submission)

    @retry_when_lost
    def find_submission(self, submission: Submission) -> Enquiry | None:
        """Return the enquiry that a submission made, or None.

        Raises:
            StoreUnavailableError: the database does not answer.
        """
        with self._database.reading() as connection:
            return _find_submission(connection, submission)

    @retry_when_lost
    def find(self, reference: str) -> Enquiry | None:
        """Return the enquiry with a reference as the visitor last left it, or None.

        Raises:
            StoreUnavailableError: the database does not answer.
            UnreadableContentError: what is stored cannot be read.
        """
        with self._database.reading() as connection:
            row = latest_version(connection, reference)
            return parse_enquiry(row) if row else None

    def _insert(self, connection: Connection, enquiry: Enquiry, submission: Submission) -> None:
        enquiry_id = connection.execute(
            insert(enquiries)
            .values(
                reference=enquiry.reference,
                form=enquiry.form,
                received_at=enquiry.received_at,
                submission_key=submission.key,
                content_digest=submission.content_digest,
                content=build_content(enquiry),
            )
            .returning(enquiries.c.id)
        ).scalar_one()
        now = self._database.now(connection)
        connection.execute(
            insert(deliveries).values(
                enquiry_id=enquiry_id,
                kind=DeliveryKind.ADD,
                state=DeliveryState.QUEUED,
                created_at=now,
                due_at=now,
                attempts=0,
            )
        )
        notify(connection)


def _find_submission(connection: Connection, submission: Submission) -> Enquiry | None:
    query = stored_enquiries().where(
        enquiries.c.submission_key == submission.key,
        enquiries.c.content_digest == submission.content_digest,
    )
    row = connection.execute(query).mappings().first()
    return parse_enquiry(row) if row else None


def _is_amendment(connection: Connection, submission: Submission) -> bool:
    same = select(amendments.c.id).where(
        amendments.c.submission_key == submission.key,
        amendments.c.content_digest == submission.content_digest,
    )
    return connection.execute(same).first() is not None
