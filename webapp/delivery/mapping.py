"""Makes the opportunity of an enquiry: the form's constants, the visitor's answers, the campaign."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from webapp.enquiry import ATTRIBUTION_PARAMETERS, Enquiry
from webapp.formfile.reader import Forms
from webapp.forms.definition import FormDefinition
from webapp.platform.opportunity import Company, Contact, ExternalUrl, Opportunity

DEFAULT_NAME: Final = "{first_name} {last_name}, {form_title}"

PROPERTY_OF_PARAMETER: Final = {
    "utm_source": "utm_source",
    "utm_medium": "utm_medium",
    "utm_campaign": "utm_campaign",
    "utm_term": "utm_term",
    "utm_content": "utm_content",
}
"""The parameters that the opportunity has a property for; the others are told in its description."""


class CannotBeMappedError(Exception):
    """No opportunity can be made of an enquiry until a person has looked; the message says why."""


@dataclass(frozen=True, slots=True)
class OpportunityMapping:
    """Makes opportunities by the forms file as it is when it is asked.

    ``forms`` returns the forms of that moment; ``public_url`` is the address that they are served at, for
    those that say ``external_ref``.
    """

    forms: Callable[[], Forms]
    public_url: str | None = None

    def opportunity_of(self, enquiry: Enquiry) -> Opportunity:
        """Return the opportunity to add for an enquiry.

        Raises:
            CannotBeMappedError: its form is no longer in the forms file.
        """
        form = self.forms().get(enquiry.form)
        if form is None:
            raise CannotBeMappedError(
                f"The form {enquiry.form!r} is not in the forms file: add it again, then retry"
            )
        return opportunity_of(enquiry, form, self.public_url)


def opportunity_of(enquiry: Enquiry, form: FormDefinition, public_url: str | None = None) -> Opportunity:
    """Return the opportunity to add for an enquiry, by the form as it stands now.

    ``public_url`` is the address that the forms are served at, for a form that says ``external_ref``.
    """
    answers = enquiry.answers
    constants = form.opportunity
    campaign = {
        name: enquiry.attribution.parameters[parameter]
        for parameter, name in PROPERTY_OF_PARAMETER.items()
        if enquiry.attribution.parameters.get(parameter)
    }
    visitor = Contact(
        first_name=answers.first_name,
        last_name=answers.last_name,
        email=answers.email,
        phone=answers.phone.e164 if answers.phone else None,
        update_if_exists=True,
    )
    company = Company(business_name=answers.company, update_if_exists=True) if answers.company else None
    return constants.model_copy(
        update={
            **campaign,
            "name": f"{_name(enquiry, form)} ({enquiry.reference})",
            "description": _description(enquiry, form),
            "contact": visitor,
            "company": company,
            "external_urls": _external_urls(enquiry, form, public_url),
        }
    )


def _external_urls(
    enquiry: Enquiry, form: FormDefinition, public_url: str | None
) -> tuple[ExternalUrl, ...] | None:
    constants = form.opportunity.external_urls
    if not form.external_ref or public_url is None:
        return constants
    address = f"{public_url}/f/{form.slug}"
    return (
        *(constants or ()),
        ExternalUrl(ref=enquiry.reference, url=address, label=f"Enquiry {enquiry.reference}"),
    )


def _name(enquiry: Enquiry, form: FormDefinition) -> str:
    answers = enquiry.answers
    return (form.opportunity.name or DEFAULT_NAME).format_map(
        {
            "first_name": answers.first_name,
            "last_name": answers.last_name,
            "email": answers.email,
            "phone": answers.phone.e164 if answers.phone else "",
            "company": answers.company,
            "form_title": form.title,
        }
    )


def _description(enquiry: Enquiry, form: FormDefinition) -> str:
    """Return, for a salesperson, all that no property takes: the message first, the campaign after it."""
    sections = (
        form.opportunity.description or "",
        enquiry.answers.message,
        "\n".join(_circumstances(enquiry, form)),
        "\n".join(_campaign(enquiry)),
    )
    return "\n\n".join(section for section in sections if section)


def _circumstances(enquiry: Enquiry, form: FormDefinition) -> Iterator[str]:
    yield f"Reference: {enquiry.reference}"
    yield f"Form: {form.title} ({form.slug})"
    yield f"Received: {enquiry.received_at:%Y-%m-%d %H:%M} UTC"
    if enquiry.answers.phone is not None:
        yield f"Phone, as typed: {enquiry.answers.phone.typed}"
    if enquiry.consent is not None:
        yield f"Consent: “{enquiry.consent.text}”, given {enquiry.consent.given_at:%Y-%m-%d %H:%M} UTC"


def _campaign(enquiry: Enquiry) -> Iterator[str]:
    attribution = enquiry.attribution
    for parameter in ATTRIBUTION_PARAMETERS:
        value = attribution.parameters.get(parameter)
        if value and parameter not in PROPERTY_OF_PARAMETER:
            yield f"{parameter}: {value}"
    if attribution.referrer:
        yield f"Came from: {attribution.referrer}"
    if attribution.landing_address:
        yield f"Landed on: {attribution.landing_address}"
    yield from attribution.notes
