"""Reads e-mail addresses and telephone numbers as people type them."""

from __future__ import annotations

import phonenumbers
from email_validator import EmailNotValidError, validate_email

from webapp.enquiry import Phone


def read_email(typed: str) -> str:
    """Return an e-mail address in its normal form; nothing is looked up.

    Raises:
        ValueError: saying what to type.
    """
    try:
        return validate_email(typed, check_deliverability=False).normalized
    except EmailNotValidError as error:
        raise ValueError("Enter an email address in the correct format, like name@example.com") from error


def read_phone(typed: str, region: str | None) -> Phone:
    """Return a telephone number in any usual spelling; without a country code it is one of the region's.

    Raises:
        ValueError: saying what to type.
    """
    try:
        number = phonenumbers.parse(typed, region)
    except phonenumbers.NumberParseException as error:
        raise ValueError(_what_to_type(region)) from error
    # A number may belong to a range that is newer than the library's tables, so only its length must fit.
    if not phonenumbers.is_possible_number(number):
        raise ValueError(_what_to_type(region))
    return Phone(typed, phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def _what_to_type(region: str | None) -> str:
    if region is None:
        return "Enter a phone number with its country code, like +44 20 7946 0958"
    example = phonenumbers.example_number_for_type(region, phonenumbers.PhoneNumberType.MOBILE)
    if example is None:
        return "Enter a phone number, with its country code if it is abroad"
    national = phonenumbers.format_number(example, phonenumbers.PhoneNumberFormat.NATIONAL)
    return f"Enter a phone number, like {national}, or with its country code, like +44 20 7946 0958"
