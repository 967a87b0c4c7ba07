"""Another site, which may put a form into a frame, and to which a form may lead."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from werkzeug.wrappers import Request, Response

from tests.audits.server import page_with_frame, served


@contextmanager
def opened_site() -> Iterator[str]:
    """Serve it under a name that makes it another site to a browser, and return its address."""
    with served(_site) as address:
        yield address.replace("127.0.0.1", "localhost")


@Request.application
def _site(request: Request) -> Response:
    return page_with_frame(request.args.get("frame"))
