"""What every answer to a visitor carries: what a page may load, where it may post, who may frame it."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Response, request

from webapp.forms.definition import FormDefinition

# No script of ours asks for anything (connect-src); who looks at a page from within does, as Lighthouse.
CONTENT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'"
)


def add_security_headers(response: Response) -> Response:
    """Add the headers that every answer carries, unless the view has set its own."""
    response.headers.setdefault(
        "Content-Security-Policy", f"{CONTENT_POLICY}; form-action 'self'; frame-ancestors 'none'"
    )
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    if request.path.startswith("/r/"):
        keep_private(response)
    response.headers.setdefault("Referrer-Policy", "strict-origin-when-cross-origin")
    response.headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
    return response


def form_policy(definition: FormDefinition, public_url: str = "") -> str:
    """Return the content security policy of a page about a form.

    Browsers hold the redirect after a post to ``form-action`` too, so wherever the receipt or the page of
    thanks may stand is named there.
    """
    targets, framers = ["'self'"], ["'self'", *definition.allowed_origins]
    for address in (public_url, definition.thanks_url):
        if address:
            parts = urlsplit(address)
            targets.append(f"{parts.scheme}://{parts.netloc}")
    return f"{CONTENT_POLICY}; form-action {' '.join(targets)}; frame-ancestors {' '.join(framers)}"


def keep_private(response: Response) -> None:
    """Let nobody keep, index or learn the address of a receipt, nor what a page at it shows."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex"
