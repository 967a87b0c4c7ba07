"""Parsing email addresses and phone numbers as people type them."""

import pytest

from webapp.enquiry import Phone
from webapp.forms.kinds.email import parse_email
from webapp.forms.kinds.tel import parse_phone
from webapp.languages.language import get_language


@pytest.mark.parametrize(
    ("typed", "region", "e164"),
    [
        ("0412 345 678", "AU", "+61412345678"),
        ("(02) 5550 1234", "AU", "+61255501234"),
        ("0412-345-678", "AU", "+61412345678"),
        ("+61 (0) 412 345 678", "AU", "+61412345678"),
        ("0061 412 345 678", "DE", "+61412345678"),
        ("+44 20 7946 0958", "AU", "+442079460958"),
        ("+44 20 7946 0958", None, "+442079460958"),
        ("030/1234567", "DE", "+49301234567"),
        ("+442079460958", "AU", "+442079460958"),
        ("٠٤١٢٣٤٥٦٧٨", "AU", "+61412345678"),
        ("02 5550 1234 ext 12", "AU", "+61255501234"),
        ("0044 20 7946 0958", None, "+442079460958"),
        ("0044 20 7946 0958", "AU", "+442079460958"),
        ("00 44 20 7946 0958", "AU", "+442079460958"),
        ("(0044) 20 7946 0958", "AU", "+442079460958"),
        ("0061 412 345 678", "AU", "+61412345678"),
        ("00 61 (0) 412 345 678", "AU", "+61412345678"),
        ("0044 20 7946 0958", "US", "+442079460958"),
        ("0011 44 20 7946 0958", "AU", "+442079460958"),
        ("٠٠٤٤ ٢٠ ٧٩٤٦ ٠٩٥٨", "AU", "+442079460958"),
        ("\N{LEFT-TO-RIGHT EMBEDDING}0044 20 7946 0958\N{POP DIRECTIONAL FORMATTING}", "AU", "+442079460958"),
        ("0412 345 678 (mobile)", "AU", "+61412345678"),
        ("0412 345 678 (جوال)", "AU", "+61412345678"),
        ("(02) 5550 1234 [after 5pm]", "AU", "+61255501234"),
        ("(02) 5550 1234 (ext 12)", "AU", "+61255501234"),
        ("+49 30 1234567 (mobil)", "AU", "+49301234567"),
        ("0044 20 7946 0958 (office)", None, "+442079460958"),
        ("1 (800) FLOWERS", "US", "+18003569377"),
        ("0412\N{THIN SPACE}345\N{NARROW NO-BREAK SPACE}678", "AU", "+61412345678"),
    ],
)
def test_phone_numbers_are_stored_in_e164_and_as_typed(typed: str, region: str | None, e164: str) -> None:
    assert parse_phone(typed, get_language("en", region)) == Phone(typed, e164)


@pytest.mark.parametrize(
    ("typed", "region", "advice"),
    [
        ("call me", "AU", "like 0412 345 678"),
        ("123", "AU", "like 0412 345 678"),
        ("5550 1234", "AU", "Enter a whole phone number, like"),
        ("253-2222", "US", "Enter a whole phone number, like"),
        ("7946 0958", "GB", "Enter a whole phone number, like"),
        ("0412 345 678 999 999", "AU", "one from abroad, like +44"),
        ("0412 345 678", None, "with its country code, like +44"),
        ("00412 345 678", "AU", "one from abroad, like +44"),
        ("00 5550 1234", "AU", "one from abroad, like +44"),
        ("000", "AU", "one from abroad, like +44"),
        ("00", None, "with its country code, like +44"),
        ("5550 1234 (home)", "AU", "one from abroad, like +44"),
        ("253-2222 (mom)", "US", "one from abroad, like +44"),
        ("(call me)", "AU", "one from abroad, like +44"),
    ],
)
def test_an_undiallable_number_gets_advice(typed: str, region: str | None, advice: str) -> None:
    with pytest.raises(ValueError, match=r"^Enter a whole phone number") as raised:
        parse_phone(typed, get_language("en", region))
    assert advice in str(raised.value)


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("ada@Example.COM", "ada@example.com"),
        ("Ada.Lovelace+venue@example.co.uk", "Ada.Lovelace+venue@example.co.uk"),
        ("ada@bücher.example", "ada@bücher.example"),
    ],
)
def test_an_email_address_is_normalised(typed: str, stored: str) -> None:
    assert parse_email(typed, get_language("en")) == stored


@pytest.mark.parametrize("typed", ["ada", "ada@", "ada@example", "ada example@example.com", "a@b@c.com", "@"])
def test_an_invalid_email_address_gets_advice(typed: str) -> None:
    with pytest.raises(ValueError, match=r"like name@example.com"):
        parse_email(typed, get_language("en"))
