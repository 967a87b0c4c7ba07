"""What a browser may fill in by itself: the ``autocomplete`` of every field that can be typed or chosen in.

The visitor's own fields are one section, and each question is another, since HTML lets a browser fill in one
section at a time (HTML, "Autofill"). A section without a name would not do: Firefox counts fields of a named
one towards it. Nor would a question without the attribute, or with a word of ours in it: browsers then go by
its name and label, and take "City of the wedding" for the visitor's.

It is never ``off``. What is typed into such a field is lost on going back: Chromium and Firefox do not bring
it back, and WebKit empties it even where the page itself was kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from webapp.forms.kind import Kind
from webapp.forms.question import Question

OF_NOTHING_KNOWN: Final = "transaction-amount"
"""What no browser fills in: of the words that HTML has, the one that is about no person.

Others that browsers know nothing for, such as ``nickname``, do not keep Chromium from guessing.
"""

_OF_KIND: Final[Mapping[Kind, str]] = {Kind.EMAIL: "email", Kind.TEL: "tel"}

_OF_PROPERTY: Final[Mapping[str, str]] = {
    "firstName": "given-name",
    "lastName": "family-name",
    "businessName": "organization",
    "tradingName": "organization",
    "line1": "address-line1",
    "line2": "address-line2",
    "line3": "address-line3",
    "city": "address-level2",
    "stateCode": "address-level1",
    "countryCode": "country",
    "postalCode": "postal-code",
}
"""By the last part of the property that an answer becomes."""


def of_visitor(detail: str) -> dict[str, str]:
    """Return the attribute of a field for a detail of the visitor's own, such as ``given-name``."""
    return {"autocomplete": f"section-visitor {detail}"}


def of_question(question: Question) -> dict[str, str]:
    """Return the attribute of a question's field; there is none on boxes and buttons."""
    if question.kind in {Kind.CHECKBOX, Kind.CHECKBOXES, Kind.RADIO}:
        return {}
    detail = _OF_KIND.get(question.kind)
    if question.kind in {Kind.TEXT, Kind.SELECT}:
        detail = _OF_PROPERTY.get((question.to or "").rpartition(".")[2])
    return {"autocomplete": f"section-question-{question.name} {detail or OF_NOTHING_KNOWN}"}
