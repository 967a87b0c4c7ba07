"""leadform's processes in a chaos run, each replaced when it ends."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field

from tests.faults.programs import Program, gunicorn, program
from tests.faults.rig import Rig
from tests.support.processes import Visitor, free_port

WORKERS = 2


@dataclass
class ProcessSlot:
    """A running process, and how to start its replacement."""

    start: Callable[[], AbstractContextManager[Program]]
    running: Program
    _stack: ExitStack = field(default_factory=ExitStack)

    @classmethod
    @contextmanager
    def occupied(cls, start: Callable[[], AbstractContextManager[Program]]) -> Iterator[ProcessSlot]:
        """Keep a process running for the duration of the block."""
        with ExitStack() as stack:
            yield cls(start, stack.enter_context(start()), stack)

    def replace(self) -> None:
        """End the process if it still runs, and start another."""
        self._stack.close()
        self.running = self._stack.enter_context(self.start())

    def restart_dead(self) -> None:
        """Start another process if this one has ended on its own, as a service manager does."""
        if self.running.has_ended():
            self.replace()

    def kill(self) -> None:
        """Kill the process itself, not its children, and start another."""
        self.running.kill()
        self.replace()

    def stop(self) -> None:
        """Ask the process to end, and start another."""
        self.running.send(signal.SIGTERM)
        self.replace()

    def children(self) -> list[int]:
        """Return the process ids of its children."""
        return self.running.children()


@dataclass
class Processes:
    """One web server and some workers."""

    web: ProcessSlot
    workers: list[ProcessSlot]
    port: int

    def restart_dead(self) -> None:
        """Restart every process that has ended."""
        for slot in (self.web, *self.workers):
            slot.restart_dead()


@contextmanager
def running_processes(rig: Rig, env: dict[str, str]) -> Iterator[Processes]:
    """Run a web server and workers for the duration of the block."""
    port = free_port()

    def serve() -> AbstractContextManager[Program]:
        return gunicorn("webapp.wsgi:app", port, env=env, folder=rig.folder)

    def work() -> AbstractContextManager[Program]:
        return program("webapp", "worker", env=env, folder=rig.folder)

    with ExitStack() as stack:
        web = stack.enter_context(ProcessSlot.occupied(serve))
        workers = [stack.enter_context(ProcessSlot.occupied(work)) for _ in range(WORKERS)]
        Visitor(port).wait_until_served()
        yield Processes(web, workers, port)
