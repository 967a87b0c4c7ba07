"""The opportunity's description: everything that fits no property, always in the same order, for staff.

The form's own words, the message, the answers, the circumstances, the campaign.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from webapp.enquiry import ATTRIBUTION_PARAMETERS, Answer, Enquiry
from webapp.forms.definition import FormDefinition
from webapp.languages.language import get_language, supported_language


@dataclass(frozen=True, slots=True)
class DescriptionParts:
    """What the description tells because nothing else of the opportunity does.

    ``visitor`` and ``company`` say that the opportunity has somebody else's, so the visitor's own go here.
    ``name`` is the opportunity's name where that had to be cut.
    ``taken_back`` are answers that an earlier version of the enquiry gave and this one does not.
    ``campaign_elsewhere`` names the attribution that properties tell.
    """

    answers: tuple[Answer, ...]
    visitor: bool = False
    company: bool = False
    name: str = ""
    taken_back: tuple[Answer, ...] = ()
    campaign_elsewhere: frozenset[str] = frozenset()


def describe(enquiry: Enquiry, form: FormDefinition, told: DescriptionParts) -> str:
    """Return the description of an enquiry's opportunity."""
    sections = (
        form.opportunity.description or "",
        enquiry.answers.message,
        "\n".join(_answers(told)),
        "\n".join(_circumstances(enquiry, form, told)),
        "\n".join(_campaign(enquiry, told)),
    )
    return "\n\n".join(section for section in sections if section)


def _answers(told: DescriptionParts) -> Iterator[str]:
    for answer in told.answers:
        gap = "\n" if "\n" in answer.text else " "
        yield f"{answer.label}{'' if answer.label.endswith('?') else ':'}{gap}{answer.text}"
    for answer in told.taken_back:
        yield f"No longer given: {answer.label} (it was {answer.text})"


def _circumstances(enquiry: Enquiry, form: FormDefinition, told: DescriptionParts) -> Iterator[str]:
    answers, spoken = enquiry.answers, supported_language(enquiry.language)
    yield f"Reference: {enquiry.reference}"
    yield f"Form: {form.title} ({form.slug})"
    yield f"Received: {enquiry.received_at:%Y-%m-%d %H:%M} UTC"
    if spoken is not None and spoken != form.spoken:
        yield f"Language: {get_language(spoken).name}"
    if told.name:
        yield f"Name in full: {told.name}"
    if told.visitor:
        yield f"From: {answers.first_name} {answers.last_name}, {answers.email}"
    if told.company and answers.company:
        yield f"Company: {answers.company}"
    if answers.phone is not None:
        yield f"Phone, as typed: {answers.phone.typed}"
    if enquiry.consent is not None:
        yield f"Consent: “{enquiry.consent.text}”, given {enquiry.consent.given_at:%Y-%m-%d %H:%M} UTC"


def _campaign(enquiry: Enquiry, told: DescriptionParts) -> Iterator[str]:
    attribution = enquiry.attribution
    for parameter in ATTRIBUTION_PARAMETERS:
        value = attribution.parameters.get(parameter)
        if value and parameter not in told.campaign_elsewhere:
            yield f"{parameter}: {value}"
    if attribution.referrer and "referrer" not in told.campaign_elsewhere:
        yield f"Came from: {attribution.referrer}"
    if attribution.landing_address and "landing_address" not in told.campaign_elsewhere:
        yield f"Landed on: {attribution.landing_address}"
    yield from attribution.notes
