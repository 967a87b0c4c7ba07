"""Hypothesis strategies for forms that a venue could have, and for answers that a visitor could give."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from webapp.forms.definition import FormDefinition
from webapp.forms.question import Question
from webapp.sandbox import account

CHOICE: Final = ("select", "radio")
TYPED: Final = ("text", "textarea", "email", "tel", "number")

IDS: Final[dict[str, list[int]]] = {
    **{
        name: sorted(account.NAMES[name])
        for name in ("venueId", "stageId", "industryId", "channelId", "qualityId", "ownerUserId")
    },
    **{
        name: sorted(account.NAMES[name])
        for name in ("sourceId", "confirmedQuoteId", "cancelledQuoteId", "lostToCompetition")
    },
    "typeId": [18, 19, 20],
    "companyId": [801, 802],
    "contactId": [901, 902],
    "referralContactId": [901, 903],
    "referralCompanyId": [801, 802],
    "company.industryId": [77, 80],
    "contact.status": [1, 5],
}
TEXTS: Final = (
    *("utmSource", "utmMedium", "utmCampaign", "utmTerm", "utmContent", "name", "description"),
    *("company.website", "company.tradingName", "company.address.city", "company.address.countryCode"),
    *("company.phone", "contact.externalId", "customFields.31", "contact.customFields.51"),
    *("company.customFields.52", None),
)
OTHERS: Final[tuple[dict[str, Any], ...]] = (
    {"kind": "date", "to": "customFields.12"},
    {"kind": "date", "to": "closedDate", "min": date(2026, 1, 1), "max": date(2029, 12, 31)},
    {"kind": "number", "to": "customFields.14"},
    {"kind": "number", "to": "confirmedQuoteStatus", "min": 1, "max": 9},
    {"kind": "time", "to": "customFields.31"},
    {"kind": "time", "to": "company.tradingName", "min": "09:00", "max": "17:30"},
    {"kind": "select", "to": "customFields.15", "options": ["Buffet", "Seated", "None"]},
    {"kind": "checkboxes", "to": "customFields.16", "options": ["Great Hall", "Terrace", "Boathouse"]},
    {"kind": "checkbox", "to": "customFields.17"},
    {"kind": "checkbox", "to": "contact.privacyConsent"},
    {"kind": "checkbox"},
    {"kind": "email", "to": "company.email"},
    {
        "kind": "checkboxes",
        "to": "contact.groups",
        "options": [{"value": 10, "label": "News"}, {"value": 11, "label": "Fairs"}],
    },
    {"kind": "checkboxes", "to": "contact.companies", "options": [{"value": "801", "label": "Tidewater"}]},
    {
        "kind": "radio",
        "to": "externalUrls.plan",
        "options": [
            {"value": "https://a.example/", "label": "A"},
            {"value": "https://b.example/", "label": "B"},
        ],
    },
)

_ids = st.sampled_from(sorted(IDS)).flatmap(
    lambda to: st.fixed_dictionaries(
        {
            "to": st.just(to),
            "kind": st.sampled_from(CHOICE),
            "options": st.lists(st.sampled_from(IDS[to]), min_size=1, unique=True).map(
                lambda ids: [{"value": number, "label": f"Number {number}"} for number in ids]
            ),
        }
    )
)
_texts = st.fixed_dictionaries({"to": st.sampled_from(TEXTS), "kind": st.sampled_from(TYPED)})
_questions: st.SearchStrategy[list[dict[str, Any]]] = st.lists(
    st.one_of(_ids, _texts, st.sampled_from(OTHERS)),
    max_size=6,
    unique_by=lambda question: str(question.get("to")),
)
_yes_or_no = st.booleans()
_rule = st.sampled_from(["required", "optional", "hidden"])


@st.composite
def form_definitions(draw: st.DrawFn) -> FormDefinition:
    """Return a form with ids of the sandbox's account; it may break rules that start-up checks."""
    questions: list[dict[str, Any]] = [
        {"name": f"q{index}", "label": f"Question {index}?", "required": draw(st.booleans()), **question}
        for index, question in enumerate(draw(_questions))
    ]
    for index, question in enumerate(questions):
        choices = [earlier for earlier in questions[:index] if earlier.get("options")]
        if draw(_yes_or_no) and choices:
            on = draw(st.sampled_from(choices))
            first = on["options"][0]
            question["show_when"] = {on["name"]: first if isinstance(first, str) else first["value"]}
    source = draw(st.sampled_from([25, 26, 27]))
    # Only a contact that is never matched may have its lists sent.
    replaces = any(question.get("to") in {"contact.groups", "contact.companies"} for question in questions)
    contact = {"contact": {"updateIfExists": False}} if replaces else {}
    offered = {
        option["value"]
        for question in questions
        if question.get("to") == "sourceId"
        for option in question["options"]
    }
    return FormDefinition.model_validate(
        {
            "slug": "any",
            "title": "Any form",
            "region": "AU",
            "fields": {name: draw(_rule) for name in ("phone", "company", "message")},
            "opportunity": {"venueId": 107, "typeId": "18", "sourceId": source, **contact},
            "referral_sources": [26] if 26 in {source, *offered} else [],
            "questions": questions,
        }
    )


_WORDS: Final = st.text(
    st.characters(codec="utf-8", categories=("L", "N", "P", "S")), min_size=1, max_size=40
)
_ANSWERS: Final[dict[str, st.SearchStrategy[Any]]] = {
    "text": _WORDS,
    "textarea": st.lists(_WORDS, min_size=1, max_size=3).map("\n".join),
    "email": st.sampled_from(["zoe@example.com", "Zoë.N@bücher.example", "a+b@sub.example.org"]),
    "tel": st.sampled_from(["0412 345 678", "+44 20 7946 0958", "(02) 9374 4000"]),
    "number": st.one_of(
        st.integers(1, 9).map(str),
        st.integers(0, 10**9).map("{:,}".format),
        st.sampled_from(["2.5", ".5", "+3"]),
    ),
    "date": st.dates(date(2026, 1, 1), date(2029, 12, 31)).map(date.isoformat),
    "time": st.one_of(st.times().map("{:%H:%M}".format), st.sampled_from(["7pm", "noon", "7", "soon"])),
    "checkbox": st.just("y"),
}


@st.composite
def answers_to(draw: st.DrawFn, form: FormDefinition) -> MultiDict[str, str]:
    """Return what a browser might send: most questions are answered, some are left empty."""
    sent: list[tuple[str, str]] = [
        ("first_name", draw(_WORDS)),
        ("last_name", draw(_WORDS)),
        ("email", draw(_ANSWERS["email"])),
        ("phone", draw(_ANSWERS["tel"])),
        ("message", draw(_ANSWERS["textarea"])),
    ]
    if draw(st.booleans()):
        sent.append(("company", draw(_WORDS)))
    for question in form.asked:
        if draw(st.integers(0, 9)):
            sent += [(question.name, value) for value in draw(_answer(question))]
    return MultiDict(sent)


def _answer(question: Question) -> st.SearchStrategy[list[str]]:
    options = (
        st.sampled_from([str(option.value) for option in question.options]) if question.options else None
    )
    if options is None:
        return st.lists(_ANSWERS[question.kind.name], min_size=1, max_size=1)
    most = len(question.options) if question.kind.name == "checkboxes" else 1
    return st.lists(options, min_size=1, max_size=most, unique=True)
