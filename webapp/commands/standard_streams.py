"""The standard streams of a process that may have been started with some of them closed."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from typing import Final

import click

STREAMS: Final = {0: ("stdin", "r"), 1: ("stdout", "w"), 2: ("stderr", "w")}


def reopen_closed_streams() -> None:
    """Open the null device in place of each closed stream, for this process and its children.

    Otherwise the next file to be opened would get the stream's descriptor, and with it the log.
    """
    for descriptor, (name, mode) in STREAMS.items():
        try:
            os.fstat(descriptor)
        except OSError:
            opened = os.open(os.devnull, os.O_RDWR)
            if opened != descriptor:
                os.dup2(opened, descriptor)
                os.close(opened)
            os.set_inheritable(descriptor, True)  # noqa: FBT003 (the standard library's own)
            setattr(sys, name, open(descriptor, mode, encoding="utf-8", closefd=False))  # noqa: SIM115 (it is to last)


def print_line(text: str) -> None:
    """Print a line if anybody still reads: a server does not end because its reader has."""
    with suppress(OSError):
        click.echo(text)
