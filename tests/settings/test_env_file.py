"""A line of .env is read as written or reported by its number; none is skipped."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest
from hypothesis import given
from hypothesis import settings as exploring
from hypothesis import strategies as st

from webapp.settings.env_file import read_env_file
from webapp.settings.model import SettingsError, read_settings

SECRET: Final = "hunter2-hunter2-hunter2-hunter2-hunter2"
REQUIRED: Final = (
    f"SECRET_KEY={'x' * 40}\nPLATFORM_URL=https://api.example\nPLATFORM_KEY=key\nPLATFORM_SECRET=secret\n"
)
FIRST: Final = REQUIRED.count("\n") + 1
"""The number of the first line after the required ones."""


@pytest.fixture
def env(tmp_path: Path) -> Path:
    return tmp_path / ".env"


def faults() -> list[str]:
    with pytest.raises(SettingsError) as error:
        read_settings()
    return [line.strip() for line in str(error.value).splitlines()]


# Unreadable lines


UNREADABLE: Final = {
    "an unclosed quote": 'DATABASE_URL="postgresql://u:hunter2@h/d',
    "an unopened quote": 'DATABASE_URL=postgresql://u:hunter2@h/d"',
    "an unclosed single quote": "DATABASE_URL='postgresql://u:hunter2@h/d",
    "quotes of two kinds": "DATABASE_URL='postgresql://u:hunter2@h/d\"",
    "typographic quotes": "DATABASE_URL=\u201cpostgresql://u:hunter2@h/d\u201d",
    "a quote within the same quotes": 'DATABASE_URL="postgresql://u:hun"ter2@h/d"',
    "text after the quotes": 'DATABASE_URL="postgresql://u:hunter2@h/d"x',
    "a colon": "DATABASE_URL: postgresql://u:hunter2@h/d",
    "a colon, and an = further on": "DATABASE_URL: postgresql://u:hunter2@h/d?sslmode=require",
    "a colon without a space, and an = further on": "DATABASE_URL:postgresql://u:hunter2@h/d?a=b",
    "no =": "DATABASE_URL postgresql://u:hunter2@h/d",
    "the name alone": "DATABASE_URL",
    "the name alone, exported": "export DATABASE_URL",
    "an appending +=": "DATABASE_URL+=postgresql://u:hunter2@h/d",
    "a line continuation": "DATABASE_URL=postgresql://u:hunter2@h/d\\",
    "an object": '{"DATABASE_URL": "postgresql://u:hunter2@h/d"}',
    "the word of another shell": "set DATABASE_URL=postgresql://u:hunter2@h/d",
    "an item of a list": "- DATABASE_URL=postgresql://u:hunter2@h/d",
    "a no-break space": "DATABASE_URL\u00a0=postgresql://u:hunter2@h/d",
    "a zero-width space": "DATABASE_URL=postgresql://u:hunter2@h/d\u200b",
    "a control character": "DATABASE_URL=postgresql://u:hunter2@h/d\x0b",
    "a comment, or not": "DATABASE_URL=postgresql://u:hunter2@h/d # the new one",
    "a comment for a value": "DATABASE_URL= # postgresql://u:hunter2@h/d",
    "a reference": "DATABASE_URL=postgresql://u:${PASSWORD}@h/d",
    "a reference in double quotes": 'DATABASE_URL="postgresql://u:${PASSWORD}@h/d"',
    "a backslash in double quotes": 'DATABASE_URL="postgresql://u:hun\\ter2@h/d"',
    "nothing": "DATABASE_URL=",
    "nothing in quotes": 'DATABASE_URL=""',
}


@pytest.mark.parametrize("line", UNREADABLE.values(), ids=UNREADABLE.keys())
def test_an_unreadable_line_is_reported_and_no_default_is_used(env: Path, line: str) -> None:
    env.write_text(f"{REQUIRED}{line}\n", encoding="utf-8")
    (fault,) = faults()
    assert str(env) in fault
    assert "DATABASE_URL" in fault
    assert f":{FIRST}: " in fault
    assert "hunter2" not in fault
    assert "PASSWORD" not in fault


def test_a_multi_line_value_is_reported_where_it_begins(env: Path) -> None:
    env.write_text(f'DATABASE_URL="postgresql://u:hunter2@h/d\nLOG_FORMAT=json\n{REQUIRED}PORT=8000"\n')
    found = faults()
    assert found[0].startswith(f"{env}:1: DATABASE_URL: the quote is not closed")
    assert not any("hunter2" in fault for fault in found)


def test_every_unreadable_line_is_reported_with_its_number(env: Path) -> None:
    env.write_text(f"# ours\n\nPORT\n{REQUIRED}LOG_LEVEL: debug\nhunter2 hunter2\n")
    assert [fault.split(": ")[0] for fault in faults()] == [f"{env}:{number}" for number in (3, 8, 9)]
    assert not any("hunter2" in fault for fault in faults())


def test_a_duplicate_setting_is_reported(env: Path) -> None:
    env.write_text(f"{REQUIRED}PORT=1\nPORT=2\n")
    (fault,) = faults()
    assert fault.startswith(f"{env}:{FIRST + 1}: PORT: is in line {FIRST} already")


def test_a_secret_broken_over_two_lines_is_not_shown(env: Path) -> None:
    env.write_text(f"{REQUIRED}aHVudGVyMg==\nhunter2\n")
    assert all("aHVu" not in fault and "hunter2" not in fault for fault in faults())


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (REQUIRED.encode("utf-16"), "cannot be read (it is UTF-16 or not text at all): save it as UTF-8"),
        (REQUIRED.encode("utf-16-le"), "cannot be read (it is UTF-16 or not text at all)"),
        (REQUIRED.encode("utf-16-be"), "cannot be read (it is UTF-16 or not text at all)"),
        (b"\xff\xfe\x00", "cannot be read"),
        (b"\0" * 100, "cannot be read"),
        (b"#" * 2_000_000, "cannot be read (it is larger than"),
    ],
    ids=["UTF-16", "UTF-16 little", "UTF-16 big", "bytes", "NUL", "too much"],
)
def test_a_file_that_is_not_text_is_reported_by_path(env: Path, content: bytes, message: str) -> None:
    env.write_bytes(content)
    (fault,) = faults()
    assert fault.startswith(f"{env}: {message}")


@pytest.mark.parametrize("value", [b"\xff", b"M\xfcnchen", b"a\0b"])
def test_an_invalid_byte_is_reported_by_line_and_setting(env: Path, value: bytes) -> None:
    env.write_bytes(REQUIRED.encode() + b"DEFAULT_FORM=" + value + b"\n")
    (fault,) = faults()
    assert fault.startswith(f"{env}:{FIRST}: DEFAULT_FORM: has a ")


@pytest.mark.parametrize("kind", ["a folder", "a link to nothing", "a circle of links"])
def test_a_folder_or_broken_link_is_reported(env: Path, kind: str) -> None:
    if kind == "a folder":
        env.mkdir()
    else:
        env.symlink_to(env if kind == "a circle of links" else "nowhere")
    (fault,) = faults()
    assert fault.startswith(f"{env}: cannot be read ({env} ")


# Misspelt settings


@pytest.mark.parametrize(
    "name",
    [
        *("DATABSE_URL", "DATABASE-URL", "database_url", "Database_Url", "DATABASEURL", "DATABASE_ULR"),
        *("DATABASE_URI", "DATABASE_URLS", "DATABASE.URL", "DATAB\u0410SE_URL", "LEADFORM_DATABASE_URL"),
        *("'DATABASE_URL'", "$DATABASE_URL", ";DATABASE_URL", "DATABASE_URL_FLIE", "DATABASE_URL "),
    ],
)
def test_a_misspelt_setting_is_reported(env: Path, name: str) -> None:
    env.write_text(f"{REQUIRED}{name}=postgresql://u:hunter2@h/d\n", encoding="utf-8")
    if name == "DATABASE_URL ":
        assert read_settings().database_url.get_secret_value() == "postgresql://u:hunter2@h/d"
        return
    (fault,) = faults()
    assert fault.startswith(f"{env}:{FIRST}: ")
    assert "DATABASE_URL" in fault
    assert "hunter2" not in fault


def test_a_misspelt_required_setting_is_reported_once(env: Path) -> None:
    env.write_text(REQUIRED.replace("PLATFORM_SECRET", "PLATFORM_SECERT"))
    (fault,) = faults()
    assert "PLATFORM_SECERT: is almost PLATFORM_SECRET" in fault


@pytest.mark.parametrize(
    "line",
    [
        *("POSTGRES_PASSWORD=a", "APP_DATABASE_URL=a", "MAIL_HOST=a", "PROXY_HOST=a", "DATABASE_SSL=a"),
        *("DATABASE_USER=a", "PORTS=a", "DB_URL=a", "spring.datasource.url=a", "SECRET_KEY_BASE=a"),
        *(
            'OTHERS="a \\" ${B} # c"',
            "OTHERS=it's ${B} # c",
            'OTHERS={"a": "b"}',
            "OTHERS=",
            "export OTHERS=a",
        ),
        *("OTHERS=a\nOTHERS=b", "# DATABSE_URL=a", "  # hunter2", "#DATABASE_URL: a", "\t"),
    ],
)
def test_lines_of_other_programs_are_ignored(env: Path, line: str) -> None:
    env.write_text(f"{line}\n{REQUIRED}")
    assert read_settings().database_url.get_secret_value() == "sqlite:///var/leadform.db"


# Values


@pytest.mark.parametrize(
    ("written", "value"),
    [
        *((mark + SECRET + mark, SECRET) for mark in ("", '"', "'")),
        (f"  {SECRET}  ", SECRET),
        (f"'  {SECRET} '", f"  {SECRET} "),
        (f"{SECRET}#not-a-comment", f"{SECRET}#not-a-comment"),
        (f"'{SECRET} # this too'", f"{SECRET} # this too"),
        (f'"{SECRET}" # a comment, "quoted"', SECRET),
        (f"'{SECRET}${{HOME}}'", f"{SECRET}${{HOME}}"),
        (f"{SECRET}$HOME$$`x`!", f"{SECRET}$HOME$$`x`!"),
        (f"'{SECRET}\\n\\\\'", f"{SECRET}\\n\\\\"),
        (f"{SECRET}\\n", f"{SECRET}\\n"),
        (f"{SECRET}'it\"s=", f"{SECRET}'it\"s="),
        (f"'{SECRET}\"'", f'{SECRET}"'),
        (f'"{SECRET}\'s"', f"{SECRET}'s"),
        (f"schl\u00fcssel-{SECRET}", f"schl\u00fcssel-{SECRET}"),
    ],
)
@pytest.mark.parametrize("line", ["SECRET_KEY={}", "export SECRET_KEY={}", "  SECRET_KEY = {}"])
def test_a_value_is_read_as_written(
    env: Path, monkeypatch: pytest.MonkeyPatch, line: str, written: str, value: str
) -> None:
    monkeypatch.setenv("HOME", "/home/another")
    others = "\n".join(REQUIRED.splitlines()[1:])
    env.write_text(f"{others}\n{line.format(written)}\n", encoding="utf-8")
    assert read_settings().secret_key.get_secret_value() == value


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["", "marked"])
@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
def test_line_endings_and_a_byte_order_mark_do_not_matter(env: Path, mark: bytes, end: bytes) -> None:
    env.write_bytes(mark + REQUIRED.encode().replace(b"\n", end))
    assert read_settings().platform_secret.get_secret_value() == "secret"


@exploring(deadline=None)
@given(
    content=st.binary(max_size=200) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace"))
)
def test_any_content_is_read_or_reported(content: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.getbasetemp() / "any.env"
    path.write_bytes(b"PORT=" + content)
    found = read_env_file(("PORT",), path)
    assert found.faults or set(found.values) <= {"PORT"}


@exploring(deadline=None)
@given(value=st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1))
def test_any_visible_value_is_read_verbatim_or_reported(
    value: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.getbasetemp() / "value.env"
    path.write_text(f"SECRET_KEY={value}\n", encoding="utf-8")
    found = read_env_file(("SECRET_KEY",), path)
    written = value[1:-1] if value[0] == value[-1] and value[0] in "\"'" and len(value) > 1 else value
    assert found.values.get("SECRET_KEY", written) == written
    assert bool(found.values) is not bool(found.faults)
