"""A configuration that becomes unreadable does not take down a running site."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.faults.programs import Program, gunicorn, program
from tests.support.processes import FORMS_FILE, SECRET_KEY, Visitor, environment, free_port, wait_for
from webapp.outbox.database import Database

pytestmark = [pytest.mark.long, pytest.mark.engines("sqlite")]  # nothing here depends on the engine

OBSTACLE = "OBSTACLE"  # as failing_web reads it
LOGO = '\n[forms.short.theme]\nlogo = "logo.svg"\nlogo_alt = "Harbour Hall"\n'


@dataclass
class Site:
    """A folder with a valid forms file, logo, .env and secret file."""

    folder: Path
    port: int
    env: dict[str, str]

    @property
    def forms_file(self) -> Path:
        return self.folder / "forms.toml"

    @contextmanager
    def served(self, *command: str) -> Iterator[Program]:
        with program("webapp", *command, "--host", "127.0.0.1", env=self.env, folder=self.folder) as running:
            Visitor(self.port).wait_until_served()
            yield running

    def shows_form(self) -> bool:
        visitor = Visitor(self.port)
        return visitor.get("/f/weddings").ok and visitor.get("/f/short/logo").ok


@pytest.fixture
def site(database: Database, database_url: str, tmp_path: Path) -> Site:
    assert database is not None
    port = free_port()
    env = environment(database_url, "http://127.0.0.1:9", PORT=str(port), WEB_CONCURRENCY="2")
    (tmp_path / "secret").write_text(env.pop("SECRET_KEY"))
    (tmp_path / ".env").write_text(f'PLATFORM_KEY="{env.pop("PLATFORM_KEY")}"\n')
    (tmp_path / "logo.svg").write_text("<svg/>")
    (tmp_path / "forms.toml").write_text(FORMS_FILE.read_text() + LOGO)
    env |= {"SECRET_KEY_FILE": str(tmp_path / "secret"), "FORMS_FILE": str(tmp_path / "forms.toml")}
    return Site(tmp_path, port, env)


def break_the_forms(site: Site) -> None:
    with site.forms_file.open("a") as file:
        file.write("\n[forms.short.tehme]\n")
    (site.folder / "logo.svg").unlink()


def break_everything(site: Site) -> None:
    break_the_forms(site)
    (site.folder / "secret").unlink()
    (site.folder / ".env").write_bytes(b"\xff\xfe")


def have_been_replaced(master: Program, before: list[int]) -> bool:
    now = master.children()
    return len(now) == len(before) and not set(now) & set(before)


def test_web_stays_up_when_processes_restart_on_unreadable_files(
    site: Site,
) -> None:
    with site.served("web") as master:
        wait_for(site.shows_form, "the form is shown")
        break_everything(site)
        before = master.children()
        for pid in before:
            os.kill(pid, signal.SIGKILL)
        wait_for(lambda: have_been_replaced(master, before), "the processes were replaced")
        wait_for(site.shows_form, "the form is shown")
        between = master.children()
        master.send(signal.SIGHUP)
        wait_for(lambda: have_been_replaced(master, between), "the server was reloaded")
        assert site.shows_form()
        for event in ("settings_not_usable", "forms_file_not_usable"):
            assert event in master.output()
        assert SECRET_KEY not in master.output()
        assert master.stop() == 0


def test_serve_stays_up_when_commands_restart_on_unreadable_files(site: Site) -> None:
    with site.served("serve") as serve:
        wait_for(lambda: len(serve.children()) == 2, "web and worker run")
        break_everything(site)
        before = serve.children()
        for pid in before:
            os.kill(pid, signal.SIGKILL)
        wait_for(lambda: have_been_replaced(serve, before), "the processes were replaced")
        wait_for(lambda: serve.output().count("settings_not_usable") >= 2, "worker and web have logged it")
        wait_for(lambda: _is_shown(site), "the form is shown")
        assert serve.stop() == 0


def test_the_site_restarts_with_the_last_good_forms(site: Site) -> None:
    with site.served("web") as master:
        assert master.stop() == 0
    break_the_forms(site)
    with site.served("web") as again:
        assert site.shows_form()
        assert "forms_file_not_usable" in again.output()


def test_a_process_that_cannot_start_leaves_the_others_serving(site: Site) -> None:
    obstacle = site.folder / "obstacle"
    env = {**site.env, OBSTACLE: str(obstacle)}
    with gunicorn("tests.faults.failing_web:app", site.port, env=env, folder=site.folder) as master:
        Visitor(site.port).wait_until_served()
        obstacle.touch()
        os.kill(master.children()[0], signal.SIGKILL)
        wait_for(lambda: "web_process_not_started" in master.output(), "a process could not start")
        wait_for(lambda: "exited with code 1" in master.output(), "it has ended")
        assert site.shows_form()
        assert master.stop() == 0


def _is_shown(site: Site) -> bool:
    try:
        return site.shows_form()
    except OSError:
        return False
