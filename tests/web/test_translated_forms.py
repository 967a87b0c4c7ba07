"""A form's own texts in several languages, and choosing a language."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

import pytest

from tests.support.harness import VISITOR, Venue, form_text
from tests.support.pages import Page, PageCheckingClient
from tests.support.processes import SECRET_KEY
from tests.web.test_languages import IN_TWO, language_of_page, send_in_german
from webapp.enquiry import utc_now
from webapp.forms.kinds.kind import AnswerContext
from webapp.forms.question import Question
from webapp.languages.language import get_language
from webapp.languages.years import Today
from webapp.outbox.queries import DeliveryQueries
from webapp.web.tokens import Tokens

pytestmark = pytest.mark.engines("sqlite")


def test_staff_read_the_forms_language_and_which_the_visitor_used(venue: Venue) -> None:
    rooms = [
        {"value": "hall", "label": {"en": "The great hall", "de": "Der große Saal"}},
        {"value": "terrace", "label": {"en": "The terrace", "de": "Die Terrasse"}},
    ]
    question = {"kind": "radio", "label": {"en": "Which room?", "de": "Welcher Raum?"}, "options": rooms}
    venue.open(form_text({}, question, {"name": "day", "kind": "date", "label": "The day"}, **IN_TWO))
    send_in_german(venue, asked="terrace", day="31. Mai 2028")
    venue.forward()
    (opportunity,) = venue.received()
    lines = opportunity["description"].split("\n")
    assert "Language: Deutsch" in lines
    assert "Which room? The terrace" in lines
    assert "The day: 31 May 2028" in lines


def test_the_forms_own_language_is_not_mentioned_to_staff(venue: Venue) -> None:
    venue.open(form_text(lang="de"))
    venue.receive()
    venue.forward()
    (opportunity,) = venue.received()
    assert "Language:" not in opportunity["description"]


# The form's own texts among leadform's


def test_form_texts_in_another_language_are_marked(venue: Venue) -> None:
    options = [{"value": 1, "label": "Ja, gern"}, {"value": 2, "label": "Nein"}]
    venue.open(
        form_text(
            {},
            {"name": "box", "kind": "checkbox", "label": "Ich komme"},
            {"name": "one", "kind": "radio", "label": "Kommen Sie?", "options": options},
            {"name": "many", "kind": "checkboxes", "label": "Was?", "options": options},
            {"name": "pick", "kind": "select", "label": "Welche?", "options": options},
            {"name": "day", "kind": "date", "label": "Wann?", "hint": "Auch ungefähr"},
            {"name": "name", "kind": "text", "label": "Wer?", "hint": "Das Paar"},
            lang="de",
            intro="Erzählen Sie.",
            submit="Abschicken",
            consent="Ich willige ein.",
            thanks="Wir rufen an.",
            contact="Rufen Sie uns an.",
        )
    )
    page = venue.client.page("/f/form?lang=fr")
    marked = {" ".join(element.to_text().split()) for element in page.all("[lang=de]")}
    assert marked == {
        *("Plan your event", "Erzählen Sie.", "Abschicken", "Ich willige ein.", "Rufen Sie uns an."),
        *("Ich komme", "Kommen Sie?", "Was?", "Welche?", "Ja, gern", "Nein"),
        *("Wann?", "Auch ungefähr.", "Wer?", "Das Paar"),
    }
    assert page.text("#day-hint").startswith("Auch ungefähr. Par exemple, ")
    assert page.text("#name-hint") == "Das Paar"
    assert venue.client.page("/f/form").all("[lang=de] [lang]") == []
    assert venue.client.page("/f/form").all("body [lang]") == []


def test_a_logos_text_in_another_language_is_marked(venue: Venue) -> None:
    (venue.file.parent / "hall.svg").write_bytes(b"<svg/>")
    venue.open(form_text(lang="de", theme={"logo": "hall.svg", "logo_alt": "Der Saal"}))
    assert venue.client.page("/f/form?lang=fr").one("img").attrs["lang"] == "de"
    assert "lang" not in venue.client.page("/f/form?lang=de").one("img").attrs


@pytest.mark.parametrize(
    ("top", "marks"), [({}, [{}]), ({"lang": "en"}, [{"lang": "en"}]), ({"lang": "ar"}, [])]
)
def test_form_texts_keep_their_direction_on_an_arabic_page(
    top: Mapping[str, Any], marks: list[dict[str, str]], venue: Venue
) -> None:
    venue.open(form_text(**top))
    page = venue.client.page("/f/form?lang=ar")
    assert [title.attrs for title in page.all("h1 bdi")] == marks
    assert page.all("label[for=first_name] bdi") == []


def test_an_untranslated_text_keeps_its_direction(venue: Venue) -> None:
    venue.open(form_text({}, {"hint": "DJ"}, intro={"en": "Come", "ar": "أهلا"}))
    page = venue.client.page("/f/form?lang=ar")
    assert page.all(".intro bdi") == []
    assert page.text("#asked-hint bdi") == "DJ"


def test_referral_questions_are_in_leadforms_own_words(venue: Venue) -> None:
    venue.open(form_text(lang="de", referral_sources=[25]))
    page = venue.client.page("/f/form?lang=fr")
    assert page.all("label[for=referrer_email]")
    assert page.all("label[for=referrer_email] [lang]") == []


def test_leadforms_own_words_are_not_marked_as_the_forms(venue: Venue) -> None:
    venue.open(form_text(lang="de"))
    client, translate = venue.client, get_language("fr").gettext
    page = client.page("/f/form?lang=fr")
    receipt = str(client.post("/f/form?lang=fr", data={**VISITOR, **page.hidden()}).location)
    gone = Page(client.get("/r/nonsense?lang=fr").text)
    pages = [page, client.page(f"{receipt}?lang=fr"), client.page(f"{receipt}/change?lang=fr"), gone]
    marked = {
        " ".join(element.to_text().split()) for element in (e for p in pages for e in p.all("[lang=de]"))
    }
    ours = {" ".join(translate(text).split()) for text in OURS}
    assert marked & ours == set()
    assert marked == {"Plan your event"}


OURS: Final = (
    "Send enquiry",
    "Send changes",
    "Change or add to your enquiry",
    "What you sent stands below. Change what you like and send it: it takes the old one's place.",
    "We have your enquiry and will be in touch soon.",
    "Load this page again",
)


# Choosing a language


def switched(venue: Venue, page: Page, typed: Mapping[str, Any]) -> Page:
    """Press the button of the other language, and return the page."""
    button = page.one("footer button").attrs
    sent = {**typed, **page.hidden(), "switch": button["value"]}
    return Page(venue.client.post(str(button["formaction"]), data=sent).text)


def test_a_form_offers_its_other_languages_by_name(venue: Venue) -> None:
    venue.open(form_text(**IN_TWO))
    (button,) = venue.client.page("/f/form?lang=de").all("footer button")
    assert (button.to_text(), button.attrs["lang"], button.attrs["value"]) == ("English", "en", "en")
    (button,) = venue.client.page("/f/form").all("footer button")
    assert (button.to_text(), button.attrs["lang"]) == ("Deutsch", "de")
    venue.open(form_text())
    assert venue.client.page("/f/form").all("footer button") == []


def test_changing_the_language_keeps_answers_and_campaign(venue: Venue) -> None:
    rooms = ["Hall", "Terrace", "Boathouse"]
    questions: list[dict[str, Any]] = [
        {"name": "rooms", "kind": "checkboxes", "options": rooms},
        {"name": "one", "kind": "radio", "options": rooms},
        {"name": "pick", "kind": "select", "options": rooms},
        {"name": "day", "kind": "date"},
        {"name": "number", "kind": "number"},
        {"name": "tick", "kind": "checkbox"},
    ]
    venue.open(form_text({}, *questions, **IN_TWO, consent="Yes, you may."))
    client = venue.client
    page = client.page("/f/form?utm_source=google&gclid=a%26b", headers={"Referer": "https://a.example/"})
    typed: dict[str, Any] = {
        "first_name": "Ada",
        "last_name": "",
        "email": "not an address",
        "phone": "1",
        "company": "<b>",
        "rooms": ["Hall", "Boathouse"],
        "one": "Terrace",
        "pick": "Hall",
        "day": "soon",
        "number": "many",
        "tick": "y",
        "message": "Two\nlines",
        "consent": "y",
    }
    (button,) = page.all("footer button")
    answer = client.post(
        str(button.attrs["formaction"]), data={**typed, **page.hidden(), "switch": button.attrs["value"]}
    )
    assert answer.status_code == 200
    switched = Page(answer.text)
    assert language_of_page(switched) == "de"
    assert switched.answers() == typed
    assert switched.hidden() == page.hidden()
    assert switched.summary() == []
    back = client.post(
        str(switched.one("footer button").attrs["formaction"]),
        data={**typed, **page.hidden(), "switch": "en"},
    )
    assert language_of_page(Page(back.text)) == "en"
    assert venue.deliveries() == []


@pytest.mark.parametrize(
    ("number", "in_german", "value"),
    [("1,200", "1.200", 1200), ("1.5", "1,5", 1.5), ("1200.125", "1.200,125", 1200.125)],
)
def test_numbers_and_dates_are_read_in_the_language_of_typing(
    venue: Venue, number: str, in_german: str, value: float
) -> None:
    questions = [{"name": "number", "kind": "number"}, {"name": "day", "kind": "date"}]
    # In the US 3/4/2031 is in March in English, and in April in German.
    venue.open(form_text({}, *questions, **IN_TWO, region="US"))
    page = venue.client.page("/f/form?lang=en")
    typed = {**VISITOR, "number": number, "day": "3/4/2031"}
    german = switched(venue, page, typed)
    assert (german.value("number"), german.value("day")) == (in_german, "4. März 2031")
    english = switched(venue, german, german.answers())
    assert (english.value("number"), english.value("day")) == (
        number.replace("1200", "1,200"),
        "March 4, 2031",
    )
    answer = venue.client.post(
        str(german.one("#enquiry").attrs["action"]), data={**german.answers(), **german.hidden()}
    )
    assert answer.status_code == 303
    record = DeliveryQueries(venue.database).show(venue.deliveries()[0].reference)
    assert record is not None
    answers = {name: answer.value for name, answer in record.enquiry.answers.questions.items()}
    assert answers == {"number": value, "day": "2031-03-04"}


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("number", "1,20"),
        ("number", "1" * 30),
        ("day", "Monday 31 May 2031"),
        ("day", "31 May 2931"),
        ("day", ""),
    ],
)
def test_unreadable_answers_survive_a_language_change_as_typed(venue: Venue, name: str, typed: str) -> None:
    questions = [{"name": "number", "kind": "number"}, {"name": "day", "kind": "date"}]
    venue.open(form_text({}, *questions, **IN_TWO))
    assert switched(venue, venue.client.page("/f/form"), {name: typed}).value(name) == typed


def test_a_day_without_a_year_survives_a_language_change(venue: Venue) -> None:
    venue.open(form_text({}, {"kind": "date", "max": "today"}, **IN_TWO))
    past = Question(name="asked", label="When?", kind="date", max="today")
    answer = past.parse(("31. Dezember",), AnswerContext(get_language("de"), Today.at(utc_now())))
    assert answer is not None
    day = date.fromisoformat(str(answer.value))
    page = switched(venue, venue.client.page("/f/form?lang=de"), {"asked": "31. Dezember"})
    assert page.value("asked") == get_language("en").format_date(day)


def test_a_date_that_reads_the_same_stays_as_typed(venue: Venue) -> None:
    venue.open(form_text({}, {"kind": "date"}, **IN_TWO))
    page = switched(venue, venue.client.page("/f/form"), {"asked": "3/4/2031"})
    assert page.value("asked") == "3/4/2031"


@pytest.mark.parametrize("before", ["", "&typed_in=", "&typed_in=tlh"])
def test_answers_typed_in_an_unknown_language_stay_as_typed(venue: Venue, before: str) -> None:
    venue.open(form_text({}, {"kind": "number"}, **IN_TWO))
    sent = {**venue.client.page("/f/form").hidden(), "asked": "1,200", "switch": "de"}
    assert Page(venue.client.post(f"/f/form?lang=de{before}", data=sent).text).value("asked") == "1,200"


def test_an_expired_page_can_change_its_language(
    client: PageCheckingClient, venue: Venue, monkeypatch: pytest.MonkeyPatch
) -> None:
    del client
    venue.open(form_text(**IN_TWO))
    with monkeypatch.context() as earlier:
        earlier.setattr("time.time", lambda: 1_000_000_000.0)
        old = Tokens([SECRET_KEY]).issue("form")
    answer = venue.client.post("/f/form?lang=de", data={**VISITOR, "token": old, "switch": "de"})
    page = Page(answer.text)
    assert (answer.status_code, page.value("first_name")) == (200, "Ada")
    assert venue.client.post("/f/form", data={**page.answers(), **page.hidden()}).status_code == 303


@pytest.mark.parametrize("name", ["switch", "enquiry"])
def test_a_question_cannot_use_a_name_of_the_pages_own(name: str, venue: Venue) -> None:
    with pytest.raises(Exception, match=f"{name} is the page's own: choose another name"):
        venue.open(form_text({}, {"name": name}))
