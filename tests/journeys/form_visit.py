"""A form with every kind of field, at the top or in a frame: filled in, sent, and come back to."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

from playwright.sync_api import Error, Frame, Page, expect

from tests.journeys.visitor import SEND
from tests.support.harness import form_text
from tests.support.processes import wait_for

OCCASIONS: Final = ["A wedding", "A feast"]
QUESTIONS: Final[list[dict[str, Any]]] = [
    {"name": "event_date", "kind": "date", "min": "today"},
    {"name": "guests", "kind": "number", "min": 10},
    {"name": "theme", "kind": "text"},
    {"name": "planner", "kind": "email"},
    {"name": "office", "kind": "tel"},
    {"name": "occasion", "kind": "select", "options": OCCASIONS},
    {"name": "format", "kind": "radio", "options": ["Seated", "Standing"]},
    {"name": "rooms", "kind": "checkboxes", "options": ["Great Hall", "Terrace", "Boathouse"]},
    {"name": "flexible", "kind": "checkbox"},
    {"name": "wishes", "kind": "textarea"},
]
ANSWERS: Final = {
    "first_name": "Ada",
    "last_name": "Lovelace",
    "email": "ada@example.com",
    "phone": "0412 345 678",
    "company": "Analytical Engines",
    "message": "A wedding\nfor eighty.",
    "consent": True,
    "event_date": "31/5/2031",
    "guests": "80",
    "theme": "Lanterns",
    "planner": "rea@example.com",
    "office": "02 5550 1234",
    "occasion": OCCASIONS[1],
    "format-1": True,
    "rooms-0": True,
    "rooms-2": True,
    "flexible": True,
    "wishes": "A boat,\nand “stars”",
}
"""What a visitor types, chooses and ticks, by the fields' ids."""

FILLED: Final = {**ANSWERS, "format-0": False, "rooms-1": False}
"""The values of all fields of a form that is filled in."""

FILL = """(answers) => {
  for (const [id, answer] of Object.entries(answers)) {
    const field = document.getElementById(id);
    if (answer === true) field.click();
    else field.value = answer;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
}"""
"""Fills in all answers in one call, which is quicker: some hundred journeys begin with it."""

FIELD_VALUES = """() => Object.fromEntries(
  [...document.querySelectorAll("#enquiry :is(input, textarea, select)")]
  .filter(({ type }) => type !== "hidden")
  .map(({ id, type, checked, value }) => [id, ["radio", "checkbox"].includes(type) ? checked : value]))"""
"""The values of all visible fields, by id."""

MARK_PAGE = """() => {
  window.isMarked = true;
  addEventListener("pageshow", ({ persisted }) => { window.isPersisted = persisted; });
}"""


def forms_file(site: str) -> str:
    """Return a forms file with every kind of question; a site may frame it, and is one's thanks page."""
    languages = {"title.de": "Planen Sie Ihr Fest", "consent.de": "Sie dürfen mich anrufen."}
    shared = {"region": "AU", "allowed_origins": [site]}
    texts = {"consent.en": "You may call me.", **languages}
    whole = [{**question, "label": f"The {question['name']}?"} for question in QUESTIONS]
    return "".join(
        form_text({}, *whole, slug=slug, **shared, **texts, **more).replace("\ntitle =", "\ntitle.en =", 1)
        for slug, more in (("events", {}), ("elsewhere", {"thanks_url": f"{site}/thanks"}))
    )


@dataclass(frozen=True, slots=True)
class Visit:
    """A form in a browser, at the top or in a frame, and what a visitor does with it.

    Attributes:
        page: the top-level page.
        form: the page or the frame that holds the form.
    """

    page: Page
    form: Page | Frame

    def fill_in(self) -> None:
        """Answer every question."""
        self.form.evaluate(FILL, ANSWERS)
        assert self.values() == FILLED

    def values(self) -> dict[str, str | bool]:
        """Return the values of all visible fields, by id."""
        values: dict[str, str | bool] = self.form.evaluate(FIELD_VALUES)
        return values

    def send(self) -> None:
        """Send the form."""
        self.form.evaluate(MARK_PAGE)
        self.form.locator(SEND).click()

    def submit(self) -> str:
        """Send the form, wait for the receipt, and return its reference."""
        self.send()
        return self.reference()

    def is_same_page(self) -> bool:
        """Return whether this is the page that was sent, restored from the back/forward cache."""
        is_marked, is_persisted = self.form.evaluate(
            "[window.isMarked === true, window.isPersisted === true]"
        )
        assert is_persisted in {is_marked, False}  # without JavaScript the page gets no event
        return bool(is_marked)

    def reference(self) -> str:
        """Wait for the receipt, and return its reference."""
        expect(self.form.locator("#reference")).to_be_visible()
        return self.form.locator("#reference").inner_text()

    def back(self) -> None:
        """Go back one step, and wait for the page."""
        self._leave(self.page, "() => history.back()")
        wait_for(self._has_arrived, "the previous page is loaded")

    def reload(self) -> None:
        """Reload the page of the form, and wait for it."""
        self._leave(self.form, "() => location.reload()")
        wait_for(self._has_arrived, "the page is reloaded")

    def _leave(self, target: Page | Frame, script: str) -> None:
        self.form.evaluate("window.isLeft = true")
        # The page may unload before it has answered: without JavaScript no timer can delay that.
        with suppress(Error):
            target.evaluate(script)

    def _has_arrived(self) -> bool:
        try:
            return bool(self.form.evaluate("!window.isLeft && document.readyState === 'complete'"))
        except Error:
            return False  # between two pages
