"""A visitor who fills in every kind of field and goes back, wherever the form stands."""

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
"""What is typed, chosen and ticked, by the ids of the fields."""

EVERYTHING: Final = {**ANSWERS, "format-0": False, "rooms-1": False}
"""What the fields of a form hold that is filled in."""

FILL = """(answers) => {
  for (const [id, answer] of Object.entries(answers)) {
    const field = document.getElementById(id);
    if (answer === true) field.click();
    else field.value = answer;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
}"""
"""Answers all at once: some hundred journeys begin so."""

HELD = """() => Object.fromEntries([...document.querySelectorAll("#enquiry :is(input, textarea, select)")]
  .filter(({ type }) => type !== "hidden")
  .map(({ id, type, checked, value }) => [id, ["radio", "checkbox"].includes(type) ? checked : value]))"""
"""What every field holds that can be seen, by its id."""

NOTE = """() => {
  window.isNoted = true;
  addEventListener("pageshow", ({ persisted }) => { window.isPersisted = persisted; });
}"""


def forms_file(site: str) -> str:
    """Return a forms file with every kind of question, for the site to frame and, in one form, to lead to."""
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
    """A form in a window, at the top or in a frame, and what is done with it.

    Attributes:
        page: the window.
        form: where the form stands in it.
    """

    page: Page
    form: Page | Frame

    def fill_in(self) -> None:
        """Answer everything."""
        self.form.evaluate(FILL, ANSWERS)
        assert self.held() == EVERYTHING

    def held(self) -> dict[str, str | bool]:
        """Return what every field holds that can be seen, by its id."""
        held: dict[str, str | bool] = self.form.evaluate(HELD)
        return held

    def send(self) -> None:
        """Send what stands there."""
        self.form.evaluate(NOTE)
        self.form.locator(SEND).click()

    def is_kept(self) -> bool:
        """Say whether the page is the very one that was sent, as its back/forward cache brings it back."""
        is_kept, is_persisted = self.form.evaluate("[window.isNoted === true, window.isPersisted === true]")
        assert is_persisted in {is_kept, False}  # without JavaScript the page gets no event
        return bool(is_kept)

    def reference(self) -> str:
        """Return the reference on the receipt, as soon as it is there."""
        expect(self.form.locator("#reference")).to_be_visible()
        return self.form.locator("#reference").inner_text()

    def back(self) -> None:
        """Go back one step, until the page before is there."""
        self._leave(self.page, "() => history.back()")
        wait_for(self._has_arrived, "the page before is there")

    def reload(self) -> None:
        """Load the page with the form again."""
        self._leave(self.form, "() => location.reload()")
        wait_for(self._has_arrived, "the page is there again")

    def _leave(self, asked: Page | Frame, script: str) -> None:
        self.form.evaluate("window.isLeft = true")
        # The page may be gone before it has answered; without JavaScript no timer can put off its going.
        with suppress(Error):
            asked.evaluate(script)

    def _has_arrived(self) -> bool:
        try:
            return bool(self.form.evaluate("!window.isLeft && document.readyState === 'complete'"))
        except Error:
            return False  # between two pages
