"""Step 2: the WTForms form of a form definition; the server's word on what was typed is the only one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Final

from wtforms import BooleanField, EmailField, Field, Form, StringField, TelField, TextAreaField
from wtforms.validators import StopValidation

from webapp.enquiry import Answers
from webapp.forms.definition import FieldRule, FormDefinition
from webapp.intake.contact_details import read_email, read_phone
from webapp.intake.text import clean_line, clean_text, is_readable

LONGEST_NAME: Final = 80
LONGEST_EMAIL: Final = 254
LONGEST_PHONE: Final = 50
LONGEST_COMPANY: Final = 200
LONGEST_MESSAGE: Final = 4000

Validator = Callable[[Form, Field], None]


@dataclass(frozen=True)
class Answered:
    """Requires an answer; ``what_to_do`` is what the visitor reads when there is none."""

    what_to_do: str
    field_flags: ClassVar = {"required": True}

    def __call__(self, form: Form, field: Field) -> None:
        """Raise StopValidation when the field was left open."""
        del form
        if not field.data:
            raise StopValidation(self.what_to_do)


@dataclass(frozen=True)
class Readable:
    """Refuses text that arrived damaged and text that is too long; ``name`` begins the sentence."""

    name: str
    longest: int

    def __call__(self, form: Form, field: Field) -> None:
        """Raise StopValidation when the text cannot be taken as it is."""
        del form
        text = field.data or ""
        if not is_readable(text):
            raise StopValidation(f"{self.name} has characters that did not arrive whole: type it again")
        if len(text) > self.longest:
            raise StopValidation(
                f"{self.name} must be {self.longest:,} characters or fewer: it has {len(text):,}"
            )


def _may_be_left_open(form: Form, field: Field) -> None:
    """Stop without a message when nothing was typed; WTForms' own Optional looks at what came uncleaned."""
    del form
    if not field.data:
        raise StopValidation


def _email(form: Form, field: Field) -> None:
    del form
    try:
        read_email(field.data)
    except ValueError as error:
        raise StopValidation(str(error)) from error


def _phone_of(region: str | None) -> Validator:
    def check(form: Form, field: Field) -> None:
        del form
        try:
            read_phone(field.data, region)
        except ValueError as error:
            raise StopValidation(str(error)) from error

    return check


class EnquiryForm(Form):
    """What every form asks; ``form_of`` adds the rest by the definition."""

    first_name = StringField(
        "First name",
        [Answered("Enter your first name"), Readable("First name", LONGEST_NAME)],
        filters=[clean_line],
        render_kw={"autocomplete": "given-name", "spellcheck": "false"},
    )
    last_name = StringField(
        "Last name",
        [Answered("Enter your last name"), Readable("Last name", LONGEST_NAME)],
        filters=[clean_line],
        render_kw={"autocomplete": "family-name", "spellcheck": "false"},
    )
    email = EmailField(
        "Email address",
        [Answered("Enter your email address"), Readable("Email address", LONGEST_EMAIL), _email],
        filters=[clean_line],
        render_kw={
            "autocomplete": "email",
            "inputmode": "email",
            "autocapitalize": "none",
            "spellcheck": "false",
        },
    )


def form_of(definition: FormDefinition) -> type[EnquiryForm]:
    """Return the form class of a definition, its fields in the order of the page."""
    fields: dict[str, Any] = {}
    rules = definition.fields
    if rules.phone is not FieldRule.HIDDEN:
        fields["phone"] = _phone(rules.phone, definition.region)
    if rules.company is not FieldRule.HIDDEN:
        fields["company"] = _company(rules.company)
    if rules.message is not FieldRule.HIDDEN:
        fields["message"] = _message(rules.message)
    if definition.consent is not None:
        fields["consent"] = BooleanField(
            definition.consent, [Answered("Tick the box to agree, so that we may answer your enquiry")]
        )
    return type("DefinedForm", (EnquiryForm,), fields)


def answers_of(form: EnquiryForm, definition: FormDefinition) -> Answers:
    """Return the answers of a form that validates."""
    typed: Mapping[str, Any] = form.data
    phone = typed.get("phone")
    return Answers(
        first_name=typed["first_name"],
        last_name=typed["last_name"],
        email=read_email(typed["email"]),
        phone=read_phone(phone, definition.region) if phone else None,
        company=typed.get("company") or "",
        message=typed.get("message") or "",
    )


def _phone(rule: FieldRule, region: str | None) -> Field:
    return TelField(
        "Phone number",
        [
            _insisting(rule, "Enter your phone number"),
            Readable("Phone number", LONGEST_PHONE),
            _phone_of(region),
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
    return Answered(what_to_do) if rule is FieldRule.REQUIRED else _may_be_left_open
