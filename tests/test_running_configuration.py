"""The configuration that leadform serves by when what stands on the disk cannot be used."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.harness import form_text
from tests.support.processes import environment
from webapp.child_processes import SETTINGS, inherited_settings, settings_pipe
from webapp.faults import ConfigurationError
from webapp.formfile.current import REPORT_INTERVAL, RETRY_INTERVAL, FormsFile
from webapp.gunicorn_master import WebMaster
from webapp.logs import configure_logging
from webapp.running_configuration import (
    RunningConfiguration,
    last_good_forms,
    load_running_configuration,
    make_forms_reader,
)
from webapp.settings.model import Settings, read_settings

GOOD = form_text()


@dataclass
class Place:
    """A folder with a configuration, and the environment that names it."""

    folder: Path
    monkeypatch: pytest.MonkeyPatch

    @property
    def forms_file(self) -> Path:
        return self.folder / "forms.toml"

    def write(self, text: str) -> None:
        self.forms_file.write_text(text, encoding="utf-8")

    def serve(self, kept: Settings | None = None) -> RunningConfiguration:
        return load_running_configuration(kept)

    def events(self, serving: RunningConfiguration) -> list[str]:
        return [complaint.event for complaint in serving.complaints]


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    env = environment(f"sqlite:///{tmp_path}/data/leadform.db", "http://127.0.0.1:9")
    for name, value in {**env, "FORMS_FILE": str(tmp_path / "forms.toml")}.items():
        monkeypatch.setenv(name, value)
    place = Place(tmp_path, monkeypatch)
    place.write(GOOD)
    configure_logging("json", "info")
    return place


def test_forms_that_are_good_are_served_and_kept_beside_the_database(place: Place) -> None:
    serving = place.serve()
    assert (list(serving.forms), serving.complaints) == (["form"], ())
    (kept,) = (place.folder / "data").iterdir()
    assert kept == last_good_forms(serving.settings).path


def test_where_the_database_is_on_a_server_they_are_kept_in_var(place: Place) -> None:
    place.monkeypatch.setenv("DATABASE_URL", "postgresql://nobody@127.0.0.1:9/none")
    place.serve()
    assert list((place.folder / "var").iterdir())


@pytest.mark.parametrize(
    "text", ["", "[forms", GOOD.replace("title", "tilte"), None], ids=["", "[", "typo", "gone"]
)
def test_forms_that_cannot_be_used_are_replaced_by_the_last_good_ones(place: Place, text: str | None) -> None:
    before = place.serve().forms
    place.forms_file.unlink()
    if text is not None:
        place.write(text)
    serving = place.serve()
    assert serving.forms == before
    (complaint,) = serving.complaints
    assert complaint.event == "forms_file_not_usable"
    assert "forms.toml" in complaint.reason
    assert "last-good-forms-" in complaint.goes_on


def test_with_no_last_good_ones_the_start_fails_with_every_fault(place: Place) -> None:
    place.write(GOOD.replace("title", "tilte"))
    with pytest.raises(ConfigurationError) as error:
        place.serve()
    assert "title: is required" in str(error.value)
    assert "tilte: is unknown" in str(error.value)
    assert not (place.folder / "data").exists()


def test_faults_of_settings_and_forms_are_told_together_also_where_a_copy_is(place: Place) -> None:
    place.serve()
    place.write("")
    place.monkeypatch.delenv("PLATFORM_KEY")
    with pytest.raises(ConfigurationError) as error:
        place.serve()
    assert "PLATFORM_KEY: is missing" in str(error.value)
    assert "at least one form is required" in str(error.value)


def test_a_damaged_copy_is_no_help_and_told_with_the_faults(place: Place) -> None:
    copy = last_good_forms(place.serve().settings).path
    copy.write_text("damaged")
    place.write("")
    with pytest.raises(ConfigurationError, match="at least one form is required") as error:
        place.serve()
    assert f"Nothing can stand in for it:\n  {copy}: the last good copy is damaged: " in str(error.value)


def test_another_forms_file_is_not_replaced_by_the_copy_of_this_one(place: Place) -> None:
    place.serve()
    place.monkeypatch.setenv("FORMS_FILE", str(place.folder / "other.toml"))
    with pytest.raises(ConfigurationError, match=r"other\.toml: there is no such file"):
        place.serve()


def test_forms_that_do_not_fit_the_settings_are_neither_served_nor_kept(place: Place) -> None:
    place.monkeypatch.setenv("DEFAULT_FORM", "form")
    before = place.serve().forms
    place.write(GOOD.replace("forms.form", "forms.other"))
    for _ in range(2):
        serving = place.serve()
        assert serving.forms == before
        assert "DEFAULT_FORM: form is not a form; there are other" in serving.complaints[0].reason


def test_a_copy_that_cannot_be_written_is_told_and_stops_nothing(place: Place) -> None:
    (place.folder / "data").write_text("in the way")
    serving = place.serve()
    assert list(serving.forms) == ["form"]
    assert place.events(serving) == ["last_good_forms_not_kept"]
    assert f"{place.folder}/data is a file, where a folder should be" in serving.complaints[0].reason


def test_settings_that_cannot_be_read_are_as_they_were(place: Place) -> None:
    settings = place.serve().settings
    place.monkeypatch.setenv("PLATFORM_URL", "http://platform.example")
    place.monkeypatch.delenv("SECRET_KEY")
    serving = place.serve(settings)
    assert serving.settings == settings
    (complaint,) = serving.complaints
    assert complaint.event == "settings_not_usable"
    assert "SECRET_KEY: is missing" in complaint.reason


def test_a_setting_that_no_form_fits_leaves_both_as_they_were(place: Place) -> None:
    kept = place.serve()
    place.monkeypatch.setenv("DEFAULT_FORM", "nonsense")
    serving = load_running_configuration(kept.settings, kept.forms)
    assert (serving.settings, serving.forms) == (kept.settings, kept.forms)
    assert "DEFAULT_FORM: nonsense is not a form" in serving.complaints[0].reason


def test_a_master_keeps_its_configuration_whatever_stands_on_the_disk(place: Place) -> None:
    master = WebMaster()
    before = master.read_configuration()
    place.write("[")
    (place.folder / ".env").write_bytes(b"\xff")
    last_good_forms(before.settings).path.unlink()
    after = master.read_configuration()
    assert (after.settings, after.forms) == (before.settings, before.forms)
    place.write(GOOD.replace('title = "', 'title = "Another '))
    (place.folder / ".env").unlink()
    assert master.read_configuration().forms["form"].title.startswith("Another ")


def test_a_running_worker_keeps_what_is_good_of_a_changed_file_and_nothing_else(place: Place) -> None:
    settings = place.serve().settings
    file = FormsFile(place.forms_file, place.serve().forms, make_forms_reader(settings))
    place.write(GOOD.replace('title = "', 'title = "Another '))
    changed = file.forms()
    place.write("[forms")
    assert file.forms() == changed
    assert last_good_forms(settings).read() == changed


def test_a_worker_that_works_by_the_copy_tries_the_file_again_and_says_so_now_and_then(
    place: Place, caplog: pytest.LogCaptureFixture
) -> None:
    place.serve()
    place.write(GOOD + '[forms.form.theme]\nlogo = "a.svg"\nlogo_alt = "A"\n')
    serving = place.serve()
    now = [0.0]
    file = FormsFile(place.forms_file, serving.forms, make_forms_reader(serving.settings), lambda: now[0])
    for now[0] in range(int(REPORT_INTERVAL) + 20):
        assert file.forms() == serving.forms
    assert sum("forms_file_not_usable" in str(record.msg) for record in caplog.records) == 2
    (place.folder / "a.svg").write_text("<svg/>")
    now[0] += RETRY_INTERVAL
    assert file.forms().logos == {"form": b"<svg/>"}


def test_settings_are_handed_over_whole_and_once(place: Place) -> None:
    place.monkeypatch.setenv("SECRET_KEY_FALLBACKS", "x" * 40 + "," + "y" * 40)
    place.monkeypatch.setenv("TRUSTED_HOSTS", "a.example,b.example")
    settings = read_settings()
    with settings_pipe(settings) as (_, named):
        assert not any(secret in str(named) for secret in ("x" * 40, "test-secret"))
        place.monkeypatch.setenv(SETTINGS, named[SETTINGS])
        for name in Settings.model_fields:
            place.monkeypatch.delenv(name.upper(), raising=False)
        (place.folder / ".env").write_bytes(b"\xff")
        given = inherited_settings()
        assert given is not None
        assert given.model_dump() == settings.model_dump()
        assert inherited_settings() is None
        os.open(os.devnull, os.O_RDONLY)  # takes the place of what was read


@pytest.mark.parametrize("named", ["", "x", "-1:1", "99999:1", "0:", "1:2:3"])
def test_a_variable_that_names_no_pipe_of_ours_hands_nothing_over(place: Place, named: str) -> None:
    place.monkeypatch.setenv(SETTINGS, named)
    assert inherited_settings() is None
