"""Rules for the whole project."""

import ast
import re
import sys
import tomllib
from importlib.metadata import distributions, packages_distributions
from pathlib import Path

import pytest
from flask import Flask

from tests.support.processes import PROJECT
from tools import documentation
from webapp.enquiry import NEXT_STATES
from webapp.faults import Fault, Source
from webapp.formfile.reader import read_forms
from webapp.settings.environment import SECRETS
from webapp.settings.model import Settings, read_settings

MODULES = sorted((PROJECT / "webapp").rglob("*.py"))
MAX_MODULE = 250
NOT_INSTALLED = {"webapp", "_typeshed"}
"""The project itself, and a module for type checkers only."""

MAX_FUNCTION = 40


def text(name: str) -> str:
    return (PROJECT / name).read_text(encoding="utf-8")


def default_of(name: str) -> str:
    field = Settings.model_fields[name]
    if field.is_required():
        return "required"
    value = field.get_default()
    return value.get_secret_value() if hasattr(value, "get_secret_value") else str(value)


def test_the_env_example_has_exactly_the_settings_with_defaults() -> None:
    written = re.findall(r"^#?([A-Z][A-Z_]+)=(.*)$", text(".env.example"), re.MULTILINE)
    assert [name for name, _ in written] == [name.upper() for name in Settings.model_fields]
    shown_by_an_example = {"PLATFORM_URL", "PUBLIC_URL", "TRUSTED_HOSTS", "WEB_CONCURRENCY", "LOG_FORMAT"}
    for name, value in written:
        if value and name not in shown_by_an_example:
            assert value == default_of(name.lower()), name


CONFIGURATION_ROWS = re.findall(
    r"^\| `([A-Z_]+)` \| ([^|]+) \| ([^|]+) \| `([^|`]+)` \|$", text("docs/configuration.md"), re.MULTILINE
)


def test_the_configuration_page_has_every_setting_with_its_default() -> None:
    assert [name for name, *_ in CONFIGURATION_ROWS] == [name.upper() for name in Settings.model_fields]
    for name, default, meaning, _ in CONFIGURATION_ROWS:
        is_in_words = default_of(name.lower()) in {"None", "()"} or name == "WEB_CONCURRENCY"
        assert meaning.endswith("."), name
        assert is_in_words or default.strip("`") == default_of(name.lower()), name
        assert is_in_words is (not default.startswith("`") and default != "required"), name


