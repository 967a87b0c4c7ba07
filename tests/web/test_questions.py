"""The form's own questions on its page: how they are asked, checked and shown again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.support.harness import VISITOR, Venue, form_text
from tests.support.pages import Page, PageCheckingClient
from webapp.enquiry import Answer
from webapp.forms.question import Question
from webapp.outbox.database import Database
from webapp.outbox.queries import DeliveryQueries, Filter
from webapp.web.form.autofill import question_autofill

pytestmark = pytest.mark.engines("sqlite")

THIS_YEAR = datetime.now(UTC).year
NEXT_YEAR = (datetime.now(UTC) + timedelta(days=365)).date().isoformat()
GOOD: dict[str, Any] = {
    "company": "Tidewater",
    "occasion": "21",
    "format": "212",
    "event_date": NEXT_YEAR,
    "guests": "1,20",
    "rooms": ["Terrace", "Boathouse"],
    "flexible": "y",
    "mobile": "0412 345 678",
    "office": "Office@Tidewater.example",
    "abn": "51824753556",
    "wishes": "Light\nand air",
    "heard": "25",
}


def send(client: PageCheckingClient, **answers: Any) -> Any:
    page = client.page("/f/events")
    return client.post("/f/events", data={**VISITOR, **page.hidden(), **GOOD, "guests": "120", **answers})


def stored(database: Database) -> dict[str, Answer]:
    (row,) = DeliveryQueries(database).list(Filter())
    record = DeliveryQueries(database).show(row.reference)
    assert record is not None
    return dict(record.enquiry.answers.questions)


def test_each_kind_of_question_has_its_own_control(client: PageCheckingClient) -> None:
    page = client.page("/f/events")
    assert page.one("select#occasion").attrs["name"] == "occasion"
    assert [box.attrs["type"] for box in page.all("input[name=format]")] == ["radio", "radio"]
    assert page.one("#event_date").attrs["type"] == "text"
    assert page.one("#guests").attrs["inputmode"] == "decimal"
    assert [box.attrs["type"] for box in page.all("input[name=rooms]")] == ["checkbox"] * 3
    assert page.one("#flexible").attrs["type"] == "checkbox"
    assert page.one("#mobile").attrs["type"] == "tel"
    assert page.one("#office").attrs["type"] == "email"
    assert page.one("#wishes").name == "textarea"
    legends = [" ".join(legend.to_text().split()) for legend in page.all("fieldset legend")]
    assert legends == [
        "Which kind of company event?",
        "Which rooms? (optional)",
        "How did you hear about us? (optional)",
    ]


def test_browsers_do_not_autofill_questions_with_visitor_details(venue: Venue) -> None:
    kinds = ("text", "textarea", "email", "tel", "number", "date", "select")
    options = {"select": {"options": ["A", "B"]}}
    questions = [{"name": f"a_{kind}", "kind": kind, **options.get(kind, {})} for kind in kinds]
    venue.open(form_text({}, *questions, {"name": "visitor", "kind": "email"}))
    page = venue.client.page("/f/form")
    of_visitor = {str(page.one(f"#{name}").attrs["autocomplete"]).split()[0] for name in VISITOR}
    assert of_visitor == {"section-visitor"}
    for name in (*(f"a_{kind}" for kind in kinds), "visitor"):
        section, detail = str(page.one(f"#{name}").attrs["autocomplete"]).split()
        assert section == f"section-question-{name}"
        assert detail == {"a_email": "email", "a_tel": "tel", "visitor": "email"}.get(
            name, "transaction-amount"
        )
    assert page.one("#a_textarea").attrs["data-most"] == "4000"
    assert page.one("#a_email").attrs["inputmode"] == "email"


@pytest.mark.parametrize(
    ("to", "detail"),
    [
        ("referralContact.firstName", "given-name"),
        ("referralContact.lastName", "family-name"),
        ("referralCompany.businessName", "organization"),
        ("company.address.line2", "address-line2"),
        ("company.address.city", "address-level2"),
        ("company.address.stateCode", "address-level1"),
        ("company.address.postalCode", "postal-code"),
        ("company.businessNumber", "transaction-amount"),
        ("customFields.12", "transaction-amount"),
    ],
)
def test_autocomplete_tokens_come_from_the_target_property(to: str, detail: str) -> None:
    question = Question(name="asked", label="Asked?", to=to)
    assert question_autofill(question) == {"autocomplete": f"section-question-asked {detail}"}


def test_name_fields_have_no_spellcheck(venue: Venue) -> None:
    venue.open(form_text({}, {"name": "wishes"}, {"name": "more", "kind": "textarea"}, referral_sources=[25]))
    page = venue.client.page("/f/form")
    for name in ("first_name", "last_name", "company"):
        assert page.one(f"#referrer_{name}").attrs["spellcheck"] == "false", name
    assert page.all("#wishes[spellcheck], #more[spellcheck]") == []


def test_nothing_is_preselected(client: PageCheckingClient) -> None:
    page = client.page("/f/events")
    assert page.all("[checked]") == []
    assert [option.attrs["value"] for option in page.all("option[selected]")] == [""]


def test_a_conditional_question_states_its_condition(client: PageCheckingClient) -> None:
    page = client.page("/f/events")
    assert page.text("#format-hint") == "Only if “What are you planning?” is “A company event”."
    assert page.all("fieldset")[0].attrs["aria-describedby"] == "format-hint"


def test_answers_are_stored_typed_and_in_form_order(client: PageCheckingClient, database: Database) -> None:
    assert send(client).status_code == 303
    answers = stored(database)
    assert {name: answer.value for name, answer in answers.items()} == {
        "occasion": 21,
        "format": 212,
        "event_date": NEXT_YEAR,
        "guests": 120,
        "rooms": ("Terrace", "Boathouse"),
        "flexible": True,
        "mobile": "+61412345678",
        "office": "Office@tidewater.example",
        "abn": "51824753556",
        "wishes": "Light\nand air",
        "heard": 25,
    }
    assert list(answers) == [name for name in GOOD if name != "company"]
    assert answers["occasion"] == Answer("What are you planning?", 21, "A company event")
    assert answers["mobile"].text == "0412 345 678"


def test_the_receipt_shows_answers_in_the_forms_words(client: PageCheckingClient) -> None:
    page = client.page(str(send(client).location))
    copy = page.terms()
    assert copy["Which kind of company event?"] == "A residential conference"
    assert copy["Which rooms?"] == "Terrace, Boathouse"
    assert copy["My date is flexible"] == "Yes"
    assert copy["Mobile number"] == "0412 345 678"


def test_an_answer_whose_condition_is_unmet_is_ignored(
    client: PageCheckingClient, database: Database
) -> None:
    assert send(client, occasion="18", format="nonsense", referrer_email="nonsense").status_code == 303
    assert stored(database).keys().isdisjoint({"format", "referrer_email"})


@pytest.mark.parametrize(
    ("answers", "message"),
    [
        ({"occasion": ""}, "Choose an answer: What are you planning?"),
        ({"occasion": "19"}, "Choose one of the answers: What are you planning?"),
        ({"format": ""}, "Choose an answer: Which kind of company event?"),
        ({"event_date": "some day"}, f"Enter a date, like 31 May {THIS_YEAR + 1}: When is your event?"),
        ({"event_date": "2020-01-01"}, "Enter a date on or after today: When is your event?"),
        ({"guests": "many"}, "Enter a number, like 80: How many guests?"),
        ({"guests": "9"}, "Enter 10 or more: How many guests?"),
        ({"guests": "500.5"}, "Enter 500 or less: How many guests?"),
        ({"guests": "1" * 16}, "Enter a number, like 80: How many guests?"),
        ({"guests": "1e2"}, "Enter a number, like 80: How many guests?"),
        ({"rooms": ["Great Hall", "Terrace", "Boathouse"]}, "Choose 2 or fewer: Which rooms?"),
        ({"rooms": ["Cellar"]}, "Choose one of the answers: Which rooms?"),
        (
            {"mobile": "12"},
            (
                "Enter a whole phone number, like 0412 345 678, "
                "or one from abroad, like +44 20 7946 0958: Mobile number"
            ),
        ),
        (
            {"office": "nobody"},
            "Enter an email address in the correct format, like name@example.com: Office email address",
        ),
        ({"abn": "5182475355"}, "Enter the eleven digits of your business number"),
        ({"wishes": "a" * 301}, "Your answer to “What matters most to you?” must be 300 characters or fewer"),
    ],
    ids=str,
)
def test_an_invalid_answer_says_what_to_enter(
    client: PageCheckingClient, answers: dict[str, Any], message: str
) -> None:
    refused = send(client, **answers)
    assert refused.status_code == 422
    (error,) = Page(refused.text).summary()
    assert error.startswith(message)


@pytest.mark.parametrize(
    ("tag", "typed", "number"),
    [
        ("de", "1,000", 1000),
        ("fr", "1.000", 1000),
        ("es", "1,500", 1500),
        ("en", "1.500", 1500),
        ("en", "1'500", 1500),
        ("en", "1 500", 1500),
        ("ar", "١٬٥٠٠", 1500),  # noqa: RUF001 (as it is typed)
        ("de", "1.5", 1.5),
        ("en", ".000000000000001", 1e-15),
    ],
)
def test_thousands_separators_of_any_language_are_understood(
    venue: Venue, tag: str, typed: str, number: float
) -> None:
    venue.open(form_text({}, {"name": "guests", "kind": "number"}, lang=tag))
    venue.receive(guests=typed)
    assert stored(venue.database)["guests"].value == number


def test_email_errors_say_which_address_is_wrong(venue: Venue) -> None:
    questions = [
        {"name": name, "label": name.capitalize(), "kind": "email"} for name in ("partner", "office")
    ]
    venue.open(form_text({}, *questions))
    wrong = dict.fromkeys(("email", "partner", "office"), "nobody")
    messages = Page(venue.send(**wrong).text).summary()
    advice = "Enter an email address in the correct format, like name@example.com"
    assert messages == [advice, f"{advice}: Partner", f"{advice}: Office"]


def test_choices_are_kept_when_something_else_is_wrong(client: PageCheckingClient) -> None:
    page = Page(send(client, email="").text)
    kept = page.answers()
    assert {name: kept[name] for name in GOOD} == {**GOOD, "guests": "120"}


def test_the_summary_links_to_the_first_option(client: PageCheckingClient) -> None:
    page = Page(send(client, format="").text)
    assert page.one("[role=alert] a").attrs["href"] == "#format-0"
    assert page.text("#format-error") == "Error: Choose an answer: Which kind of company event?"
    assert page.one("fieldset.has-error").attrs["aria-describedby"] == "format-hint format-error"


@pytest.mark.parametrize(
    "name", ["data", "answers", "errors", "meta", "validate", "csrf_token", "about", "kept"]
)
def test_a_question_may_have_any_name_the_page_does_not_use(venue: Venue, name: str) -> None:
    venue.open(form_text({}, {"name": name}))
    receipt = venue.receive(**{name: "Said"})
    assert venue.client.page(f"{receipt}/change").answers()[name] == "Said"
    assert venue.send(**{name: "x" * 201}).status_code == 422


def test_answers_of_maximum_length_fit_the_body_limit(venue: Venue) -> None:
    questions: list[dict[str, Any]] = [
        {"name": f"q{number}", "kind": "textarea", "max_length": 4000} for number in range(5)
    ]
    venue.open(form_text({}, *questions))
    assert venue.receive(
        message="🎉" * 4000, **{str(question["name"]): "🎉" * 4000 for question in questions}
    )


def test_the_same_answers_sent_twice_are_one_enquiry(client: PageCheckingClient, database: Database) -> None:
    hidden = client.page("/f/events").hidden()
    for _ in range(2):
        data = {**VISITOR, **hidden, **GOOD, "guests": "120"}
        assert client.post("/f/events", data=data).status_code == 303
    assert len(DeliveryQueries(database).list(Filter())) == 1
    assert client.post("/f/events", data={**data, "guests": "130"}).status_code == 303
    assert len(DeliveryQueries(database).list(Filter())) == 2
