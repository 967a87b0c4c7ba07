"""Enquiries for tests."""

from __future__ import annotations

from datetime import datetime

from webapp.enquiry import Answers, Attribution, Consent, Enquiry, Phone, new_reference


def an_enquiry(received_at: datetime, form: str = "weddings", **answers: str) -> Enquiry:
    """Return an enquiry with every part filled."""
    return Enquiry(
        new_reference(),
        form,
        received_at,
        Answers(
            **{
                "first_name": "Ada",
                "last_name": "Lovelace",
                "email": "ada@example.com",
                "company": "Analytical Engines",
                "message": "A wedding\nfor eighty.",
                **answers,
            },
            phone=Phone("0412 345 678", "+61412345678"),
        ),
        Consent("Harbour Hall may contact me about this enquiry.", received_at),
        Attribution(
            {"utm_source": "google", "utm_campaign": "spring sale", "utm_id": "42", "gclid": "abc"},
            referrer="https://www.example.com/",
            landing_address="https://forms.example.com/f/weddings?utm_source=google",
            notes=("utm_term was cut: 300 characters, and 255 is the most",),
        ),
    )
