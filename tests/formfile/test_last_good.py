"""The last good copy of a forms file: complete and of this very file, or none."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tests.formfile.forms_file import read
from webapp.faults import Fault, Source
from webapp.files.atomic_write import write_atomically
from webapp.formfile.last_good import LastGoodForms, UnusableCopyError
from webapp.formfile.reader import Forms, FormsFileError

FORM = (
    '[forms.weddings]\ntitle = "Plan your wedding"\n'
    '[forms.weddings.theme]\nlogo = "logo.svg"\nlogo_alt = "Harbour Hall"\n'
    "[forms.weddings.opportunity]\nvenueId = 107\ntypeId = 18\nsourceId = 25\n"
)


@pytest.fixture
def forms(tmp_path: Path) -> Forms:
    (tmp_path / "logo.svg").write_bytes(b"<svg/>")
    return read(tmp_path, FORM)


@pytest.fixture
def copy(tmp_path: Path) -> LastGoodForms:
    return LastGoodForms(tmp_path / "var", tmp_path / "venue-forms.toml")


def test_there_is_no_copy_before_forms_are_kept(copy: LastGoodForms) -> None:
    assert copy.read() is None


def test_a_copy_holds_forms_and_logos_and_stands_alone(
    copy: LastGoodForms, forms: Forms, tmp_path: Path
) -> None:
    copy.keep(forms)
    (tmp_path / "venue-forms.toml").unlink()
    (tmp_path / "logo.svg").unlink()
    again = copy.read()
    assert again == forms
    assert again is not None
    assert again.logos == {"weddings": b"<svg/>"}


def test_a_copy_is_private_and_leaves_no_temporary_files(copy: LastGoodForms, forms: Forms) -> None:
    copy.keep(forms)
    assert stat.S_IMODE(copy.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(copy.path.parent.stat().st_mode) == 0o700
    assert list(copy.path.parent.iterdir()) == [copy.path]


def test_unchanged_forms_are_written_once(copy: LastGoodForms, forms: Forms) -> None:
    copy.keep(forms)
    written = copy.path.stat().st_ino
    copy.keep(forms)
    assert copy.path.stat().st_ino == written


def test_a_copy_belongs_to_one_forms_file(copy: LastGoodForms, forms: Forms, tmp_path: Path) -> None:
    copy.keep(forms)
    other = LastGoodForms(tmp_path / "var", tmp_path / "other.toml")
    assert other.read() is None
    copy.path.rename(other.path)
    with pytest.raises(UnusableCopyError, match="is damaged"):
        other.read()


def test_a_file_is_recognised_by_relative_path_and_symlink(
    copy: LastGoodForms, forms: Forms, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy.keep(forms)
    monkeypatch.chdir(tmp_path)
    assert LastGoodForms(tmp_path / "var", Path("venue-forms.toml")).path == copy.path
    (tmp_path / "release").mkdir()
    (tmp_path / "current").symlink_to("release")
    before = LastGoodForms(tmp_path / "var", tmp_path / "current" / "forms.toml").path
    (tmp_path / "current").unlink()
    (tmp_path / "current").symlink_to(".")
    assert LastGoodForms(tmp_path / "var", tmp_path / "current" / "forms.toml").path == before


def _changed(key: str, value: Any) -> Callable[[bytes], bytes]:
    return lambda written: json.dumps({**json.loads(written), key: value}).encode()


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda _: b"", id="empty"),
        pytest.param(lambda written: written[:-20], id="half"),
        pytest.param(lambda written: written.replace(b"Plan", b"Ruin"), id="other words"),
        pytest.param(lambda written: written.replace(b"PHN2", b"PHN3"), id="another logo"),
        pytest.param(lambda written: b"\xff" + written, id="no text"),
        pytest.param(lambda _: b"[" * 100_000, id="too deep"),
        pytest.param(lambda _: b"null", id="nothing"),
        pytest.param(lambda _: b"[]", id="a list"),
        pytest.param(_changed("logos", None), id="no logos"),
        pytest.param(_changed("text", 7), id="a number"),
        pytest.param(_changed("digest", None), id="no digest"),
    ],
)
def test_a_damaged_copy_is_unusable(
    copy: LastGoodForms, forms: Forms, damage: Callable[[bytes], bytes]
) -> None:
    copy.keep(forms)
    copy.path.write_bytes(damage(copy.path.read_bytes()))
    with pytest.raises(UnusableCopyError, match="is damaged"):
        copy.read()


def test_a_copy_that_breaks_current_rules_is_unusable(
    copy: LastGoodForms, forms: Forms, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy.keep(forms)

    def refuse(*_: object) -> Forms:
        raise FormsFileError([Fault(Source.FORMS_FILE, "is not what it was", path=("title",))])

    monkeypatch.setattr("webapp.formfile.last_good.make_forms", refuse)
    with pytest.raises(UnusableCopyError, match="by another version of leadform"):
        copy.read()


def test_a_copy_that_is_a_folder_is_unusable(copy: LastGoodForms) -> None:
    copy.path.mkdir(parents=True)
    with pytest.raises(UnusableCopyError, match="cannot be read"):
        copy.read()


@pytest.mark.parametrize(
    "obstacle", ["a file in the place of the folder", "a folder in the place of the copy"]
)
def test_a_failed_write_raises_and_leaves_no_temporary_files(
    obstacle: str, copy: LastGoodForms, forms: Forms
) -> None:
    if "place of the folder" in obstacle:
        copy.path.parent.write_text("kept")
    else:
        (copy.path / "kept").mkdir(parents=True)
    with pytest.raises(OSError, match=r"Not a directory|Is a directory"):
        copy.keep(forms)
    if copy.path.parent.is_dir():
        assert list(copy.path.parent.iterdir()) == [copy.path]


def test_concurrent_writes_never_expose_a_partial_file(tmp_path: Path) -> None:
    file, contents = tmp_path / "file", {bytes([letter]) * 50_000 for letter in b"abcd"}
    write_atomically(file, b"a" * 50_000, 0o600)

    def write(content: bytes) -> None:
        for _ in range(20):
            write_atomically(file, content, 0o600)

    with ThreadPoolExecutor(4) as pool:
        writing = [pool.submit(write, content) for content in contents]
        while not all(task.done() for task in writing):
            assert file.read_bytes() in contents
    assert os.listdir(tmp_path) == ["file"]  # noqa: PTH208 (the names alone)
