"""The command line: a module for each command, and ``main``, its entry point."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any, Final

import click

from webapp import __version__
from webapp.commands.standard_streams import reopen_closed_streams
from webapp.files.path_faults import explain

COMMANDS: Final = ("demo", "serve", "web", "worker", "db", "check", "forms", "leads", "sandbox")


class Commands(click.Group):
    """Loads only the command that is called, and reports a wrong use in one line."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order of the help."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command, from the module of its name."""
        del ctx
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = getattr(import_module(f"webapp.commands.{cmd_name}"), cmd_name)
        return command

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


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="leadform")
def main() -> None:
    """Lead capture for venues: every enquiry reaches the platform, once, with its campaign."""
