"""Every refusal of the operating system is one sentence with what to do."""

import errno
import os
from pathlib import Path

import pytest

from webapp.files.path_faults import explain


@pytest.mark.parametrize("number", sorted(errno.errorcode))
def test_every_error_of_a_path_is_a_sentence_with_the_path_and_what_to_do(
    number: int, tmp_path: Path
) -> None:
    fault = explain(OSError(number, os.strerror(number)), tmp_path / "file")
    assert str(tmp_path) in fault.message
    assert fault.what_to_do
    assert "\n" not in str(fault)


def test_an_error_without_a_path_keeps_its_reason() -> None:
    assert "Connection refused" in str(explain(ConnectionRefusedError(111, "Connection refused")))
    assert "out of luck" in str(explain(OSError("out of luck")))
    assert "OSError" in str(explain(OSError()))


@pytest.mark.parametrize("name", ["line\nbreak", "x" * 10_000, b"\xff".decode("utf-8", "surrogateescape")])
def test_a_path_is_shown_on_one_line_and_not_for_ever(name: str) -> None:
    told = str(explain(OSError(errno.ENOENT, ""), f"/{name}"))
    assert told.isprintable()
    assert len(told) < 1000


def test_what_is_missing_is_told_by_the_folder_that_is_missing(tmp_path: Path) -> None:
    for path, sentence in [
        ("file", f"there is no {tmp_path}/file: "),
        ("none/file", f"there is no {tmp_path}/none/file, since its folder is missing: make the folder "),
    ]:
        with pytest.raises(FileNotFoundError) as error:
            (tmp_path / path).read_text()
        assert str(explain(error.value)).startswith(sentence)


def test_a_working_directory_that_was_removed_is_no_second_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    assert "file" in str(explain(OSError(errno.ENOENT, ""), "file"))
