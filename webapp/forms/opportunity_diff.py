"""Makes the request that changes an opportunity as a visitor changed the enquiry: only what is different.

Whatever the venue's staff have changed since, and the visitor has not, stays as they left it (decision 0009).
"""

from __future__ import annotations

from typing import Final

from webapp.forms.question import Question
from webapp.platform.opportunity import JsonObject, Opportunity
from webapp.platform.rules import ONLY_WHEN_ADDING

FIXED: Final = frozenset({*ONLY_WHEN_ADDING, "venueId"})
"""What no amendment changes: an opportunity belongs to its venue, and its campaign is where it came from."""

ASSIGNMENT: Final = ("companyId", "company", "companyLeadContactId", "contactId", "contact")
"""To whom an opportunity belongs: what is left out of these counts as well as what is there."""

TOGETHER: Final = (
    ("typeId", "subtypeId"),
    ("stageId", "stageReasonId"),
    ("sourceId", "referralContactId", "referralContact", "referralCompanyId", "referralCompany"),
)
"""Properties that mean something only side by side, so a change in one sends all of them."""


def is_fixed(question: Question) -> bool:
    """Say whether the answer to a question stays as it was first given."""
    return question.to in FIXED


def update_between(
    before: Opportunity, after: Opportunity, opportunity_id: int, venue_id: int | str
) -> Opportunity | None:
    """Return the update that makes one opportunity of the other, or None when there is nothing to change.

    Custom fields are sent all or not at all: nothing says that the platform keeps those it is not told.
    """
    old, new = before.as_json(), after.as_json()
    different = {name for name in old | new if old.get(name) != new.get(name)} - FIXED
    changed = different & new.keys()
    for group in TOGETHER:
        if changed & set(group):
            changed |= set(group)
    if different & set(ASSIGNMENT):
        changed |= set(ASSIGNMENT)
    update: JsonObject = {name: new[name] for name in new if name in changed}
    if not update:
        return None
    return Opportunity.model_validate({**update, "id": opportunity_id, "venueId": venue_id})
