"""Migrations bring a database to the schema that the code expects."""

from dataclasses import replace

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import text

from tests.support.enquiries import enquiry_of, queue_of
from webapp.enquiry import utc_now
from webapp.outbox.breaker import Breaker, read_breaker
from webapp.outbox.database import Database, open_database
from webapp.outbox.indexes import SCHEMA
from webapp.outbox.migrations import is_up_to_date, upgrade
from webapp.outbox.store import EnquiryStore, Submission


def test_the_migrations_create_exactly_the_tables_in_the_code(database: Database) -> None:
    with database.reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, SCHEMA) == []


def test_a_new_database_is_not_up_to_date_until_it_is_upgraded(database_url: str) -> None:
    database = open_database(database_url)
    assert not is_up_to_date(database)
    upgrade(database)
    assert is_up_to_date(database)
    database.close()


def test_upgrading_again_changes_nothing(database: Database) -> None:
    upgrade(database)
    assert is_up_to_date(database)


BEFORE_THE_BREAKER = [
    # state, attempts, request_date, last_error, and whether the delivery is still in doubt
    ("queued", 0, None, None, False),
    ("queued", 2, "2026-05-31 12:00:00+00:00", "Busy", False),
    ("sending", 1, "2026-05-31 12:00:00+00:00", None, True),
    ("unclear", 1, "2026-05-31 12:00:00+00:00", "Lost", True),
    ("delivered", 1, "2026-05-31 12:00:00+00:00", None, False),
    ("failed", 1, "2026-05-31 12:00:00+00:00", "Refused", False),
    ("failed", 9, "2026-05-31 12:00:00+00:00", "Gave up after 14 days: lost", True),
]


def test_a_database_older_than_the_breaker_keeps_its_deliveries(database_url: str) -> None:
    database = open_database(database_url)
    upgrade(database, "0001")
    enquiry = text(
        "INSERT INTO enquiries (id, reference, form, received_at, submission_key, content_digest, content) "
        "VALUES (1, 'ENQ-00000000', 'weddings', :now, 'key', 'digest', '{}')"
    )
    delivery = text(
        "INSERT INTO deliveries (enquiry_id, kind, state, created_at, queued_at, attempts, request_date, "
        "last_error) VALUES (1, 'add', :state, :now, :now, :attempts, :request_date, :last_error)"
    )
    now = "2026-05-31 12:00:00+00:00"
    with database.writing() as connection:
        connection.execute(enquiry, {"now": now})
        for state, attempts, request_date, last_error, _ in BEFORE_THE_BREAKER:
            row = {"state": state, "attempts": attempts, "request_date": request_date}
            connection.execute(delivery, {**row, "last_error": last_error, "now": now})
    upgrade(database)
    with database.reading() as connection:
        rows = connection.execute(
            text("SELECT state, attempts, request_date, tried_since FROM deliveries ORDER BY id")
        ).all()
        breaker = read_breaker(connection)
    database.close()
    assert [(row.state, row.request_date is not None) for row in rows] == [
        (state, in_doubt) for state, *_, in_doubt in BEFORE_THE_BREAKER
    ]
    assert all((row.tried_since is not None) is (row.attempts > 0) for row in rows)
    assert breaker == Breaker()


def test_an_enquiry_older_than_amendments_can_be_read_and_changed(database_url: str) -> None:
    database = open_database(database_url)
    upgrade(database, "0002")
    now = "2026-05-31 12:00:00+00:00"
    answers = (
        '{"first_name": "Ada", "last_name": "Lovelace", "email": "ada@example.com", "phone": null, '
        '"company": "", "message": "Hello"}'
    )
    attribution = '{"parameters": {}, "referrer": "", "landing_address": "", "notes": []}'
    with database.writing() as connection:
        connection.execute(
            text(
                "INSERT INTO enquiries (id, reference, form, received_at, submission_key, content_digest, "
                "content) VALUES (1, 'ENQ-00000000', 'weddings', :now, 'key', 'digest', :content)"
            ),
            {
                "now": now,
                "content": f'{{"answers": {answers}, "consent": null, "attribution": {attribution}}}',
            },
        )
        connection.execute(
            text(
                "INSERT INTO deliveries (enquiry_id, kind, state, created_at, attempts, opportunity_id) "
                "VALUES (1, 'add', 'delivered', :now, 1, 755)"
            ),
            {"now": now},
        )
    upgrade(database)
    store = EnquiryStore(database)
    enquiry = store.find("ENQ-00000000")
    assert enquiry is not None
    assert (enquiry.answers.message, enquiry.answers.questions) == ("Hello", {})
    changed = replace(enquiry, answers=replace(enquiry.answers, message="Changed"), changed_at=utc_now())
    store.amend(changed, Submission("another", "digest"))
    (claim,) = queue_of(database).claim(8)
    database.close()
    assert enquiry_of(claim).answers.message == "Changed"
    assert claim.amendment_base is not None
    assert (claim.amendment_base.opportunity_id, claim.amendment_base.added_request) == (755, None)
