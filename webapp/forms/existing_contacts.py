"""What a form may not send of a contact whom the account may have already.

Whoever fills a form in is matched with a contact that exists, unless the form says otherwise. What the
platform then replaces whole would be lost.

Source: platform contract, "Opportunity: beyond the user's document"; decision 0019.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from webapp.forms.definition import FormDefinition
from webapp.platform.opportunity import JsonObject
from webapp.platform.properties import value_at

VISITOR: Final = "contact"
CONTACTS: Final = (VISITOR, "referralContact", "company.primaryContact", "referralCompany.primaryContact")
"""Every contact of an opportunity."""

REPLACED: Final = {
    "groups": "all groups of a contact who is in the account already: leave it out and keep groups there",
    "companies": "all companies of a contact who is in the account already: leave it out and use companyId",
}
"""The lists of a contact that the platform replaces, and what to do instead."""

SUBSCRIBED: Final = 1
"""The ``status`` and ``smsStatus`` of people who want to hear from the venue."""


def overwriting_faults(form: FormDefinition) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Yield what would be taken from a contact who exists: the place in the form's table, and the rule."""
    constants = form.opportunity.as_json()
    for contact in CONTACTS:
        if _is_always_new(contact, constants, form):
            continue
        otherwise = f"or set {contact}.updateIfExists = false, which makes a contact of each enquiry"
        for name, what in REPLACED.items():
            target = f"{contact}.{name}"
            places = list(_questions_to(target, form))
            if value_at(constants, target) is not None:
                places.append(("opportunity", *target.split(".")))
            for place in places:
                yield place, f"replaces {what}, {otherwise}"
        yield from _subscribing(contact, constants, form)


def _subscribing(
    contact: str, constants: JsonObject, form: FormDefinition
) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Yield what would subscribe somebody who has not asked for it: visitors may, and only themselves."""
    for name in ("status", "smsStatus"):
        target = f"{contact}.{name}"
        constant = value_at(constants, target)
        if constant is not None and int(constant) == SUBSCRIBED:
            yield (
                ("opportunity", *target.split(".")),
                "subscribes people again who have unsubscribed: leave it out, or ask the visitor",
            )
        for place in _questions_to(target, form) if contact != VISITOR else ():
            yield place, f"{target} is for that person to say, who may be a contact already: leave it out"


def _is_always_new(contact: str, constants: JsonObject, form: FormDefinition) -> bool:
    is_never_matched = value_at(constants, f"{contact}.updateIfExists") is False
    is_named = value_at(constants, f"{contact}.id") is not None
    is_asked = any(list(_questions_to(f"{contact}.{name}", form)) for name in ("id", "updateIfExists"))
    return is_never_matched and not is_named and not is_asked


def _questions_to(target: str, form: FormDefinition) -> Iterator[tuple[str | int, ...]]:
    for index, question in enumerate(form.questions):
        if question.to == target:
            yield ("questions", index, "to")
