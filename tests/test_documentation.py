"""What pages and packages' docstrings say about files, commands and each other is true."""

import ast
import re
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import click
import pytest

from tests.support.processes import PROJECT
from webapp.commands import main
from webapp.forms.kinds.registry import KINDS

PAGES: Final = sorted([*PROJECT.glob("*.md"), *(PROJECT / "docs").rglob("*.md")])
PACKAGES: Final = sorted(path.parent for path in (PROJECT / "webapp").rglob("__init__.py"))
FOLDERS: Final = ("webapp", "tests", "docs", "tools", "benchmarks", "templates", "static")
FILES: Final = [
    *(path for path in PROJECT.iterdir() if path.is_file()),
    *(path for folder in FOLDERS for path in (PROJECT / folder).rglob("*")),
]
PATH: Final = re.compile(rf"`((?:{'|'.join(FOLDERS)})/[\w./-]+)`")
COMMAND: Final = re.compile(r"(?:`|/bin/|\$ )leadform ([a-z][^`\n]*)")
FILE: Final = re.compile(r"`([\w-]+(?:\.[\w-]+)*\.(?:py|js|css|html|po))`")


def name_of(path: Path) -> str:
    return str(path.relative_to(PROJECT))


def text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def legend(package: Path) -> str:
    return ast.get_docstring(ast.parse(text(package / "__init__.py"))) or ""


def in_a_table(package: Path) -> set[str]:
    """Return what a table names already: the commands of a group, and the kinds of questions."""
    dotted = ".".join(package.relative_to(PROJECT).parts)
    commands = re.findall(rf'"{re.escape(dotted)}\.(\w+)[.:]', text(package / "__init__.py"))
    return {*commands, *(KINDS if package.name == "kinds" else ())}


def anchors(page: Path) -> set[str]:
    """Return the anchors that GitHub makes of a page's headings."""
    headings = re.findall(r"^#+ (.+)$", text(page), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("package", PACKAGES, ids=name_of)
def test_a_package_docstring_names_every_module(package: Path) -> None:
    found = {path.name for path in package.glob("*.py")} - {"__init__.py"}
    found |= {path.parent.name for path in package.glob("*/__init__.py")}
    expected = {name for name in found if name.removesuffix(".py") not in in_a_table(package)}
    named = set(re.findall(r"``([\w.]+)``", legend(package)))
    assert expected - named == set()
    assert {name for name in named - found if name.endswith(".py")} == set()


@pytest.mark.parametrize("package", PACKAGES, ids=name_of)
def test_a_path_in_a_package_docstring_exists(package: Path) -> None:
    for path in re.findall(r"``(\w+/[\w/]*\w+\.py)``", legend(package)):
        assert (package / path).is_file(), path


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_file_that_a_page_names_exists(page: Path) -> None:
    assert [path for path in PATH.findall(text(page)) if not (PROJECT / path).exists()] == []
    assert set(FILE.findall(text(page))) <= {path.name for path in FILES}


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_link_of_a_page_leads_somewhere(page: Path) -> None:
    for path, anchor in re.findall(r"\]\(([^):#]*)(?:#([\w-]+))?\)", text(page)):
        target = page.parent / path if path else page
        assert target.exists(), path
        assert not anchor or anchor in anchors(target), f"{path}#{anchor}"


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_command_that_a_page_names_exists(page: Path) -> None:
    for line in COMMAND.findall(text(page)):
        group: click.Command = main
        for word in line.split():
            if not isinstance(group, click.Group) or not word.isalpha():
                break
            command = group.get_command(click.Context(group), word)
            assert command, line
            group = command


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_make_target_that_a_page_names_exists(page: Path) -> None:
    targets = set(re.findall(r"^([a-z]+):", text(PROJECT / "Makefile"), re.MULTILINE))
    assert set(re.findall(r"(?:`| {4}|^)make ([a-z]+)", text(page), re.MULTILINE)) <= targets


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_module_that_a_page_runs_exists(page: Path) -> None:
    for module in re.findall(r"`python -m ([\w.]+)", text(page)):
        assert find_spec(module), module
