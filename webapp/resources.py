"""Finds files that come with leadform: templates, static files, gunicorn's configuration."""

from __future__ import annotations

from pathlib import Path
from typing import Final

PACKAGE: Final = Path(__file__).resolve().parent

GUNICORN_CONFIG: Final = PACKAGE / "gunicorn.conf.py"
"""In a checkout there is a link to it at the top, where a bare gunicorn looks."""


def resource_folder(name: str) -> Path:
    """Return ``templates`` or ``static``: inside an installed package, beside the package in a checkout."""
    installed = PACKAGE / name
    return installed if installed.is_dir() else PACKAGE.parent / name
