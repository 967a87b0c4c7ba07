"""The built-in fields: names and email address, and those that a form may hide."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from wtforms import Field

from webapp.enquiry import Phone
from webapp.forms.definition import FieldRule, FormDefinition
from webapp.forms.kinds.checkbox import TICKED, clean_box
from webapp.forms.kinds.email import EMAIL, MAX_EMAIL, parse_email
from webapp.forms.kinds.tel import TELEPHONE, parse_phone
from webapp.forms.kinds.text_limits import check_text
from webapp.forms.kinds.typed import NO_AUTOCORRECT
from webapp.languages.language import Language
from webapp.languages.text_cleaning import clean_line, clean_text, cleaned_within
from webapp.web.form.autofill import visitor_autofill
from webapp.web.form.parsed_field import ParsedField
from webapp.web.form.validators import Required

MAX_NAME: Final = 80
MAX_PHONE: Final = 50
MAX_COMPANY: Final = 200
MAX_MESSAGE: Final = 4000


class LineField(ParsedField):
    """A line of text, empty where it was left blank.

    Args:
        longest: the most characters.
        others: what WTForms gives a field.
    """

    blank: Any = ""
    """The value of a field that was left blank."""

    def __init__(self, *, longest: int, **others: Any) -> None:
        self._longest = longest
        super().__init__(**others)

    def clean(self, sent: Sequence[str]) -> tuple[str, ...]:
        """Return the first text that was sent."""
        text = cleaned_within(self._longest, self.tidy)(sent[0] if sent else "")
        return (text,) if text else ()

    def tidy(self, text: str | None) -> str:
        """Return a text on one line."""
        return clean_line(text)

    def parse(self, typed: tuple[str, ...]) -> Any:
        """Return the value of a text within the limits."""
        text = typed[0] if typed else ""
        check_text(text, self.label.text, self._longest, self.context.language)
        return self.parse_text(text) if text else self.blank

    def parse_text(self, text: str) -> Any:
        """Return the text as it is."""
        return text

    def retype(self, value: Any) -> tuple[str, ...]:
        """Return the text."""
        return (value,) if value else ()


class TextField(LineField):
    """A text of several lines."""

    macro = "textarea_field"

    def tidy(self, text: str | None) -> str:
        """Return a text with its lines."""
        return clean_text(text)


class EmailField(LineField):
    """An email address in its normal form."""

    checks_domain = True

    def parse_text(self, text: str) -> str:
        """Return the address in its normal form."""
        return parse_email(text, self.context.language)


class PhoneField(LineField):
    """A telephone number; None where it was left blank."""

    blank = None

    def parse_text(self, text: str) -> Phone:
        """Return the number."""
        return parse_phone(text, self.context.language)

    def retype(self, value: Phone) -> tuple[str, ...]:
        """Return the number as the visitor typed it."""
        return (value.typed,)


class BoxField(ParsedField):
    """A box: True where it is ticked."""

    macro = "checkbox_field"

    def clean(self, sent: Sequence[str]) -> tuple[str, ...]:
        """Return what a browser sends for a ticked box, or nothing."""
        return clean_box(sent)

    def parse(self, typed: tuple[str, ...]) -> bool:
        """Say whether the box is ticked."""
        return bool(typed)

    def retype(self, value: bool) -> tuple[str, ...]:  # noqa: FBT001 (the value of the field)
        """Return what ticks the box, or leaves it blank."""
        return (TICKED,) if value else ()


def fields_before_questions(definition: FormDefinition, language: Language) -> Iterator[tuple[str, Field]]:
    """Yield the fields about the visitor, each with its name."""
    gettext = language.gettext
    yield "first_name", _name(gettext("First name"), gettext("Enter your first name"), "given-name")
    yield "last_name", _name(gettext("Last name"), gettext("Enter your last name"), "family-name")
    yield "email", _email(language)
    if definition.fields.phone is not FieldRule.HIDDEN:
        yield "phone", _phone(definition.fields.phone, language)
    if definition.fields.company is not FieldRule.HIDDEN:
        yield "company", _company(definition.fields.company, language)


def fields_after_questions(definition: FormDefinition, language: Language) -> Iterator[tuple[str, Field]]:
    """Yield the message and the consent, each with its name."""
    if definition.fields.message is not FieldRule.HIDDEN:
        yield "message", _message(definition.fields.message, language)
    if definition.consent is not None:
        message = language.gettext("Tick the box to agree, so that we may answer your enquiry")
        yield "consent", BoxField(label=definition.consent, validators=[Required(message)])


def _name(label: str, message: str, detail: str) -> Field:
    return LineField(
        label=label,
        validators=[Required(message)],
        longest=MAX_NAME,
        render_kw={**visitor_autofill(detail), **NO_AUTOCORRECT},
    )


def _email(language: Language) -> Field:
    return EmailField(
        label=language.gettext("Email address"),
        validators=[Required(language.gettext("Enter your email address"))],
        longest=MAX_EMAIL,
        render_kw={**visitor_autofill("email"), **EMAIL},
    )


def _phone(rule: FieldRule, language: Language) -> Field:
    code = language.isolate_ltr("+44")
    hint: tuple[str, ...] = ()
    if not language.region:
        hint = (language.gettext("Include the country code, such as %(code)s", code=code),)
    return PhoneField(
        label=language.gettext("Phone number"),
        validators=_required_by(rule, language.gettext("Enter your phone number")),
        longest=MAX_PHONE,
        description=hint,
        render_kw={**visitor_autofill("tel"), **TELEPHONE},
    )


def _company(rule: FieldRule, language: Language) -> Field:
    return LineField(
        label=language.gettext("Company"),
        validators=_required_by(rule, language.gettext("Enter your company")),
        longest=MAX_COMPANY,
        render_kw={**visitor_autofill("organization"), **NO_AUTOCORRECT},
    )


def _message(rule: FieldRule, language: Language) -> Field:
    return TextField(
        label=language.gettext("Message"),
        validators=_required_by(rule, language.gettext("Enter your message")),
        longest=MAX_MESSAGE,
        render_kw={"data-most": MAX_MESSAGE},
    )


def _required_by(rule: FieldRule, message: str) -> list[Required]:
    return [Required(message)] if rule is FieldRule.REQUIRED else []
