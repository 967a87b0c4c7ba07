"""The headers of every answer: what a page may load, where it may post, who may frame it."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Response, request

from webapp.forms.definition import FormDefinition

# No script of ours fetches anything; tools that inspect a page from within do, such as Lighthouse.
CONTENT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'"
)


def add_security_headers(response: Response) -> Response:
    """Add the headers of every answer, unless the view has set its own."""
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

    Browsers apply ``form-action`` to the redirect after a POST too, so it names the origins of the receipt
    and of the page of thanks.
    """
    targets, framers = ["'self'"], ["'self'", *definition.allowed_origins]
    for address in (public_url, definition.thanks_url):
        if address:
            parts = urlsplit(address)
            targets.append(f"{parts.scheme}://{parts.netloc}")
    return f"{CONTENT_POLICY}; form-action {' '.join(targets)}; frame-ancestors {' '.join(framers)}"


def keep_private(response: Response) -> None:
    """Keep the address of a receipt, and what a page there shows, out of caches, referrers and indexes."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex"
