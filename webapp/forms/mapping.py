"""Makes the opportunity of an enquiry: the form's constants, the visitor's answers, the campaign.

What fits no property goes into the description (``description.py``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from pydantic import ValidationError

from webapp.enquiry import Answer, Answers, Enquiry
from webapp.forms.answer_targets import to_property_value
from webapp.forms.attribution_targets import UTM_PROPERTIES
from webapp.forms.definition import FormDefinition
from webapp.forms.description import DescriptionParts, describe
from webapp.forms.question import Question
from webapp.forms.text_types import get_rule
from webapp.languages.language import get_language
from webapp.platform.opportunity import Company, JsonObject, Opportunity
from webapp.platform.opportunity_name import build_name, is_cut
from webapp.platform.properties import Property, find_property, put

DEFAULT_NAME: Final = "{first_name} {last_name}, {form_title}"

STANDS_FOR: Final = {
    "contact": ("contactId", "companyLeadContactId"),
    "company": ("companyId", "contactId"),
    "referralContact": ("referralContactId",),
    "referralCompany": ("referralCompanyId",),
}
"""The ids that take each object's place.

Source: "Add or Update Opportunity", "Assigning a company/contact to the opportunity".
"""


class PropertyValueError(ValueError):
    """An answer does not fit its property; ``path`` is the property's name, and ``rule`` what it breaks."""

    def __init__(self, path: str, rule: str) -> None:
        super().__init__(f"{path}: {rule}")
        self.path = path
        self.rule = rule


def build_opportunity(
    enquiry: Enquiry,
    form: FormDefinition,
    public_url: str | None = None,
    earlier: Iterable[Enquiry] = (),
) -> Opportunity:
    """Return the opportunity to add for an enquiry, by the form as it is now.

    ``public_url`` is the address that the forms are served at, for a form that says ``external_ref``.
    ``earlier`` are the versions of the enquiry that the platform has had. An answer that this one takes back
    goes into the description, since a property cannot be emptied.

    Raises:
        PropertyValueError: an answer does not fit the property that it becomes.
    """
    document = form.opportunity.as_json()
    placed, untold = _split(enquiry, form)
    for target, answer in placed:
        put(document, target, to_property_value(target, answer.value))
    is_displaced = _drop_displaced(document)
    _put_visitor(document, enquiry.answers, form, is_displaced)
    sent = _put_campaign(document, enquiry, form, is_displaced)
    name = _name(document, placed, enquiry, form)
    document["name"] = build_name(enquiry.reference, name)
    kept_out = [answer for target, answer in placed if is_displaced.get(target.path[0])]
    document["description"] = describe(
        enquiry,
        form,
        DescriptionParts(
            answers=(*untold, *kept_out),
            visitor=is_displaced["contact"],
            company=is_displaced["company"],
            name=name if is_cut(document["name"], name) else "",
            taken_back=tuple(_taken_back(enquiry, earlier, form)),
            campaign_elsewhere=sent,
        ),
    )
    if form.external_ref and public_url:
        _put_link(document, enquiry.reference, f"{public_url}/f/{form.slug}")
    return _linked(_validated(document))


def _put_link(document: JsonObject, reference: str, address: str) -> None:
    put(document, find_property(f"externalUrls.{reference}"), address)
    document["externalUrls"][-1]["label"] = f"Enquiry {reference}"


def _split(enquiry: Enquiry, form: FormDefinition) -> tuple[list[tuple[Property, Answer]], list[Answer]]:
    """Return the answers that fill a property, and those that none takes.

    The campaign in a link takes precedence over an answer. Such an answer goes into the description, and so
    does one to a question that is no longer in the form.
    """
    questions = {question.name: question for question in form.asked}
    campaign = {UTM_PROPERTIES.get(name) for name in enquiry.attribution.parameters}
    placed, told = [], []
    for name, answer in enquiry.answers.questions.items():
        target = questions[name].target if name in questions else None
        if target is None or str(target) in campaign:
            told.append(_in_the_forms_words(answer, questions.get(name), enquiry, form))
        else:
            placed.append((target, answer))
    return placed, told


def _in_the_forms_words(
    answer: Answer, question: Question | None, enquiry: Enquiry, form: FormDefinition
) -> Answer:
    """Return an answer as the venue's staff read it, if the visitor was asked in another language."""
    if question is None or enquiry.language in {"", form.spoken}:
        return answer
    language = get_language(form.spoken, form.region)
    text = answer.text if question.kind.keeps_words else question.display_text(answer.value, language)
    return Answer(question.label, answer.value, text)


