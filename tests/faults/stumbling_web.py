"""``gunicorn tests.faults.stumbling_web:app``: the forms, by processes that cannot start over an obstacle."""

import os
from pathlib import Path
from typing import Any

import webapp.app
from webapp.app import create_app

OBSTACLE = "OBSTACLE"


def _create_app(*args: Any) -> Any:
    if Path(os.environ[OBSTACLE]).exists():
        raise OSError("something is in the way")
    return create_app(*args)


webapp.app.create_app = _create_app  # type: ignore[assignment]  # it takes what the other takes

from webapp.wsgi import app  # noqa: E402 (after the obstacle)

__all__ = ["app"]
