"""The platform's conditional rules: a form that cannot keep one is refused, a visitor can correct an answer.

The platform must refuse no enquiry for a reason that could have been known.
"""

from __future__ import annotations

from typing import Any, Final

import pytest

from tests.support.harness import Venue, form_text
from tests.support.pages import Page
from webapp.formfile.reader import FormsFileError

pytestmark = pytest.mark.engines("sqlite")

SOURCE: Final = {
    "name": "heard",
    "label": "How did you hear about us?",
    "kind": "radio",
    "to": "sourceId",
    "options": [{"value": 25, "label": "On the web"}, {"value": 26, "label": "From a guest"}],
}
REFERRER: Final = {
    "referrer_first_name": "Rea",
    "referrer_last_name": "Fer",
    "referrer_email": "rea@example.com",
    "referrer_company": "Ferry Co",
}
NO_COMPANY: Final[dict[str, Any]] = {"fields": {"company": "hidden"}}

NEVER: Final[dict[str, tuple[str, str]]] = {
    "name when adding": (form_text({"name": " "}), "opportunity.name"),
    "sourceId when adding": (form_text({"sourceId": None}), "opportunity.sourceId: is required"),
    "typeId when adding": (form_text({"typeId": None}), "opportunity.typeId: is required"),
    "venueId always": (form_text({"venueId": None}), "opportunity.venueId: is required"),
    "contactId beside a company": (
        form_text({"contactId": 902, "companyId": 801}),
        "opportunity.contactId: cannot be sent with companyId or company",
    ),
    "companyLeadContactId without a company": (
        form_text({"companyLeadContactId": 901}, **NO_COMPANY),
        "opportunity.companyLeadContactId: needs companyId or company",
    ),
    "companyId beside company": (
        form_text({"companyId": 801, "company": {"businessName": "T"}}),
        "opportunity.companyId: cannot be sent with company",
    ),
    "contactId beside contact": (
        form_text({"contactId": 902, "contact": {"status": 2}}),
        "opportunity.contactId: cannot be sent with contact",
    ),
    "a company without its name": (
        form_text({}, {"to": "company.website", "required": True}, **NO_COMPANY),
        "opportunity.company.businessName: is required",
    ),
    "a referrer without a name": (
        form_text({}, {"kind": "email", "to": "referralContact.email"}, referral_sources=[]).replace(
            'to = "referralContact.email"', 'to = "referralContact.email"\nrequired = true'
        ),
        "opportunity.referralContact.firstName: is required",
    ),
    "a custom field without a value": (
        form_text({"customFields": [{"fieldId": 12}]}),
        "opportunity.customFields.0.fieldValue: is required",
    ),
    "a custom field without an id": (
        form_text({}, {"to": "customFields.date"}),
        "questions.0.to: customFields is a list",
    ),
    "a fourth external URL": (
        form_text(
            {"externalUrls": [{"ref": str(number), "url": "https://a.example"} for number in range(4)]}
        ),
        "opportunity.externalUrls: tuple should have at most 3 items",
    ),
    "an external URL that would pass for an enquiry's": (
        form_text({"externalUrls": [{"ref": "ENQ-7F3K9QXD", "url": "https://a.example"}]}),
        "opportunity.externalUrls.ref: a ref that begins with ENQ- is leadform's own",
    ),
    "a question for an external URL that would pass for an enquiry's": (
        form_text({}, {"to": "externalUrls.enq-7f3k9qxd"}),
        "questions.0.to: a ref that begins with ENQ- is leadform's own",
    ),
    "an invalid closing date": (form_text({"closedDate": "2027-02-30"}), "opportunity.closedDate"),
    "a referral source that is never sent": (
        form_text({}, referral_sources=[26]),
        "referral_sources: the form never sends the source 26",
    ),
    "a referral that an optional question replaces": (
        form_text(
            {"sourceId": 26}, {**SOURCE, "options": [{"value": 25, "label": "W"}]}, referral_sources=[26]
        ),
        "opportunity.sourceId: is a referral, so the question that may take its place must be required",
    ),
    "two questions that offer a referral": (
        form_text(
            {},
            {**SOURCE, "required": True},
            {**SOURCE, "name": "again", "show_when": {"heard": 25}},
            referral_sources=[26],
        ),
        "questions.1.to: heard becomes sourceId already",
    ),
}


