"""The pages for when things go wrong: what happened to what was typed, and what to do.

None of them needs the database.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

import structlog
from flask import Flask, Response, render_template
from werkzeug.exceptions import HTTPException, InternalServerError, SecurityError

log = structlog.get_logger(__name__)

NOT_SENT = "Nothing has been sent."


@dataclass(frozen=True, slots=True)
class Problem:
    """One kind of page: its heading and its sentences."""

    title: str
    paragraphs: tuple[str, ...]


PROBLEMS: Final = {
    400: Problem(
        "This address is not right",
        (
            "Your browser sent something that we could not read.",
            NOT_SENT,
            "Open the form from its link again.",
        ),
    ),
    404: Problem(
        "Page not found",
        (
            "If you typed the address, check that it is correct.",
            "If you followed a link, it may be out of date.",
        ),
    ),
    405: Problem(
        "This page cannot be used that way", (NOT_SENT, "Open the form, fill it in, and send it from there.")
    ),
    410: Problem(
        "This enquiry can no longer be changed here",
        (
            "The time in which it could be changed is over, so nothing has been changed.",
            "Get in touch about it, and quote your reference.",
        ),
    ),
    413: Problem(
        "What you sent is too long",
        (
            "Your enquiry has not been sent.",
            "Go back, where your browser keeps what you typed, make your message shorter, and send it again.",
        ),
    ),
    500: Problem(
        "Something went wrong on our side",
        (
            "If you were sending an enquiry, we cannot say whether it arrived.",
            "Go back, where your browser keeps what you typed, and send it again.",
            "The same enquiry sent twice is one enquiry.",
        ),
    ),
    503: Problem(
        "This page cannot be shown just now",
        ("Nothing is lost: what you sent before is kept.", "Load this page again in a moment."),
    ),
}


def problem_page(status: int, link: tuple[str, str], contact: str = "") -> tuple[str, int]:
    """Return the page of a status, with one link that leads on."""
    problem = PROBLEMS.get(status, PROBLEMS[400 if status < InternalServerError.code else 500])
    page = render_template(
        "error.html", title=problem.title, paragraphs=problem.paragraphs, links=[link], contact=contact
    )
    return page, status


def register_problem_pages(app: Flask, link: Callable[[], tuple[str, str]]) -> None:
    """Answer every error of the app with its page; ``link`` says where each leads on."""

    def show(error: HTTPException) -> tuple[str, int]:
        original = getattr(error, "original_exception", None)
        if original is not None:
            log.error("request_broke", exc_info=original)
        return problem_page(error.code or InternalServerError.code, link())

    def refuse_host(error: SecurityError) -> Response:
        del error
        return Response(
            "This is not an address of this service.\n", HTTPStatus.BAD_REQUEST, mimetype="text/plain"
        )

    app.register_error_handler(HTTPException, show)
    # No page can be made for a host that is not trusted: its links would lead there.
    app.register_error_handler(SecurityError, refuse_host)
    # Flask's own record names the address, and that of a receipt is a secret.
    app.logger.disabled = True
