"""An enquiry's content as the JSON document that the outbox stores, and back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Cast, Column, LargeBinary, RowMapping, Select, Text, cast, null, select

from webapp.enquiry import Answer, Answers, Attribution, Consent, Enquiry, Phone
from webapp.outbox.tables import amendments, enquiries

_COLUMNS: Final = [column for column in enquiries.c if column is not enquiries.c.content]

# SQLite's driver would decode it for many rows at once, and fail for all of them if one is damaged.
_RAW: Final = Text().with_variant(LargeBinary(), "sqlite")


class UnreadableContentError(Exception):
    """A stored enquiry that cannot be read; it alone must wait for a person."""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Stands in for a stored document that cannot be read; ``reason`` is one sentence."""

    reason: str


def raw(document: Column[Any]) -> Cast[Any]:
    """Return a JSON column as it is stored: parsed one row at a time, a damaged document fails alone."""
    return cast(document, _RAW)


def stored_enquiries() -> Select[Any]:
    """Return the query for rows that ``parse_enquiry`` takes: enquiries as they were first sent."""
    return select(*_COLUMNS, raw(enquiries.c.content).label("content"), null().label("changed_at"))


def stored_amendments() -> Select[Any]:
    """Return the query for rows that ``parse_enquiry`` takes: enquiries as an amendment made them."""
    return select(
        *_COLUMNS,
        raw(amendments.c.content).label("content"),
        amendments.c.received_at.label("changed_at"),
    ).join_from(enquiries, amendments)


def build_content(enquiry: Enquiry) -> dict[str, Any]:
    """Return the JSON document of an enquiry's answers, consent, attribution and language."""
    answers, consent = enquiry.answers, enquiry.consent
    # A list, since a database may reorder the keys of a JSON object.
    questions = [{"name": name, **asdict(answer)} for name, answer in answers.questions.items()]
    return {
        "answers": {**asdict(answers), "questions": questions},
        "consent": consent and {"text": consent.text, "given_at": consent.given_at.isoformat()},
        "attribution": asdict(enquiry.attribution),
        "language": enquiry.language,
    }


def parse_enquiry(row: RowMapping) -> Enquiry:
    """Return the enquiry of a row of ``stored_enquiries`` or ``stored_amendments``.

    Raises:
        UnreadableContentError: ``build_content`` made no such document.
    """
    try:
        content = json.loads(row["content"])
        attribution = content["attribution"]
        return Enquiry(
            reference=row["reference"],
            form=row["form"],
            received_at=row["received_at"],
            answers=_answers(content["answers"]),
            consent=_consent(content["consent"]),
            attribution=Attribution(**{**attribution, "notes": tuple(attribution["notes"])}),
            changed_at=row["changed_at"],
            language=content.get("language", ""),
        )
    except Exception as error:
        # A damaged document can raise anything, and many enquiries are read in one transaction.
        raise UnreadableContentError(f"The stored enquiry cannot be read ({type(error).__name__})") from error


def try_parse_enquiry(row: RowMapping) -> Enquiry | Unreadable:
    """Return the enquiry of a row, or why it cannot be read."""
    try:
        return parse_enquiry(row)
    except UnreadableContentError as error:
        return Unreadable(str(error))


def parse_request(stored: str | bytes | None) -> dict[str, Any] | Unreadable | None:
    """Return the JSON of a request that ``raw`` fetched; None when none was stored."""
    if stored is None:
        return None
    try:
        request = json.loads(stored)
    except (ValueError, RecursionError) as error:
        return Unreadable(f"The stored request cannot be read ({type(error).__name__})")
    return request if isinstance(request, dict) else Unreadable("The stored request is not a JSON object")


def _answers(document: Mapping[str, Any]) -> Answers:
    phone, questions = document["phone"], document.get("questions", [])
    parsed = {
        "phone": Phone(**phone) if phone else None,
        "questions": {question["name"]: _answer(question) for question in questions},
    }
    return Answers(**{**document, **parsed})


def _answer(document: Mapping[str, Any]) -> Answer:
    value = document["value"]
    return Answer(document["label"], tuple(value) if isinstance(value, list) else value, document["text"])


def _consent(document: Mapping[str, Any] | None) -> Consent | None:
    if document is None:
        return None
    return Consent(document["text"], datetime.fromisoformat(document["given_at"]))
