"""Takes the README's pictures of the running demonstration: ``make screenshots``."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

from playwright.sync_api import Page

from tests.journeys.browser import opened_browser
from tests.processes import PROJECT, free_port, leadform

FOLDER = PROJECT / "docs" / "screenshots"


def fill_in(page: Page) -> None:
    for label, answer in {
        "First name": "Ada",
        "Last name": "Lovelace",
        "Email address": "ada@example.com",
        "Phone number": "0412 345 678",
        "Message": "We would love to marry by the water next spring, with about eighty guests.",
    }.items():
        page.get_by_label(label).fill(answer)
    page.get_by_label("Harbour Hall may contact me").check()


def main() -> None:
    port = free_port()
    arguments = ("demo", "--port", str(port), "--sandbox-port", str(free_port()))
    with (
        tempfile.TemporaryDirectory() as folder,
        leadform(
            *arguments, env={"PYTHONPATH": str(PROJECT), "PYTHONUNBUFFERED": "1"}, cwd=Path(folder)
        ) as process,
        opened_browser() as browser,
    ):
        assert process.stdout is not None
        said = ""
        while "Ctrl-C" not in said:
            said += process.stdout.readline()
        form = re.findall(r"^    (http://\S+)$", said, re.MULTILINE)[0]
        page = browser.new_page(viewport={"width": 760, "height": 1480}, device_scale_factor=1.5)
        page.goto(form)
        fill_in(page)
        page.locator("h1").click()
        page.screenshot(path=FOLDER / "form.png")
        page.get_by_role("button", name="Send enquiry").click()
        page.locator("#reference").wait_for()
        page.screenshot(path=FOLDER / "receipt.png")


if __name__ == "__main__":
    main()
