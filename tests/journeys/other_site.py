"""Another site, which may frame a form, and to which a form may redirect."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from werkzeug.wrappers import Request, Response

from tests.audits.server import page_with_frame, serve


@contextmanager
def serve_other_site() -> Iterator[str]:
    """Serve the site under a host name that a browser takes for another site, and give its address."""
    with serve(_site) as address:
        yield address.replace("127.0.0.1", "localhost")


@Request.application
def _site(request: Request) -> Response:
    return page_with_frame(request.args.get("frame"))
