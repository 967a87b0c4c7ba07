"""The configuration that leadform runs with when the one on disk cannot be used."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.clock import Clock
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
class ConfiguredFolder:
    """A folder with a configuration, which the environment names."""

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
def configured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ConfiguredFolder:
    env = environment(f"sqlite:///{tmp_path}/data/leadform.db", "http://127.0.0.1:9")
    for name, value in {**env, "FORMS_FILE": str(tmp_path / "forms.toml")}.items():
        monkeypatch.setenv(name, value)
    configured = ConfiguredFolder(tmp_path, monkeypatch)
    configured.write(GOOD)
    configure_logging("json", "info")
    return configured


def test_valid_forms_are_served_and_copied_beside_the_database(configured: ConfiguredFolder) -> None:
    serving = configured.serve()
    assert (list(serving.forms), serving.complaints) == (["form"], ())
    (kept,) = (configured.folder / "data").iterdir()
    assert kept == last_good_forms(serving.settings).path


def test_with_a_database_server_the_copy_is_kept_in_var(configured: ConfiguredFolder) -> None:
    configured.monkeypatch.setenv("DATABASE_URL", "postgresql://nobody@127.0.0.1:9/none")
    configured.serve()
    assert list((configured.folder / "var").iterdir())


@pytest.mark.parametrize(
    "content", ["", "[forms", GOOD.replace("title", "tilte"), None], ids=["", "[", "typo", "gone"]
)
def test_unusable_forms_are_replaced_by_the_last_good_ones(
    configured: ConfiguredFolder, content: str | None
) -> None:
    before = configured.serve().forms
    configured.forms_file.unlink()
    if content is not None:
        configured.write(content)
    serving = configured.serve()
    assert serving.forms == before
    (complaint,) = serving.complaints
    assert complaint.event == "forms_file_not_usable"
    assert "forms.toml" in complaint.reason
    assert "last-good-forms-" in complaint.goes_on


def test_without_a_copy_the_start_fails_with_every_fault(configured: ConfiguredFolder) -> None:
    configured.write(GOOD.replace("title", "tilte"))
    with pytest.raises(ConfigurationError) as error:
        configured.serve()
    assert "title: is required" in str(error.value)
    assert "tilte: is unknown" in str(error.value)
    assert not (configured.folder / "data").exists()


def test_faults_in_settings_and_forms_are_reported_despite_a_copy(configured: ConfiguredFolder) -> None:
    configured.serve()
    configured.write("")
    configured.monkeypatch.delenv("PLATFORM_KEY")
    with pytest.raises(ConfigurationError) as error:
        configured.serve()
    assert "PLATFORM_KEY: is missing" in str(error.value)
    assert "at least one form is required" in str(error.value)


def test_a_damaged_copy_is_reported_with_the_faults(configured: ConfiguredFolder) -> None:
    copy = last_good_forms(configured.serve().settings).path
    copy.write_text("damaged")
    configured.write("")
    with pytest.raises(ConfigurationError, match="at least one form is required") as error:
        configured.serve()
    assert f"Nothing can stand in for it:\n  {copy}: the last good copy is damaged: " in str(error.value)


def test_a_copy_does_not_replace_another_forms_file(configured: ConfiguredFolder) -> None:
    configured.serve()
    configured.monkeypatch.setenv("FORMS_FILE", str(configured.folder / "other.toml"))
    with pytest.raises(ConfigurationError, match=r"other\.toml: there is no such file"):
        configured.serve()


def test_forms_that_do_not_fit_the_settings_are_not_served(configured: ConfiguredFolder) -> None:
    configured.monkeypatch.setenv("DEFAULT_FORM", "form")
    before = configured.serve().forms
    configured.write(GOOD.replace("forms.form", "forms.other"))
    for _ in range(2):
        serving = configured.serve()
        assert serving.forms == before
        assert "DEFAULT_FORM: form is not a form; there are other" in serving.complaints[0].reason


def test_a_copy_that_cannot_be_written_is_only_reported(configured: ConfiguredFolder) -> None:
    (configured.folder / "data").write_text("not a folder")
    serving = configured.serve()
    assert list(serving.forms) == ["form"]
    assert configured.events(serving) == ["last_good_forms_not_kept"]
    assert f"{configured.folder}/data is a file, where a folder should be" in serving.complaints[0].reason


def test_unreadable_settings_stay_as_they_were(configured: ConfiguredFolder) -> None:
    settings = configured.serve().settings
    configured.monkeypatch.setenv("PLATFORM_URL", "http://platform.example")
    configured.monkeypatch.delenv("SECRET_KEY")
    serving = configured.serve(settings)
    assert serving.settings == settings
    (complaint,) = serving.complaints
    assert complaint.event == "settings_not_usable"
    assert "SECRET_KEY: is missing" in complaint.reason


def test_a_setting_that_fits_no_form_changes_neither(configured: ConfiguredFolder) -> None:
    kept = configured.serve()
    configured.monkeypatch.setenv("DEFAULT_FORM", "nonsense")
    serving = load_running_configuration(kept.settings, kept.forms)
    assert (serving.settings, serving.forms) == (kept.settings, kept.forms)
    assert "DEFAULT_FORM: nonsense is not a form" in serving.complaints[0].reason


def test_a_master_keeps_its_configuration_whatever_is_on_disk(configured: ConfiguredFolder) -> None:
    master = WebMaster()
    before = master.read_configuration()
    configured.write("[")
    (configured.folder / ".env").write_bytes(b"\xff")
    last_good_forms(before.settings).path.unlink()
    after = master.read_configuration()
    assert (after.settings, after.forms) == (before.settings, before.forms)
    configured.write(GOOD.replace('title = "', 'title = "Another '))
    (configured.folder / ".env").unlink()
    assert master.read_configuration().forms["form"].title.startswith("Another ")


def test_a_worker_copies_only_valid_changes_of_the_file(configured: ConfiguredFolder) -> None:
    settings = configured.serve().settings
    file = FormsFile(configured.forms_file, configured.serve().forms, make_forms_reader(settings))
    configured.write(GOOD.replace('title = "', 'title = "Another '))
    changed = file.forms()
    configured.write("[forms")
    assert file.forms() == changed
    assert last_good_forms(settings).read() == changed


def test_a_worker_on_the_copy_retries_the_file_and_reports_it(
    configured: ConfiguredFolder, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    configured.serve()
    configured.write(GOOD + '[forms.form.theme]\nlogo = "a.svg"\nlogo_alt = "A"\n')
    serving = configured.serve()
    file = FormsFile(
        configured.forms_file, serving.forms, make_forms_reader(serving.settings), clock.monotonic
    )
    for _ in range(int(REPORT_INTERVAL) + 20):
        assert file.forms() == serving.forms
        clock.advance(1)
    assert sum("forms_file_not_usable" in str(record.msg) for record in caplog.records) == 2
    (configured.folder / "a.svg").write_text("<svg/>")
    clock.advance(RETRY_INTERVAL)
    assert file.forms().logos == {"form": b"<svg/>"}


def test_settings_are_handed_over_completely_and_once(configured: ConfiguredFolder) -> None:
    configured.monkeypatch.setenv("SECRET_KEY_FALLBACKS", "x" * 40 + "," + "y" * 40)
    configured.monkeypatch.setenv("TRUSTED_HOSTS", "a.example,b.example")
    settings = read_settings()
    with settings_pipe(settings) as (_, named):
        assert not any(secret in str(named) for secret in ("x" * 40, "test-secret"))
        configured.monkeypatch.setenv(SETTINGS, named[SETTINGS])
        for name in Settings.model_fields:
            configured.monkeypatch.delenv(name.upper(), raising=False)
        (configured.folder / ".env").write_bytes(b"\xff")
        given = inherited_settings()
        assert given is not None
        assert given.model_dump() == settings.model_dump()
        assert inherited_settings() is None
        os.open(os.devnull, os.O_RDONLY)  # reuses the file descriptor that was read


@pytest.mark.parametrize("named", ["", "x", "-1:1", "99999:1", "0:", "1:2:3"])
def test_a_variable_that_names_no_pipe_hands_over_nothing(configured: ConfiguredFolder, named: str) -> None:
    configured.monkeypatch.setenv(SETTINGS, named)
    assert inherited_settings() is None
