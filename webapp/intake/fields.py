"""The built-in fields that a form may ask for or leave out; names and email stand in ``form.py``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from wtforms import BooleanField, Field, StringField, TelField, TextAreaField

from webapp.forms.definition import FieldRule, FormDefinition
from webapp.intake.contact_details import read_phone
from webapp.intake.text import clean_line, clean_text
from webapp.intake.validators import Answered, Readable, Validator, may_be_left_open, told_by

LONGEST_PHONE: Final = 50
LONGEST_COMPANY: Final = 200
LONGEST_MESSAGE: Final = 4000


def fields_before_questions(definition: FormDefinition) -> Iterator[tuple[str, Field]]:
    """Yield how to reach the visitor, each field by its name."""
    if definition.fields.phone is not FieldRule.HIDDEN:
        yield "phone", _phone(definition.fields.phone, definition.region)
    if definition.fields.company is not FieldRule.HIDDEN:
        yield "company", _company(definition.fields.company)


def fields_after_questions(definition: FormDefinition) -> Iterator[tuple[str, Field]]:
    """Yield the message and the consent, each field by its name."""
    if definition.fields.message is not FieldRule.HIDDEN:
        yield "message", _message(definition.fields.message)
    if definition.consent is not None:
        what_to_do = "Tick the box to agree, so that we may answer your enquiry"
        yield "consent", BooleanField(definition.consent, [Answered(what_to_do)])


def _phone(rule: FieldRule, region: str | None) -> Field:
    return TelField(
        "Phone number",
        [
            _insisting(rule, "Enter your phone number"),
            Readable("Phone number", LONGEST_PHONE),
            told_by(lambda typed: read_phone(typed, region)),
        ],
        filters=[clean_line],
        description="" if region else "Include the country code, such as +44",
        render_kw={"autocomplete": "tel", "inputmode": "tel"},
    )


def _company(rule: FieldRule) -> Field:
    return StringField(
        "Company",
        [_insisting(rule, "Enter your company"), Readable("Company", LONGEST_COMPANY)],
        filters=[clean_line],
        render_kw={"autocomplete": "organization", "spellcheck": "false"},
    )


def _message(rule: FieldRule) -> Field:
    return TextAreaField(
        "Message",
        [_insisting(rule, "Enter your message"), Readable("Message", LONGEST_MESSAGE)],
        filters=[clean_text],
    )


def _insisting(rule: FieldRule, what_to_do: str) -> Validator:
    return Answered(what_to_do) if rule is FieldRule.REQUIRED else may_be_left_open
