"""The command line: one module per command, and ``main``, its entry point.

``runtime.py`` reads the configuration, and ``serving.py`` does for commands that keep running.
``command_faults.py`` ends a command that cannot start. ``database.py`` opens the database,
``database_wait.py`` waits for one that is down, and ``platform_client.py`` makes the platform's client.
``diagnostics.py`` has the checks of ``leadform check``.

``supervisor.py`` runs several commands as one, ``backoff.py`` says how long to wait between attempts, and
``stop_signals.py`` what a signal does. ``lazy_group.py`` imports a command only when it is run,
``json_lines.py`` writes ``--json``, and ``standard_streams.py`` opens streams that were closed.
"""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import click

from webapp import __version__
from webapp.commands.lazy_group import LazyCommand, LazyGroup
from webapp.commands.standard_streams import reopen_closed_streams
from webapp.files.path_faults import explain

COMMANDS: Final = {
    "demo": LazyCommand(
        "webapp.commands.demo:demo", "Try leadform on this machine, with a stand-in for the platform."
    ),
    "serve": LazyCommand("webapp.commands.serve:serve", "Serve the forms and forward the enquiries."),
    "web": LazyCommand("webapp.commands.web:web", "Serve the forms."),
    "worker": LazyCommand("webapp.commands.worker:worker", "Forward what is due to the platform."),
    "db": LazyCommand("webapp.commands.db:db", "Look after the database."),
    "check": LazyCommand("webapp.commands.check:check", "Look at everything, and say what to mend."),
    "forms": LazyCommand("webapp.commands.forms:forms", "Start a forms file, and see what a form sends."),
    "leads": LazyCommand("webapp.commands.leads:leads", "See what was received, and send again what failed."),
    "sandbox": LazyCommand("webapp.commands.sandbox:sandbox", "Stand in for the platform on this machine."),
}


class Commands(LazyGroup):
    """Reports a wrong use in one line."""

    def make_context(self, *args: Any, **kwargs: Any) -> click.Context:
        """Parse the command line's own options."""
        reopen_closed_streams()
        with _errors_in_one_line():
            return super().make_context(*args, **kwargs)

    def invoke(self, ctx: click.Context) -> Any:
        """Parse the command's options and run it."""
        with _errors_in_one_line():
            return super().invoke(ctx)


@contextmanager
def _errors_in_one_line() -> Iterator[None]:
    try:
        yield
    except click.exceptions.NoArgsIsHelpError:
        raise
    except click.UsageError as error:
        where = error.ctx.command_path if error.ctx else "leadform"
        # Without a context, Click leaves out the usage lines.
        raise click.UsageError(f"{error.format_message()} See {where} --help.") from error
    except OSError as error:
        if error.errno == errno.EPIPE:
            raise  # nobody reads the output any more, which Click does not treat as a fault
        fault = str(explain(error))
        raise click.ClickException(f"{fault[0].upper()}{fault[1:]}") from error


@click.group(cls=Commands, lazy_commands=COMMANDS, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="leadform")
def main() -> None:
    """Lead capture for venues: every enquiry reaches the platform, once, with its campaign."""