@pytest.mark.parametrize(("text", "fault"), [pytest.param(*row, id=rule) for rule, row in NEVER.items()])
def test_a_form_that_cannot_keep_a_rule_is_refused(text: str, fault: str, venue: Venue) -> None:
    with pytest.raises(FormsFileError) as error:
        venue.open(text)
    assert f"forms.form.{fault}" in str(error.value)


SOMETIMES: Final[dict[str, tuple[str, dict[str, str], str, dict[str, str]]]] = {
    "an optional type": (
        form_text(
            {"typeId": None},
            {"kind": "select", "to": "typeId", "options": [{"value": 18, "label": "W"}]},
        ),
        {},
        "Choose an answer: What is asked?",
        {"asked": "18"},
    ),
    "a company's property without its name": (
        form_text({}, {"to": "company.website"}),
        {"asked": "https://tidewater.example"},
        "Enter your company: your other answers are about it",
        {"asked": "https://tidewater.example", "company": "Tidewater"},
    ),
    "a lead contact of no company": (
        form_text(
            {}, {"kind": "select", "to": "companyLeadContactId", "options": [{"value": 901, "label": "Alex"}]}
        ),
        {"asked": "901"},
        "Your answer does not go with the others: What is asked?",
        {},
    ),
    "a company's main contact with half a name": (
        form_text(
            {"company": {"businessName": "Tidewater"}},
            {"name": "first", "to": "company.primaryContact.firstName"},
            {"name": "last", "label": "And the last name?", "to": "company.primaryContact.lastName"},
            {"name": "mail", "kind": "email", "to": "company.primaryContact.email"},
            **NO_COMPANY,
        ),
        {"first": "Alex", "mail": "alex@example.com"},
        "Answer the question: And the last name?",
        {"first": "Alex", "last": "Reed", "mail": "alex@example.com"},
    ),
    "an address that is not https": (
        form_text({}, {"to": "externalUrls.plan"}),
        {"asked": "http://plans.example.com"},
        "“What is asked?” must be an address that begins with https://",
        {"asked": "https://plans.example.com"},
    ),
    "a status that the platform does not have": (
        form_text({}, {"kind": "number", "to": "contact.status"}),
        {"asked": "9"},
        "“What is asked?” must be 1, 2, 3 or 5",
        {"asked": "5"},
    ),
    "a company's property without any company": (
        form_text(
            {},
            {"name": "website", "to": "company.website"},
            {"kind": "select", "to": "companyId", "options": [{"value": 801, "label": "Tidewater"}]},
            **NO_COMPANY,
        ),
        {"website": "https://tidewater.example"},
        "Your answer does not go with the others: What is asked?",
        {"website": "https://tidewater.example", "asked": "801"},
    ),
    "an optional referrer": (
        form_text(
            {"sourceId": 26, "referralCompanyId": 801},
            {"kind": "select", "to": "referralContactId", "options": [{"value": 901, "label": "Alex"}]},
            referral_sources=[26],
        ),
        {},
        "Choose an answer: What is asked?",
        {"asked": "901"},
    ),
    "a referral without the referrer's email": (
        form_text({}, SOURCE, referral_sources=[26]),
        {"heard": "26", **REFERRER, "referrer_email": ""},
        "Answer the question: Email address of the person who referred you",
        {"heard": "26", **REFERRER},
    ),
}