def test_every_example_on_the_configuration_page_is_valid(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = [f"{name}={example}\n" for name, _, _, example in CONFIGURATION_ROWS]
    (tmp_path / ".env").write_text("".join(lines), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert read_settings().model_fields_set == set(Settings.model_fields)


def test_the_configuration_page_names_every_secret() -> None:
    (listed,) = re.findall(r"^The secrets are (.*)\.$", text("docs/configuration.md"), re.MULTILINE)
    assert set(re.findall(r"`([A-Z_]+)`", listed)) == SECRETS


def test_the_configuration_page_has_every_key_of_a_fault_record() -> None:
    _, after = text("docs/configuration.md").split("## Faults")
    record = Fault(Source.SETTINGS, "is missing").as_record()
    assert re.findall(r"^\| `(\w+)` \|", after, re.MULTILINE) == list(record)
    assert all(f"`{source}`" in after for source in Source)


def test_the_readme_lists_every_setting_without_a_default() -> None:
    listed = re.findall(r"^\| `([A-Z_]+)` \|", text("README.md"), re.MULTILINE)
    assert listed == [name.upper() for name, field in Settings.model_fields.items() if field.is_required()]


def test_a_copied_example_lacks_only_required_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blank = re.compile(r"^(SECRET_KEY|PLATFORM_KEY|PLATFORM_SECRET)=$", re.MULTILINE)
    filled = blank.sub(rf"\1={'x' * 32}", text(".env.example"))
    (tmp_path / ".env").write_text(filled, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert read_settings().platform_url.startswith("https://")


def test_the_shipped_forms_can_be_read() -> None:
    assert list(read_forms(PROJECT / "forms.toml")) == ["weddings"]
    assert list(read_forms(PROJECT / "webapp" / "commands" / "demo_forms.toml")) == [
        *("weddings", "callback", "events"),
    ]


@pytest.mark.parametrize("example", re.findall(r"```toml\n(.*?)```", text("docs/forms.md"), re.DOTALL))
def test_every_form_in_the_documentation_can_be_read(example: str, tmp_path: Path) -> None:
    path = tmp_path / "forms.toml"
    path.write_text(example, encoding="utf-8")
    assert read_forms(path)


def test_the_table_of_properties_is_up_to_date() -> None:
    assert documentation.written(text("docs/forms.md")) == text("docs/forms.md"), "run make docs"


def test_every_make_target_in_the_readme_exists() -> None:
    named = set(re.findall(r"make ([a-z]+)", text("README.md")))
    targets = set(re.findall(r"^([a-z]+):", text("Makefile"), re.MULTILINE))
    assert named <= targets
    assert {"demo", "test", "check", "format", "requirements", "help"} <= targets


def test_every_dependency_has_a_documented_reason() -> None:
    project = tomllib.loads(text("pyproject.toml"))
    listed = [
        *project["project"]["dependencies"],
        *project["dependency-groups"]["install"],
        *project["dependency-groups"]["setup"],
        *project["dependency-groups"]["audit"],
        *project["dependency-groups"]["dev"],
    ]
    reasons = text("docs/dependencies.md")
    for requirement in listed:
        name = re.split(r"[>=<\[]", requirement)[0]
        assert re.search(rf"^\|.*\b{re.escape(name)}\b.*\|", reasons, re.MULTILINE), name


def test_every_import_is_a_runtime_requirement() -> None:
    pinned = set(re.findall(r"^([\w.-]+)(?:\[[\w,-]+\])?==", text("requirements.txt"), re.MULTILINE))
    installed_by = packages_distributions()
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names = [node.module]
            for name in {name.partition(".")[0] for name in names} - sys.stdlib_module_names - NOT_INSTALLED:
                assert pinned & {found.lower() for found in installed_by[name]}, f"{path}: {name}"


def test_the_urls_are_the_documented_ones(app: Flask) -> None:
    assert {rule.rule for rule in app.url_map.iter_rules()} == {
        *(
            "/",
            "/f/<slug>",
            "/r/<token>",
            "/r/<token>/copy.txt",
            "/r/<receipt>/change",
            "/f/<slug>/theme.css",
            "/f/<slug>/logo",
            "/static/<name>",
            "/healthz",
        ),
    }


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PROJECT)))
def test_modules_and_functions_are_short(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    assert source.count("\n") <= MAX_MODULE
    if "migrations/versions" in str(path):
        return
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef):
            assert (node.end_lineno or 0) - node.lineno < MAX_FUNCTION, node.name


def test_no_template_has_an_inline_script_or_style() -> None:
    for path in (PROJECT / "templates").rglob("*.html"):
        assert not re.search(r"<style|style=|<script(?![^>]*src=)|\son\w+=", path.read_text()), path


@pytest.mark.parametrize(
    "name", ["requirements.txt", "requirements-dev.txt", "requirements-setup.txt", "requirements-audit.txt"]
)
def test_every_requirement_is_pinned_with_hashes_and_no_url(name: str) -> None:
    requirements = text(name)
    assert "://" not in requirements
    for requirement in re.split(r"\n(?=\S)", requirements.split("make requirements\n")[1].strip()):
        assert re.match(r"[\w.\[\]-]+==\S+", requirement), requirement
        assert "--hash=sha256:" in requirement, requirement


def test_every_required_extra_is_pinned_with_its_extra() -> None:
    requirements = text("requirements-dev.txt")
    pinned = re.findall(r"^([\w.-]+)(?:\[[\w,-]+\])?==", requirements, re.MULTILINE)
    asked = {
        (found[1].lower(), found[2])
        for distribution in distributions()
        if distribution.metadata["Name"].lower() in pinned
        for requirement in distribution.requires or ()
        if (found := re.match(r"([\w.-]+)\[([\w,-]+)\]", requirement)) and "extra ==" not in requirement
    }
    assert ("coverage", "toml") in asked
    assert [f"{name}[{extra}]" for name, extra in asked if f"{name}[{extra}]==" not in requirements] == []


def test_the_documented_transitions_match_the_state_machine() -> None:
    drawn = re.findall(r"^    (\w+) --> (\w+)(?=:)", text("docs/delivery.md"), re.MULTILINE)
    allowed = {(before.value, after.value) for before, afters in NEXT_STATES.items() for after in afters}
    assert set(drawn) == allowed
    assert len(drawn) == len(allowed)


def test_nothing_keeps_a_browser_from_bringing_back_what_was_typed() -> None:
    served = [path for name in ("webapp", "templates", "static") for path in (PROJECT / name).rglob("*")]
    sources = [path for path in served if path.suffix in {".html", ".js", ".py"}]
    assert len(sources) > 50
    switched_off = re.compile(r"autocomplete\W{1,6}off", re.IGNORECASE)
    for source in sources:
        assert not switched_off.search(source.read_text(encoding="utf-8")), source
