"""A telephone number, as people type it."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

import phonenumbers

from webapp.enquiry import Phone
from webapp.forms.kinds.kind import AnswerContext, AskedQuestion, Attributes
from webapp.forms.kinds.typed import FreeTextKind, with_question
from webapp.languages.language import Language

TELEPHONE: Final[Attributes] = {"type": "tel", "dir": "ltr", "inputmode": "tel"}

ABROAD: Final = "+44 20 7946 0958"

INTERNATIONAL: Final = re.compile(r"^[^\w+]*0[^\w+]?0")
"""00, which most countries dial before a country code, and which people type in the others too."""

MAX_PHONE: Final = 200
"""The most characters that are read, a remark after the number included."""

REMARK: Final = re.compile(r"\s*[(\[][^()\[\]]*[^\W\d_][^()\[\]]*[)\]]$")
"""A remark in brackets after a number. phonenumbers would read its letters as the digits on their keys."""


class TelKind(FreeTextKind):
    """``tel``: a number that can be dialled, sent in E.164."""

    name = "tel"

    def parse_text(self, question: AskedQuestion, text: str, context: AnswerContext) -> str:
        """Return the number in E.164."""
        try:
            return parse_phone(text, context.language).e164
        except ValueError as error:
            raise ValueError(with_question(error, question, context.language)) from error

    def sample(self, question: AskedQuestion) -> str:
        """Return a number."""
        del question
        return example_phone(None).e164

    def autofill(self, question: AskedQuestion) -> str:
        """Return the detail of a complete number."""
        del question
        return "tel"

    def input_attributes(self, question: AskedQuestion) -> Attributes:
        """Return what brings up a keypad."""
        return {**TELEPHONE, **super().input_attributes(question)}


def parse_phone(typed: str, language: Language) -> Phone:
    """Return a telephone number. Without a country code it is a number of the language's region.

    Raises:
        ValueError: it is not a complete number; the message tells the visitor what to type.
    """
    if len(typed) > MAX_PHONE:
        raise ValueError(_advice(language))
    dialled = REMARK.sub("", " ".join(typed.split()))
    number = _parsed(dialled, language)
    if number is None or not _is_whole(number):
        # Taking 00 for a plus is a guess: it may be a local number with a zero too many. So ask the tables.
        number = _parsed(INTERNATIONAL.sub("+", _in_ascii_digits(dialled)), language)
        if number is None or not phonenumbers.is_valid_number(number):
            raise ValueError(_advice(language))
    return Phone(typed, phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def _parsed(dialled: str, language: Language) -> phonenumbers.PhoneNumber | None:
    try:
        return phonenumbers.parse(dialled, language.region, keep_raw_input=True)
    except phonenumbers.NumberParseException:
        return None


def _in_ascii_digits(text: str) -> str:
    return "".join(str(unicodedata.decimal(character, character)) for character in text)


def _is_whole(number: phonenumbers.PhoneNumber) -> bool:
    """Say whether a number can be dialled from anywhere.

    Without a country code it may lack its area code as well, which only the tables of numbers in use can
    tell. With one it may belong to a range newer than the tables, so only its length counts.
    """
    if number.country_code_source == phonenumbers.CountryCodeSource.FROM_DEFAULT_COUNTRY:
        return phonenumbers.is_valid_number(number)
    reason = phonenumbers.is_possible_number_with_reason(number)
    return bool(reason == phonenumbers.ValidationResult.IS_POSSIBLE)


def _advice(language: Language) -> str:
    if language.region is None:
        return language.gettext(
            "Enter a whole phone number with its country code, like %(number)s",
            number=language.isolate_ltr(ABROAD),
        )
    example = phonenumbers.example_number_for_type(language.region, phonenumbers.PhoneNumberType.MOBILE)
    if example is None:
        return language.gettext("Enter a whole phone number, with its country code if it is from abroad")
    national = phonenumbers.format_number(example, phonenumbers.PhoneNumberFormat.NATIONAL)
    return language.gettext(
        "Enter a whole phone number, like %(national)s, or one from abroad, like %(abroad)s",
        national=language.isolate_ltr(national),
        abroad=language.isolate_ltr(ABROAD),
    )


def example_phone(region: str | None) -> Phone:
    """Return a mobile number of the country, or of Australia."""
    number = phonenumbers.example_number_for_type(region or "AU", phonenumbers.PhoneNumberType.MOBILE)
    if number is None:
        return Phone("+61 412 345 678", "+61412345678")
    e164 = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return Phone(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL), e164)
