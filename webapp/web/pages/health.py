"""Whether the process is alive, for load balancers and containers."""

from __future__ import annotations

from flask import Response, make_response


def show_health() -> Response:
    """Answer ``ok``; whether enquiries can be stored is another question."""
    response = make_response("ok\n")
    response.mimetype = "text/plain"
    response.headers["Cache-Control"] = "no-store"
    return response
