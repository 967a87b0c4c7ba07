"""Every accepted form, with every accepted set of answers, makes a request that the platform accepts."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, datetime
from typing import Any, Final

from hypothesis import HealthCheck, assume, event, given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from tests.forms.form_strategies import answers_to, form_definitions
from webapp.enquiry import Answer, Enquiry
from webapp.forms.consistency import consistency_errors
from webapp.forms.definition import FormDefinition
from webapp.forms.mapping import build_opportunity
from webapp.languages.language import get_language
from webapp.sandbox.store import OpportunityStore
from webapp.web.form.enquiry_form import make_form

NOW: Final = datetime(2026, 5, 31, 12, tzinfo=UTC)


@st.composite
def filled_forms(draw: st.DrawFn) -> tuple[FormDefinition, MultiDict[str, str]]:
    form = draw(form_definitions())
    assume(not list(consistency_errors(form)))
    return form, draw(answers_to(form))


@settings(
    max_examples=250,
    deadline=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(filled_forms())
def test_the_platform_receives_every_answer_a_form_accepts(
    filled: tuple[FormDefinition, MultiDict[str, str]],
) -> None:
    definition, sent = filled
    form = make_form(definition, get_language("en", definition.region))(sent, now=NOW)
    is_accepted = form.validate()
    rules = Counter(error.split(":")[0] for _, error in form.summary())
    event("accepted" if is_accepted else f"refused: {rules}")
    assume(is_accepted)
    enquiry = Enquiry("ENQ-7F3K9QXD", "any", NOW, form.answers())
    request = json.loads(json.dumps(build_opportunity(enquiry, definition).as_json()))
    store = OpportunityStore()
    store.add_or_update(request, NOW)
    (received,) = store.received()
    assert received == {"id": 755, **request}
    for name, answer in enquiry.answers.questions.items():
        assert is_in(
            received, next(question.to for question in definition.asked if question.name == name), answer
        )


def is_in(received: dict[str, Any], to: str | None, answer: Answer) -> bool:
    """Return whether an answer is at its property, or else in the description."""
    described = f"{answer.label}{chr(10) if chr(10) in answer.text else ' '}{answer.text}"
    if described in received["description"]:
        return True
    to = "company.id" if to == "companyId" and "company" in received else to
    found = at(received, (to or "").split("."))
    if to == "name":
        return bool(found == f"ENQ-7F3K9QXD: {answer.value}")
    if to == "contact.groups":
        found = [group["groupId"] for group in found]
    if to == "contact.companies":
        return set(answer.value if isinstance(answer.value, tuple) else ()) <= set(found)
    value = list(answer.value) if isinstance(answer.value, tuple) else answer.value
    return bool(found in (value, str(value)))


def at(place: Any, path: list[str]) -> Any:
    if not path or place is None:
        return place
    if isinstance(place, list):
        entries = [entry for entry in place if str(entry.get("fieldId", entry.get("ref"))) == path[0]]
        entry = entries[0] if entries else {}
        return entry.get("fieldValue", entry.get("value", entry.get("url")))
    return at(place.get(path[0]), path[1:])
