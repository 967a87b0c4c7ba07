"""Every error of the operating system is one sentence with a remedy."""

import errno
import os
from pathlib import Path

import pytest

from webapp.files.path_faults import explain


@pytest.mark.parametrize("number", sorted(errno.errorcode))
def test_every_path_error_is_a_sentence_with_a_remedy(number: int, tmp_path: Path) -> None:
    fault = explain(OSError(number, os.strerror(number)), tmp_path / "file")
    assert str(tmp_path) in fault.message
    assert fault.what_to_do
    assert "\n" not in str(fault)


def test_an_error_without_a_path_keeps_its_reason() -> None:
    assert "Connection refused" in str(explain(ConnectionRefusedError(111, "Connection refused")))
    assert "out of luck" in str(explain(OSError("out of luck")))
    assert "OSError" in str(explain(OSError()))


@pytest.mark.parametrize("name", ["line\nbreak", "x" * 10_000, b"\xff".decode("utf-8", "surrogateescape")])
def test_a_path_is_shown_on_one_line_and_cut(name: str) -> None:
    sentence = str(explain(OSError(errno.ENOENT, ""), f"/{name}"))
    assert sentence.isprintable()
    assert len(sentence) < 1000


def test_a_missing_file_and_a_missing_folder_are_distinguished(tmp_path: Path) -> None:
    for path, sentence in [
        ("file", f"there is no {tmp_path}/file: "),
        ("none/file", f"there is no {tmp_path}/none/file, since its folder is missing: make the folder "),
    ]:
        with pytest.raises(FileNotFoundError) as error:
            (tmp_path / path).read_text()
        assert str(explain(error.value)).startswith(sentence)


def test_a_removed_working_directory_causes_no_second_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    assert "file" in str(explain(OSError(errno.ENOENT, ""), "file"))
