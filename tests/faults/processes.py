"""leadform's processes in a chaos run: each in its place, taken by another when it dies."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.faults.programs import Program, gunicorn, program
from tests.faults.rig import House
from tests.support.processes import Visitor, free_port

WORKERS = 2


@dataclass
class Place:
    """Where one process runs, and then another."""

    begin: Callable[[], AbstractContextManager[Program]]
    running: Program
    _stack: ExitStack = field(default_factory=ExitStack)

    @classmethod
    @contextmanager
    def kept(cls, begin: Callable[[], AbstractContextManager[Program]]) -> Iterator[Place]:
        """Keep a process in this place while the block lasts."""
        with ExitStack() as stack:
            yield cls(begin, stack.enter_context(begin()), stack)

    def replace(self) -> None:
        """End what still runs here, and let another take its place."""
        self._stack.close()
        self.running = self._stack.enter_context(self.begin())

    def revive(self) -> None:
        """Let another take the place of a process that has ended by itself, as a service manager does."""
        if self.running.has_ended():
            self.replace()

    def kill(self) -> None:
        """Kill the process itself, and let another take its place."""
        self.running.kill()
        self.replace()

    def stop(self) -> None:
        """Ask the process to end, and let another take its place."""
        self.running.send(signal.SIGTERM)
        self.replace()

    def children(self) -> list[int]:
        """Return the processes that this one has begun."""
        listed = Path(f"/proc/{self.running.pid}/task/{self.running.pid}/children")
        return [int(each) for each in listed.read_text(encoding="ascii").split()] if listed.exists() else []


@dataclass
class Fleet:
    """One web server and some workers."""

    web: Place
    workers: list[Place]
    port: int

    def revive(self) -> None:
        """See that a process runs in each place."""
        for place in (self.web, *self.workers):
            place.revive()


@contextmanager
def fleet(house: House, env: dict[str, str]) -> Iterator[Fleet]:
    """Run a web server and workers while the block lasts."""
    port = free_port()

    def serve() -> AbstractContextManager[Program]:
        return gunicorn("webapp.wsgi:app", port, env=env, folder=house.folder)

    def work() -> AbstractContextManager[Program]:
        return program("webapp", "worker", env=env, folder=house.folder)

    with ExitStack() as stack:
        web = stack.enter_context(Place.kept(serve))
        workers = [stack.enter_context(Place.kept(work)) for _ in range(WORKERS)]
        Visitor(port).wait_until_served()
        yield Fleet(web, workers, port)
