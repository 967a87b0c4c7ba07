"""``gunicorn tests.faults.failing_web:app``: the app, in processes that cannot start while a file exists."""

import os
from pathlib import Path
from typing import Any

import webapp.app
from webapp.app import create_app

OBSTACLE = "OBSTACLE"


def _create_app(*args: Any) -> Any:
    if Path(os.environ[OBSTACLE]).exists():
        raise OSError("the obstacle exists")
    return create_app(*args)


webapp.app.create_app = _create_app  # type: ignore[assignment]  # same parameters

from webapp.wsgi import app  # noqa: E402 (after the patch)

__all__ = ["app"]
