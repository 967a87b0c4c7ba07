"""A form that the start finds safe is: no valid answers to it ever break a rule of the opportunity."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, assume, event, given, reject, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter
from werkzeug.datastructures import MultiDict

from tests.forms.form_strategies import answers_to, form_definitions
from tests.forms.test_rules_at_the_form import SOMETIMES, SOURCE
from tests.support.harness import Venue, form_text
from tests.support.pages import Page
from tests.support.processes import PROJECT
from webapp.formfile.reader import read_forms
from webapp.forms.consistency import can_answers_break_a_rule, consistency_errors
from webapp.forms.definition import FieldRule, FormDefinition
from webapp.forms.kinds.email import parse_email
from webapp.languages.language import get_language
from webapp.platform.opportunity import Email
from webapp.web.form.cross_checks import cross_field_errors
from webapp.web.form.enquiry_form import make_form

NOW: Final = datetime(2026, 5, 31, 12, tzinfo=UTC)
ENGLISH: Final = get_language("en", "AU")

FREE_CHOICE: Final = {"kind": "select", "to": "typeId", "options": [{"value": 18, "label": "A wedding"}]}

SAFE: Final[dict[str, str]] = {
    "no questions": form_text({}),
    "what the description tells": form_text({}, {}),
    "custom fields": form_text(
        {},
        {"kind": "date", "to": "customFields.12"},
        {"name": "other", "kind": "number", "to": "contact.customFields.51"},
    ),
    "a type that every visitor chooses": form_text({"typeId": None}, {**FREE_CHOICE, "required": True}),
    "a type that is there in any case": form_text({}, FREE_CHOICE),
    "a source, where none is a referral": form_text({}, SOURCE),
    "a company of the venue's": form_text({"companyId": 801, "companyLeadContactId": 901}),
}

CONSTANTS_ALONE: Final[dict[str, str]] = {
    "a lead contact of a company that may be left open": form_text({"companyLeadContactId": 901}),
}


def read(text: str, folder: Path) -> FormDefinition:
    file = folder / "forms.toml"
    file.write_text(text, encoding="utf-8")
    return read_forms(file)["form"]


@pytest.mark.parametrize("text", SAFE.values(), ids=SAFE)
def test_a_form_is_safe_where_each_answer_fits_alone(text: str, tmp_path: Path) -> None:
    assert not can_answers_break_a_rule(read(text, tmp_path))


@pytest.mark.parametrize(
    "text",
    [*(text for text, *_ in SOMETIMES.values()), *CONSTANTS_ALONE.values()],
    ids=[*SOMETIMES, *CONSTANTS_ALONE],
)
def test_a_form_that_some_answers_break_is_not_safe(text: str, tmp_path: Path) -> None:
    assert can_answers_break_a_rule(read(text, tmp_path))


def test_the_forms_to_begin_with_are_safe() -> None:
    assert not any(can_answers_break_a_rule(form) for form in read_forms(PROJECT / "forms.toml").values())


@st.composite
def safe_forms(draw: st.DrawFn) -> tuple[FormDefinition, MultiDict[str, str]]:
    """Return a form that is found safe, and what a browser might send by it."""
    form = draw(form_definitions())
    if draw(st.booleans()):
        # Most forms have a question about a contact or a company; without these, most are safe.
        questions = tuple(
            question.model_copy(update={"show_when": {}})
            for question in form.questions
            if (question.to or "").startswith(("customFields", "contact.customFields"))
            or "." not in (question.to or "")
        )
        form = form.model_copy(update={"questions": questions})
    assume(not list(consistency_errors(form)))
    assume(not can_answers_break_a_rule(form))
    return form, draw(answers_to(form))


@settings(
    max_examples=200,
    deadline=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(safe_forms())
def test_no_answers_to_a_safe_form_break_a_rule(filled: tuple[FormDefinition, MultiDict[str, str]]) -> None:
    definition, sent = filled
    form = make_form(definition, ENGLISH)(sent, now=NOW)
    is_taken = form.validate()
    event(f"{len(definition.asked)} questions")
    company = definition.fields.company is not FieldRule.HIDDEN and bool(sent.get("company"))
    event(f"taken: {is_taken}, company: {company}")
    assume(is_taken)
    assert list(cross_field_errors(form.answers(), definition, ENGLISH)) == []


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.emails(), st.text(min_size=1, max_size=20).map("{}@bücher.example".format)))
def test_every_address_that_is_taken_is_one_of_the_platforms(typed: str) -> None:
    try:
        address = parse_email(typed, ENGLISH)
    except ValueError:
        reject()
    assert TypeAdapter(Email).validate_python(address) == address


@pytest.mark.engines("sqlite")
def test_a_change_is_checked_with_the_answers_that_it_keeps(venue: Venue) -> None:
    venue_choice: dict[str, Any] = {
        "kind": "select",
        "required": True,
        "to": "venueId",
        "options": [{"value": 107, "label": "Harbour Hall"}],
    }
    venue.open(form_text({}))
    receipt = venue.receive()
    venue.open(form_text({"venueId": None}, venue_choice))
    page = venue.client.page(f"{receipt}/change")
    changed = venue.client.post(
        f"{receipt}/change", data={**page.answers(), **page.hidden(), "message": "Hi"}
    )
    assert changed.status_code == 422
    assert Page(changed.text).summary() == ["Choose an answer: What is asked?"]
