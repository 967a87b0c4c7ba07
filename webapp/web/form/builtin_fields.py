"""The built-in fields: names and email address, and those that a form may hide."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar, Final

from wtforms import Field

from webapp.enquiry import Phone
from webapp.forms.definition import FieldRule, FormDefinition
from webapp.forms.kinds.checkbox import TICKED, clean_box
from webapp.forms.kinds.email import EMAIL, MAX_EMAIL, parse_email
from webapp.forms.kinds.tel import TELEPHONE, parse_phone
from webapp.forms.kinds.typed import NO_AUTOCORRECT, check_text
from webapp.languages.language import Language
from webapp.languages.text_cleaning import clean_line, clean_text, clean_within
from webapp.web.form.autofill import visitor_autofill
from webapp.web.form.parsed_field import Hint, ParsedField
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

    tidy = staticmethod(clean_line)
    """Takes stray white space and controls away."""

    parse: ClassVar[staticmethod[[str, Language], Any] | None] = None
    """Parses a text; without it, the value is the text itself."""

    blank: Any = ""
    """The value of a field that was left blank."""

    def __init__(self, *, longest: int, **others: Any) -> None:
        self._longest = longest
        super().__init__(**others)

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Parse the first text that was sent."""
        language: Language = self.meta.context.language
        text = clean_within(self._longest, self.tidy, valuelist[0] if valuelist else "")
        self.data = self.blank
        if text:
            self.typed, self.data = (text,), None
            check_text(text, self.label.text, self._longest, language)
            self.data = text if self.parse is None else self.parse(text, language)

    def retype(self, value: Any) -> tuple[str, ...]:
        """Return the text."""
        return (value,) if value else ()


class TextField(LineField):
    """A text of several lines."""

    macro = "textarea_field"
    tidy = staticmethod(clean_text)


class EmailField(LineField):
    """An email address in its normal form."""

    checks_domain = True
    parse = staticmethod(parse_email)


class PhoneField(LineField):
    """A telephone number; None where it was left blank."""

    parse = staticmethod(parse_phone)
    blank = None

    @property
    def hint(self) -> Hint:
        """A reminder of the country code, where the form names no country."""
        language: Language = self.meta.context.language
        if language.region:
            return ()
        code = language.isolate_ltr("+44")
        return (language.gettext("Include the country code, such as %(code)s", code=code),)

    def retype(self, value: Phone) -> tuple[str, ...]:
        """Return the number as the visitor typed it."""
        return (value.typed,)


class BoxField(ParsedField):
    """A box: True where it is ticked."""

    macro = "checkbox_field"

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Say whether the box is ticked."""
        self.typed = clean_box(valuelist)
        self.data = bool(self.typed)

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
    return PhoneField(
        label=language.gettext("Phone number"),
        validators=_required_by(rule, language.gettext("Enter your phone number")),
        longest=MAX_PHONE,
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