def _drop_displaced(document: JsonObject) -> dict[str, bool]:
    """Remove the objects that an id replaces, and say for every object whether that was so."""
    is_displaced = {whole: any(name in document for name in ids) for whole, ids in STANDS_FOR.items()}
    for whole, is_out in is_displaced.items():
        if is_out:
            document.pop(whole, None)
    return is_displaced


def _put_visitor(
    document: JsonObject, answers: Answers, form: FormDefinition, is_displaced: Mapping[str, bool]
) -> None:
    if not is_displaced["contact"]:
        contact = document.get("contact", {})
        contact |= {"firstName": answers.first_name, "lastName": answers.last_name, "email": answers.email}
        if answers.phone is not None:
            contact["phone"] = answers.phone.e164
        document["contact"] = {"updateIfExists": True, **contact}
    if not is_displaced["company"]:
        company = document.pop("company", {})
        if answers.company:
            company["businessName"] = answers.company
        constants = form.opportunity.as_json().get("company")
        if company and ("id" in company or "businessName" in company or company != constants):
            document["company"] = {"updateIfExists": True, **company}


def _put_campaign(
    document: JsonObject, enquiry: Enquiry, form: FormDefinition, is_displaced: Mapping[str, bool]
) -> frozenset[str]:
    """Put the attribution where properties take it, and return the names of what they took."""
    attribution = enquiry.attribution
    known = {
        **attribution.parameters,
        "referrer": attribution.referrer,
        "landing_address": attribution.landing_address,
    }
    taken = set()
    for parameter, name in {**UTM_PROPERTIES, **form.attribution}.items():
        target = find_property(name)
        if known.get(parameter) and not is_displaced.get(target.path[0]):
            put(document, target, known[parameter])
            taken.add(parameter)
    return frozenset(taken)


def _name(
    document: JsonObject,
    placed: Iterable[tuple[Property, Answer]],
    enquiry: Enquiry,
    form: FormDefinition,
) -> str:
    if any(str(target) == "name" for target, _ in placed):
        return str(document["name"])
    answers = enquiry.answers
    return (form.opportunity.name or DEFAULT_NAME).format_map(
        {
            "first_name": answers.first_name,
            "last_name": answers.last_name,
            "email": answers.email,
            "phone": answers.phone.typed if answers.phone else "",
            "company": answers.company,
            "form_title": form.title,
        }
    )


def _taken_back(enquiry: Enquiry, earlier: Iterable[Enquiry], form: FormDefinition) -> Iterator[Answer]:
    """Yield the last answer to each question with a property that is no longer answered."""
    questions: dict[str, Question] = {question.name: question for question in form.asked}
    before: dict[str, Answer] = {}
    for version in earlier:
        before |= version.answers.questions
        if version.answers.phone is not None:
            before["phone"] = Answer("Phone number", version.answers.phone.e164, version.answers.phone.typed)
    now = {*enquiry.answers.questions, *(["phone"] if enquiry.answers.phone else [])}
    for name, answer in before.items():
        is_property = name == "phone" or (name in questions and questions[name].target is not None)
        if name not in now and is_property:
            yield answer


def _validated(document: JsonObject) -> Opportunity:
    try:
        return Opportunity.model_validate(document)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        path = _make_path(document, first["loc"])
        raise PropertyValueError(path, get_rule(first["msg"])) from error


def _linked(opportunity: Opportunity) -> Opportunity:
    """Name the company of ``companyId`` as an object if there is a contact too.

    The platform links a contact to a ``company`` object. With a ``companyId`` it takes only a contact that
    belongs to that company already ("Assigning a company/contact to the opportunity"). ``contact.companies``
    would link it, but remove the contact's other companies (decision 0019).
    """
    if opportunity.company_id is None or opportunity.contact is None:
        return opportunity
    company = Company(id=opportunity.company_id)
    return opportunity.model_copy(update={"company_id": None, "company": company})


def _make_path(document: JsonObject, location: tuple[int | str, ...]) -> str:
    """Return the name of the property at a place in the document: ``customFields.12``, not its index."""
    parts: list[str] = []
    place: object = document
    for step in location:
        if isinstance(place, list) and isinstance(step, int):
            place = place[step]
            key = place.get("fieldId", place.get("ref", step)) if isinstance(place, dict) else step
            parts.append(str(key))
        elif isinstance(place, dict) and step in place:
            place = place[step]
            if step not in {"fieldValue", "value", "url"}:
                parts.append(str(step))
    return ".".join(parts)
