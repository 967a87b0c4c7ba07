"""A page that shows the opportunities received, newest first, and the same as JSON for scripts."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from flask import Flask, Response, render_template

from webapp.sandbox import account
from webapp.sandbox.opportunity_shape import PROPERTIES
from webapp.sandbox.property_types import to_integer
from webapp.sandbox.refusal import Json, JsonObject
from webapp.sandbox.store import Change, Opportunity, OpportunityStore, timestamp

NameLookup = Callable[[str, Json], str]
"""Returns what the account calls an id: given the property and the id, a name or an empty string."""


@dataclass(frozen=True)
class PropertyChange:
    """A property that a request changed; ``before`` is None if it was not set."""

    name: str
    before: str | None
    now: str


@dataclass(frozen=True)
class HistoryEntry:
    """One accepted request in the history of an opportunity."""

    at: str
    verb: str
    lines: list[PropertyChange]


@dataclass(frozen=True)
class OpportunityView:
    """An opportunity as the page shows it."""

    number: int
    name: str
    facts: list[str]
    contact: str
    received_at: str
    properties: JsonObject
    history: list[HistoryEntry]


def add_pages(app: Flask, store: OpportunityStore) -> None:
    """Add the page at ``/`` and ``/opportunities.json``."""

    def page() -> str:
        contacts, companies = store.party_names()
        name_of = _make_name_lookup(contacts, companies)
        shown = [_show(opportunity, name_of, contacts, companies) for opportunity in store.opportunities()]
        return render_template("opportunities.html", opportunities=shown, name_of=name_of)

    def received() -> Response:
        return Response(json.dumps(store.received(), ensure_ascii=False), mimetype="application/json")

    app.add_url_rule("/", view_func=page)
    app.add_url_rule("/opportunities.json", view_func=received)
    app.after_request(_add_security_headers)


def _add_security_headers(response: Response) -> Response:
    # The page shows text that strangers typed: nothing in it may run, load anything or be cached.
    response.headers["Content-Security-Policy"] = (
        "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; form-action 'none'"
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "no-store"
    return response


def _make_name_lookup(contacts: Mapping[int, str], companies: Mapping[int, str]) -> NameLookup:
    names = {
        **account.NAMES,
        "contactId": contacts,
        "companyLeadContactId": contacts,
        "referralContactId": contacts,
        "companyId": companies,
        "referralCompanyId": companies,
    }

    def look_up(name: str, value: Json) -> str:
        return names.get(name, {}).get(to_integer(value) or 0, "")

    return look_up


def _show(
    opportunity: Opportunity, name_of: NameLookup, contacts: Mapping[int, str], companies: Mapping[int, str]
) -> OpportunityView:
    properties = opportunity.properties
    facts = [name_of(name, properties.get(name)) for name in ("venueId", "typeId", "subtypeId", "sourceId")]
    parties = (contacts.get(opportunity.contact_id or 0), companies.get(opportunity.company_id or 0))
    return OpportunityView(
        number=opportunity.number,
        name=str(properties["name"]),
        facts=[fact for fact in facts if fact],
        contact=", ".join(filter(None, parties)),
        received_at=timestamp(opportunity.created),
        properties={name: properties[name] for name in PROPERTIES if name in properties},
        history=[_entry(change, is_first=index == 0) for index, change in enumerate(opportunity.history)],
    )


def _entry(change: Change, *, is_first: bool) -> HistoryEntry:
    lines = [
        PropertyChange(name, _brief(change.before[name]) if name in change.before else None, _brief(value))
        for name, value in change.received.items()
        if name not in change.before or change.before[name] != value
    ]
    return HistoryEntry(timestamp(change.at), "Added" if is_first else "Updated", lines)


def _brief(value: Json) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
