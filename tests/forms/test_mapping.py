"""The opportunity that an enquiry becomes."""

from dataclasses import replace

from tests.support.clock import Clock
from tests.support.enquiries import an_enquiry
from webapp.enquiry import Attribution
from webapp.formfile.reader import Forms
from webapp.forms.mapping import build_opportunity
from webapp.platform.opportunity import ExternalUrl
from webapp.platform.rules import broken_rules


def test_an_enquiry_becomes_a_whole_opportunity(clock: Clock, forms: Forms) -> None:
    enquiry = an_enquiry(clock())
    sent = build_opportunity(enquiry, forms["weddings"]).as_json()
    description = sent.pop("description")
    assert sent == {
        "venueId": 107,
        "typeId": 18,
        "sourceId": 25,
        "stageId": 69,
        "name": f"{enquiry.reference}: Ada Lovelace, Plan your wedding at Harbour Hall",
        "contact": {
            "firstName": "Ada",
            "lastName": "Lovelace",
            "email": "ada@example.com",
            "phone": "+61412345678",
            "updateIfExists": True,
        },
        "company": {"businessName": "Analytical Engines", "updateIfExists": True},
        "utmSource": "google",
        "utmCampaign": "spring sale",
    }
    assert description == "\n".join(
        [
            "A wedding",
            "for eighty.",
            "",
            f"Reference: {enquiry.reference}",
            "Form: Plan your wedding at Harbour Hall (weddings)",
            "Received: 2026-05-31 12:00 UTC",
            "Phone, as typed: 0412 345 678",
            "Consent: “Harbour Hall may contact me about this enquiry.”, given 2026-05-31 12:00 UTC",
            "",
            "utm_id: 42",
            "gclid: abc",
            "Came from: https://www.example.com/",
            "Landed on: https://forms.example.com/f/weddings?utm_source=google",
            "utm_term was cut: 300 characters, and 255 is the most",
        ]
    )


def test_a_minimal_enquiry_breaks_no_rule(clock: Clock, forms: Forms) -> None:
    whole = an_enquiry(clock(), "short", company="", message="")
    least = replace(
        whole, answers=replace(whole.answers, phone=None), consent=None, attribution=Attribution()
    )
    opportunity = build_opportunity(least, forms["short"])
    assert broken_rules(opportunity) == []
    assert opportunity.company is None
    assert opportunity.name == f"{least.reference}: Ada Lovelace, Ask us anything"


def test_braces_typed_by_a_visitor_are_plain_text(clock: Clock, forms: Forms) -> None:
    enquiry = an_enquiry(clock(), first_name="{last_name.__class__}")
    name = build_opportunity(enquiry, forms["weddings"]).name
    assert name is not None
    assert name.startswith(f"{enquiry.reference}: {{last_name.__class__}} Lovelace")


def test_a_too_long_name_is_cut_and_described_in_full(clock: Clock, forms: Forms) -> None:
    name = ("a wedding by the water " * 20).strip()
    enquiry = an_enquiry(clock())
    form = forms["weddings"].model_copy(update={"title": name})
    sent = build_opportunity(enquiry, form)
    assert sent.name is not None
    assert sent.name.startswith(f"{enquiry.reference}: Ada Lovelace, a wedding by the water a wedding")
    assert len(sent.name.encode()) <= 255
    assert f"Name in full: Ada Lovelace, {name}\n" in str(sent.description)


def test_the_reference_can_be_sent_as_an_external_url(clock: Clock, forms: Forms) -> None:
    enquiry = an_enquiry(clock())
    plain = forms["weddings"]
    form = plain.model_copy(
        update={
            "external_ref": True,
            "opportunity": plain.opportunity.model_copy(
                update={"external_urls": (ExternalUrl(ref="site", url="https://www.example.com/"),)}
            ),
        }
    )
    assert build_opportunity(enquiry, form, "https://forms.example.com").as_json()["externalUrls"] == [
        {"ref": "site", "url": "https://www.example.com/"},
        {
            "ref": enquiry.reference,
            "url": "https://forms.example.com/f/weddings",
            "label": f"Enquiry {enquiry.reference}",
        },
    ]
    assert "externalUrls" not in build_opportunity(enquiry, plain, "https://forms.example.com").as_json()
