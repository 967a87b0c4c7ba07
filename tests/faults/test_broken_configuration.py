"""A configuration that can no longer be read does not take down a site that was up with a good one."""

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

pytestmark = [pytest.mark.long, pytest.mark.engines("sqlite")]  # the database is not what breaks

OBSTACLE = "OBSTACLE"  # as stumbling_web reads it
LOGO = '\n[forms.short.theme]\nlogo = "logo.svg"\nlogo_alt = "Harbour Hall"\n'


@dataclass
class Site:
    """A folder with a forms file, its logo, .env and a file with a secret, all good."""

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

    def shows_its_form(self) -> bool:
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


def workers_of(master: Program) -> list[int]:
    children = Path(f"/proc/{master.pid}/task/{master.pid}/children")
    return [int(each) for each in children.read_text().split()] if children.exists() else []


def other_workers(master: Program, before: list[int]) -> bool:
    now = workers_of(master)
    return len(now) == len(before) and not set(now) & set(before)


def test_the_site_stays_up_when_its_processes_die_and_are_reloaded_over_what_cannot_be_read(
    site: Site,
) -> None:
    with site.served("web") as master:
        wait_for(site.shows_its_form, "the form is shown")
        break_everything(site)
        before = workers_of(master)
        for pid in before:
            os.kill(pid, signal.SIGKILL)
        wait_for(lambda: other_workers(master, before), "others have taken their places")
        wait_for(site.shows_its_form, "the form is shown")
        between = workers_of(master)
        master.send(signal.SIGHUP)
        wait_for(lambda: other_workers(master, between), "the server was reloaded")
        assert site.shows_its_form()
        for event in ("settings_not_usable", "forms_file_not_usable"):
            assert event in master.said()
        assert SECRET_KEY not in master.said()
        assert master.stop() == 0


def test_serve_keeps_the_site_up_when_its_commands_die_over_what_cannot_be_read(site: Site) -> None:
    with site.served("serve") as serve:
        wait_for(lambda: len(workers_of(serve)) == 2, "web and worker run")
        break_everything(site)
        before = workers_of(serve)
        for pid in before:
            os.kill(pid, signal.SIGKILL)
        wait_for(lambda: other_workers(serve, before), "others have taken their places")
        wait_for(lambda: serve.said().count("settings_not_usable") >= 2, "worker and web have said so")
        wait_for(lambda: _is_shown(site), "the form is shown")
        assert serve.stop() == 0


def test_the_site_comes_up_again_by_the_last_good_forms(site: Site) -> None:
    with site.served("web") as master:
        assert master.stop() == 0
    break_the_forms(site)
    with site.served("web") as again:
        assert site.shows_its_form()
        assert "forms_file_not_usable" in again.said()


def test_processes_that_cannot_start_do_not_take_down_those_that_serve(site: Site) -> None:
    obstacle = site.folder / "obstacle"
    env = {**site.env, OBSTACLE: str(obstacle)}
    with gunicorn("tests.faults.stumbling_web:app", site.port, env=env, folder=site.folder) as master:
        Visitor(site.port).wait_until_served()
        obstacle.touch()
        os.kill(workers_of(master)[0], signal.SIGKILL)
        wait_for(lambda: "web_process_not_started" in master.said(), "a process could not start")
        wait_for(lambda: "exited with code 1" in master.said(), "it has ended")
        assert site.shows_its_form()
        assert master.stop() == 0


def _is_shown(site: Site) -> bool:
    try:
        return site.shows_its_form()
    except OSError:
        return False
