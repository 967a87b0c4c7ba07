"""The built-in fields: the names and the email address of every form, and those that one may leave out."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any, Final

from wtforms import BooleanField, EmailField, Field, StringField, TelField, TextAreaField

from webapp.forms.definition import FieldRule, FormDefinition
from webapp.languages.language import Language
from webapp.languages.text_cleaning import clean_line, clean_text, cleaned_within
from webapp.web.form.autofill import of_visitor
from webapp.web.form.contact_details import MAX_EMAIL, parse_email, read_phone
from webapp.web.form.validators import Required, TextLimits, Validator, optional, parsed_by

MAX_NAME: Final = 80
MAX_PHONE: Final = 50
MAX_COMPANY: Final = 200
MAX_MESSAGE: Final = 4000

NO_AUTOCORRECT: Final = {"spellcheck": "false", "autocorrect": "off"}
"""For names of all kinds, which no dictionary knows."""

EMAIL: Final = {"inputmode": "email", "autocapitalize": "none", **NO_AUTOCORRECT}
TELEPHONE: Final = {"inputmode": "tel"}


def fields_before_questions(definition: FormDefinition, language: Language) -> Iterator[tuple[str, Field]]:
    """Yield who the visitor is and how to reach them, each field by its name."""
    gettext = language.gettext
    yield "first_name", _name(gettext("First name"), gettext("Enter your first name"), "given-name", language)
    yield "last_name", _name(gettext("Last name"), gettext("Enter your last name"), "family-name", language)
    yield "email", _email(language)
    if definition.fields.phone is not FieldRule.HIDDEN:
        yield "phone", _phone(definition.fields.phone, language)
    if definition.fields.company is not FieldRule.HIDDEN:
        yield "company", _company(definition.fields.company, language)


def fields_after_questions(definition: FormDefinition, language: Language) -> Iterator[tuple[str, Field]]:
    """Yield the message and the consent, each field by its name."""
    if definition.fields.message is not FieldRule.HIDDEN:
        yield "message", _message(definition.fields.message, language)
    if definition.consent is not None:
        what_to_do = language.gettext("Tick the box to agree, so that we may answer your enquiry")
        yield "consent", BooleanField(definition.consent, [Required(what_to_do)])


def _name(label: str, what_to_do: str, detail: str, language: Language) -> Field:
    return StringField(
        label,
        [Required(what_to_do), TextLimits(label, MAX_NAME, language)],
        filters=[cleaned_within(MAX_NAME, clean_line)],
        render_kw={**of_visitor(detail), **NO_AUTOCORRECT},
    )


def _email(language: Language) -> Field:
    label = language.gettext("Email address")
    return EmailField(
        label,
        [
            Required(language.gettext("Enter your email address")),
            TextLimits(label, MAX_EMAIL, language),
            parsed_by(partial(parse_email, language=language)),
        ],
        filters=[cleaned_within(MAX_EMAIL, clean_line)],
        render_kw={**of_visitor("email"), **EMAIL},
    )


def _phone(rule: FieldRule, language: Language) -> Field:
    label = language.gettext("Phone number")
    code = language.isolate_ltr("+44")
    hint: Any = ()
    if not language.region:
        hint = (language.gettext("Include the country code, such as %(code)s", code=code),)
    return TelField(
        label,
        [
            _insisting(rule, language.gettext("Enter your phone number")),
            TextLimits(label, MAX_PHONE, language),
            parsed_by(partial(read_phone, language=language)),
        ],
        filters=[cleaned_within(MAX_PHONE, clean_line)],
        description=hint,
        render_kw={**of_visitor("tel"), **TELEPHONE},
    )


def _company(rule: FieldRule, language: Language) -> Field:
    label = language.gettext("Company")
    return StringField(
        label,
        [_insisting(rule, language.gettext("Enter your company")), TextLimits(label, MAX_COMPANY, language)],
        filters=[cleaned_within(MAX_COMPANY, clean_line)],
        render_kw={**of_visitor("organization"), **NO_AUTOCORRECT},
    )


def _message(rule: FieldRule, language: Language) -> Field:
    label = language.gettext("Message")
    return TextAreaField(
        label,
        [_insisting(rule, language.gettext("Enter your message")), TextLimits(label, MAX_MESSAGE, language)],
        filters=[cleaned_within(MAX_MESSAGE, clean_text)],
        render_kw={"data-most": MAX_MESSAGE},
    )


def _insisting(rule: FieldRule, what_to_do: str) -> Validator:
    return Required(what_to_do) if rule is FieldRule.REQUIRED else optional
