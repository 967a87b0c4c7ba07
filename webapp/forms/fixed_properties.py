"""The properties that a form sends with every opportunity: what they may say."""

from __future__ import annotations

import string
from collections.abc import Iterator
from typing import Final

from webapp.forms.answer_targets import BUILT_IN_TARGETS, RESERVED_REF
from webapp.platform.opportunity import Opportunity
from webapp.platform.opportunity_name import is_reserved_ref

NAME_PLACEHOLDERS: Final = frozenset({"first_name", "last_name", "email", "phone", "company", "form_title"})
"""What the opportunity's name may mention in braces."""


def constant_faults(constants: Opportunity) -> Iterator[tuple[str, str]]:
    """Yield what the constants of a form may not say: the property, and the rule."""
    if constants.name is not None and not constants.name.strip():
        yield "name", "must not be blank: leave it out for the usual name"
    for rule in _name_faults(constants.name or ""):
        yield "name", rule
    if constants.id is not None:
        yield "id", "a form adds opportunities, so it cannot name one"
    if any(is_reserved_ref(url.ref) for url in constants.external_urls or ()):
        yield "externalUrls.ref", RESERVED_REF
    contact = constants.as_json().get("contact", {})
    for target, field in BUILT_IN_TARGETS.items():
        if target.removeprefix("contact.") in contact:
            yield target, f"the built-in field {field} asks this of every visitor"


def _name_faults(name: str) -> Iterator[str]:
    try:
        parts = list(string.Formatter().parse(name))
    except ValueError as error:
        yield f"{error}; write {{{{ or }}}} for a brace itself"
        return
    for _, placeholder, form, conversion in parts:
        if placeholder is not None and (placeholder not in NAME_PLACEHOLDERS or form or conversion):
            written = placeholder + (f"!{conversion}" if conversion else "") + (f":{form}" if form else "")
            known = ", ".join(f"{{{name}}}" for name in sorted(NAME_PLACEHOLDERS))
            yield f"{{{written}}} is unknown; there are {known}"
