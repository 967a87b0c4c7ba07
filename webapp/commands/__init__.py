"""The command line, a module for each command; ``main`` is its entry."""

from __future__ import annotations

import click

from webapp import __version__
from webapp.commands.db import db
from webapp.commands.demo import demo
from webapp.commands.leads import leads
from webapp.commands.sandbox import sandbox
from webapp.commands.serve import serve
from webapp.commands.web import web
from webapp.commands.worker import worker


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="leadform")
def main() -> None:
    """Lead capture for venues: every enquiry reaches the platform, once, with its campaign."""


for each in (demo, serve, web, worker, db, leads, sandbox):
    main.add_command(each)