@pytest.mark.parametrize(
    ("text", "breaking", "message", "keeping"),
    [pytest.param(*row, id=rule) for rule, row in SOMETIMES.items()],
)
def test_a_visitor_who_breaks_a_rule_can_correct_it(
    text: str, breaking: dict[str, str], message: str, keeping: dict[str, str], venue: Venue
) -> None:
    venue.open(text)
    refused = venue.send(**breaking)
    assert (refused.status_code, Page(refused.text).summary()) == (422, [message])
    venue.receive(**keeping)
    venue.forward()
    (delivery,) = venue.deliveries()
    assert delivery.state == "delivered", delivery.last_error


def deliver(venue: Venue, **answers: Any) -> dict[str, Any]:
    venue.receive(**answers)
    venue.forward()
    assert {delivery.state for delivery in venue.deliveries()} == {"delivered"}
    return venue.received()[-1]


def test_only_referred_visitors_are_asked_for_a_referrer(venue: Venue) -> None:
    venue.open(form_text({}, SOURCE, referral_sources=[26]))
    plain = deliver(venue, heard="25", **REFERRER)
    assert plain.keys().isdisjoint({"referralContact", "referralCompany"})
    referred = deliver(venue, heard="26", **REFERRER)
    assert referred["sourceId"] == 26
    assert referred["referralContact"] == {
        "firstName": "Rea",
        "lastName": "Fer",
        "email": "rea@example.com",
    }
    assert referred["referralCompany"] == {"businessName": "Ferry Co"}


def test_a_form_with_a_fixed_referral_source_always_asks(venue: Venue) -> None:
    venue.open(form_text({"sourceId": 26}, referral_sources=[26]))
    assert len(Page(venue.send().text).summary()) == 4
    assert deliver(venue, **REFERRER)["referralCompany"] == {"businessName": "Ferry Co"}


@pytest.mark.parametrize(
    ("constants", "asked"),
    [
        ({"referralCompanyId": 801}, {"referrer_first_name", "referrer_last_name", "referrer_email"}),
        ({"referralContactId": 902}, {"referrer_company"}),
        ({"referralCompany": {"businessName": "Guild"}, "referralContactId": 902}, set()),
    ],
    ids=["a company's members", "a known person", "both known"],
)
def test_a_referrer_set_by_the_form_is_not_asked_for(
    constants: dict[str, Any], asked: set[str], venue: Venue
) -> None:
    venue.open(form_text({"sourceId": 26, **constants}, referral_sources=[26]))
    names = set(venue.client.page("/f/form").answers())
    assert {field for field in names if field.startswith("referrer_")} == asked
    deliver(venue, **{name: REFERRER[name] for name in asked})


def test_a_links_campaign_beats_an_answer_which_is_described(venue: Venue) -> None:
    venue.open(form_text({}, {"to": "utmSource"}))
    venue.receive(query="?utm_source=newsletter", asked="A friend")
    venue.forward()
    (received,) = venue.received()
    assert received["utmSource"] == "newsletter"
    assert "What is asked? A friend" in received["description"]


def test_attribution_of_an_unsent_contact_is_described(venue: Venue) -> None:
    attribution = {"gclid": "contact.customFields.51"}
    for constants, is_told in (({}, False), ({"contactId": 902}, True)):
        venue.open(form_text(constants, attribution=attribution))
        venue.receive(query="?gclid=abc")
        venue.forward()
        received = venue.received()[-1]
        assert ("gclid: abc" in received["description"]) is is_told
        assert ("abc" in str(received.get("contact"))) is not is_told


def test_attribution_goes_to_its_property_and_is_not_repeated(venue: Venue) -> None:
    attribution = {"gclid": "customFields.31", "landing_address": "customFields.34"}
    venue.open(form_text({}, attribution=attribution))
    venue.receive(query="?gclid=abc&fbclid=def")
    venue.forward()
    (received,) = venue.received()
    assert received["customFields"] == [
        {"fieldId": 31, "fieldValue": "abc"},
        {"fieldId": 34, "fieldValue": "http://localhost/f/form?gclid=abc&fbclid=def"},
    ]
    assert "fbclid: def" in received["description"]
    assert "gclid: abc" not in received["description"]
    assert "Landed on" not in received["description"]
