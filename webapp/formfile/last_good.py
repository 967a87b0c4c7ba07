"""Keeps a copy of the last forms file without a fault, with its logos, for when the file cannot be used."""

from __future__ import annotations

import base64
import hashlib
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from webapp.faults import Fault, FaultsError
from webapp.files.atomic_write import write_atomically
from webapp.files.path_faults import explain
from webapp.files.private_folder import make_private_folder
from webapp.formfile.reader import Forms, FormsFileError, make_forms

PRIVATE: Final = 0o600


class UnusableCopyError(FaultsError):
    """There is a copy, but it cannot replace the forms file."""

    def __init__(self, path: Path, reason: str) -> None:
        remedy = "put the forms file right before leadform is started again"
        super().__init__([Fault(path, f"the last good copy {reason}", remedy)])

    @property
    def heading(self) -> str:
        """The line to put above the fault."""
        return "Nothing can stand in for it:"


class LastGoodForms:
    """The copy of one forms file. It is named after the file's path, so that it is never used for another.

    Args:
        folder: where copies are kept; it is made with the first one.
        forms_file: the file, by its path in the settings.
    """

    def __init__(self, folder: Path, forms_file: Path) -> None:
        # The link and not its target: each release of a site may be another folder behind the same link.
        self._forms_file = Path(os.path.abspath(forms_file))  # noqa: PTH100
        digest = hashlib.sha256(os.fsencode(self._forms_file)).hexdigest()[:12]
        self.path = folder / f"last-good-forms-{digest}.json"

    def keep(self, forms: Forms) -> None:
        """Keep forms that were read from the file.

        Raises:
            OSError: the copy could not be written; the one before is unchanged.
        """
        logos = {name: base64.b64encode(content).decode() for name, content in forms.source.logos.items()}
        content = {"forms_file": str(self._forms_file), "text": forms.source.text, "logos": logos}
        written = json.dumps({**content, "digest": _make_digest(content)}).encode()
        if not self._holds(written):
            make_private_folder(self.path.parent)
            write_atomically(self.path, written, PRIVATE)

    def read(self) -> Forms | None:
        """Return the forms of the copy, or None when there is none.

        Raises:
            UnusableCopyError: it cannot be read, is damaged, or breaks today's rules.
        """
        try:
            written = json.loads(self.path.read_bytes())
            content = {key: written[key] for key in ("forms_file", "text", "logos")}
            if written["digest"] != _make_digest(content) or content["forms_file"] != str(self._forms_file):
                raise UnusableCopyError(self.path, "is damaged")
            return make_forms(self._forms_file, content["text"], _logo_reader(content["logos"]))
        except FileNotFoundError:
            return None
        except OSError as error:
            reason = f"cannot be read ({explain(error, self.path).message})"
            raise UnusableCopyError(self.path, reason) from error
        except FormsFileError as error:
            reason = "was made by another version of leadform, which had other rules"
            raise UnusableCopyError(self.path, reason) from error
        except (ValueError, TypeError, KeyError, RecursionError) as error:
            raise UnusableCopyError(self.path, "is damaged") from error

    def _holds(self, written: bytes) -> bool:
        try:
            return self.path.read_bytes() == written
        except OSError:
            return False


def _make_digest(content: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def _logo_reader(logos: dict[str, str]) -> Callable[[str], bytes]:
    """Return a function that returns a logo of the copy by its name."""

    def read(name: str) -> bytes:
        if name not in logos:
            raise ValueError(name)
        return base64.b64decode(logos[name])

    return read
