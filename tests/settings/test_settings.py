"""Settings are read once and typed; all faults are reported at once, by name."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest
from pydantic import SecretStr, ValidationError

from webapp.settings.environment import SECRETS
from webapp.settings.model import Settings, SettingsError, is_loopback, read_settings

REQUIRED: Final = {
    "SECRET_KEY": "a key for tests, long enough to be taken",
    "PLATFORM_URL": "https://api.ap-southeast-2.ivvy.com",
    "PLATFORM_KEY": "the-platform-key",
    "PLATFORM_SECRET": "the-platform-secret",
}
OLD_KEY: Final = "a key that was replaced and is long enough number "
DEFAULTS: Final[dict[str, Any]] = {
    "SECRET_KEY_FALLBACKS": (),
    "DATABASE_URL": "sqlite:///var/leadform.db",
    "FORMS_FILE": Path("forms.toml"),
    "DEFAULT_FORM": None,
    "PORT": 8000,
    "PUBLIC_URL": None,
    "TRUSTED_HOSTS": (),
    "PROXY_HOPS": 0,
    "DELIVERY_CONCURRENCY": 8,
    "DELIVERY_TIMEOUT": 30,
    "DELIVERY_RETRY_BASE": 5,
    "DELIVERY_UNCLEAR_WAIT": 330,
    "DELIVERY_LEASE": 120,
    "DELIVERY_GIVE_UP_AFTER": 14,
    "LOG_FORMAT": None,
    "LOG_LEVEL": "info",
}
GIVEN: Final[dict[str, tuple[str, Any]]] = {
    "SECRET_KEY": ("another key for tests, long enough to be taken", ...),
    "SECRET_KEY_FALLBACKS": (f"{OLD_KEY}1, {OLD_KEY}2,", (f"{OLD_KEY}1", f"{OLD_KEY}2")),
    "DATABASE_URL": ("postgresql://venue:pass@db.example/leads", ...),
    "PLATFORM_URL": ("https://api.us-west-2.ivvy.com", ...),
    "PLATFORM_KEY": ("another-platform-key", ...),
    "PLATFORM_SECRET": ("another-platform-secret", ...),
    "FORMS_FILE": ("/etc/leadform/forms.toml", Path("/etc/leadform/forms.toml")),
    "DEFAULT_FORM": ("weddings", ...),
    "PORT": ("8080", 8080),
    "WEB_CONCURRENCY": ("3", 3),
    "PUBLIC_URL": ("https://forms.harbourhall.example", ...),
    "TRUSTED_HOSTS": (
        "forms.harbourhall.example, .harbourhall.example",
        ("forms.harbourhall.example", ".harbourhall.example"),
    ),
    "PROXY_HOPS": ("1", 1),
    "DELIVERY_CONCURRENCY": ("2", 2),
    "DELIVERY_TIMEOUT": ("12.5", 12.5),
    "DELIVERY_RETRY_BASE": ("0.5", 0.5),
    "DELIVERY_UNCLEAR_WAIT": ("600", 600),
    "DELIVERY_LEASE": ("60", 60),
    "DELIVERY_GIVE_UP_AFTER": ("0.5", 0.5),
    "LOG_FORMAT": ("json", ...),
    "LOG_LEVEL": ("warning", ...),
}


@pytest.fixture(autouse=True)
def _only_required_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
        monkeypatch.delenv(f"{name.upper()}_FILE", raising=False)
    for name, value in REQUIRED.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)


def plain(value: object) -> object:
    """Return a setting's value with its secrets revealed."""
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    return tuple(plain(part) for part in value) if isinstance(value, tuple) else value


def setting(name: str) -> object:
    return plain(getattr(read_settings(), name.lower()))


def faults() -> list[str]:
    """Return the lines of the error message."""
    with pytest.raises(SettingsError) as error:
        read_settings()
    lines = str(error.value).split("\n")
    assert all(line.startswith("  ") for line in lines), lines
    return [line.removeprefix("  ") for line in lines]


# What is read


def test_the_tables_cover_every_setting() -> None:
    names = {name.upper() for name in Settings.model_fields}
    assert set(GIVEN) == names
    assert set(DEFAULTS) | set(REQUIRED) | {"WEB_CONCURRENCY"} == names


@pytest.mark.parametrize(("name", "default"), DEFAULTS.items())
def test_a_missing_setting_has_its_default(name: str, default: object) -> None:
    assert setting(name) == default


def test_the_default_web_concurrency_fits_the_machine() -> None:
    processes = setting("WEB_CONCURRENCY")
    assert isinstance(processes, int)
    assert 1 <= processes <= (os.cpu_count() or 1)


@pytest.mark.parametrize(
    ("name", "text", "value"), [pytest.param(name, *row, id=name) for name, row in GIVEN.items()]
)
def test_a_setting_is_read_from_its_variable(
    monkeypatch: pytest.MonkeyPatch, name: str, text: str, value: object
) -> None:
    monkeypatch.setenv(name, text)
    assert setting(name) == (text if value is ... else value)


@pytest.mark.parametrize(
    ("name", "text", "value"), [pytest.param(name, *row, id=name) for name, row in GIVEN.items()]
)
def test_a_setting_is_read_from_the_env_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str, text: str, value: object
) -> None:
    monkeypatch.delenv(name, raising=False)
    (tmp_path / ".env").write_text(f'# of the venue\n{name}="{text}"\n')
    assert setting(name) == (text if value is ... else value)


def test_the_environment_overrides_the_env_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("PORT=8001\n")
    monkeypatch.setenv("PORT", "8002")
    assert setting("PORT") == 8002


def test_other_names_in_the_env_file_are_ignored(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("SOMETHING_ELSE=1\nPORT=8001\n")
    assert setting("PORT") == 8001


@pytest.mark.parametrize("name", ["PORT", "FORMS_FILE", "DEFAULT_FORM", "LOG_FORMAT"])
def test_an_empty_variable_means_the_default(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "")
    assert setting(name) == DEFAULTS[name]


def test_settings_are_immutable() -> None:
    settings: Any = read_settings()
    with pytest.raises(ValueError, match="frozen"):
        settings.port = 1


@pytest.mark.parametrize("name", ["DATABASE_URL", "DATABASE_URL_FILE"])
def test_an_empty_database_url_is_reported_and_no_default_is_used(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(name, "")
    (fault,) = faults()
    assert fault.startswith(f"{name}: is empty in the environment")


# Misspelt settings and quoted values


@pytest.mark.parametrize(
    "name", ["DATABSE_URL", "database_url", "DATABASE-URL", "DATABASE_URL_FLIE", "FORM_FILE"]
)
def test_a_misspelt_variable_is_reported_if_its_setting_is_missing(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(name, "hunter2")
    (fault,) = faults()
    assert fault.startswith(f"{name}: is almost ")
    assert "hunter2" not in fault
    monkeypatch.setenv("DATABASE_URL", "sqlite:////var/leads.db")
    monkeypatch.setenv("FORMS_FILE", "forms.toml")
    assert setting("DATABASE_URL") == "sqlite:////var/leads.db"


@pytest.mark.parametrize(
    "name",
    ["LOGLEVEL", "port", "PORTS", "DEFAULT_FROM", "POSTGRES_PASSWORD", "APP_DATABASE_URL", "PROXY_HOST"],
)
def test_variables_of_other_programs_are_ignored(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "1")
    assert setting("PORT") == 8000


@pytest.mark.parametrize(
    "value",
    [
        '"postgresql://u:hunter2@h/d"',
        "'sqlite:///hunter2'",
        "sqlite:///hunter2.db\r",
        "sqlite:///hunter2\u200b",
    ],
)
def test_quotes_and_line_ends_around_a_value_are_reported(
    monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setenv("DATABASE_URL", value)
    (fault,) = faults()
    assert fault.startswith("DATABASE_URL: in the environment it has ")
    assert "hunter2" not in fault


# Secrets from files


def test_exactly_the_credentials_are_secret() -> None:
    assert set(SECRETS) == {
        "SECRET_KEY",
        "SECRET_KEY_FALLBACKS",
        "DATABASE_URL",
        "PLATFORM_KEY",
        "PLATFORM_SECRET",
    }


@pytest.mark.parametrize("name", sorted(SECRETS))
def test_a_secret_can_be_read_from_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str) -> None:
    text, value = GIVEN[name]
    file = tmp_path / "secret"
    file.write_text(f"{text}\n")
    monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv(f"{name}_FILE", str(file))
    assert setting(name) == (text if value is ... else value)


def test_a_secret_in_the_environment_overrides_one_in_a_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "secret").write_text("from-the-file")
    monkeypatch.setenv("PLATFORM_KEY_FILE", "secret")
    assert setting("PLATFORM_KEY") == REQUIRED["PLATFORM_KEY"]


def test_a_secret_in_a_file_overrides_one_in_the_env_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".env").write_text("PLATFORM_KEY=from-the-env-file\n")
    (tmp_path / "secret").write_text("from-the-file")
    monkeypatch.delenv("PLATFORM_KEY")
    monkeypatch.setenv("PLATFORM_KEY_FILE", "secret")
    assert setting("PLATFORM_KEY") == "from-the-file"


def test_a_secret_given_twice_in_the_env_file_is_reported(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".env").write_text("PLATFORM_KEY=hunter2\nPLATFORM_KEY_FILE=secret\n")
    (tmp_path / "secret").write_text("hunter3")
    monkeypatch.delenv("PLATFORM_KEY")
    (fault,) = faults()
    assert fault.startswith(
        f"{tmp_path}/.env:2: PLATFORM_KEY_FILE: is given as well as PLATFORM_KEY (line 1)"
    )
    assert "hunter" not in fault


def test_only_secrets_are_read_from_files(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "port").write_text("8001")
    monkeypatch.setenv("PORT_FILE", "port")
    assert setting("PORT") == 8000


@pytest.mark.parametrize("name", sorted(SECRETS))
def test_a_missing_secret_file_is_reported_by_variable_and_path(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv(f"{name}_FILE", "/nowhere/secret")
    (fault,) = faults()
    assert fault.startswith(f"{name}_FILE: /nowhere/secret cannot be read")


def test_a_binary_secret_file_is_reported_without_its_content(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "secret").write_bytes(b"hunter2\xff\xfe")
    monkeypatch.delenv("PLATFORM_SECRET")
    monkeypatch.setenv("PLATFORM_SECRET_FILE", "secret")
    (fault,) = faults()
    assert fault.startswith("PLATFORM_SECRET_FILE: secret cannot be read")
    assert "hunter2" not in fault


# Refused values


@pytest.mark.parametrize("name", REQUIRED)
@pytest.mark.parametrize("remove", [True, False], ids=["missing", "empty"])
def test_a_missing_required_setting_is_reported(
    monkeypatch: pytest.MonkeyPatch, name: str, *, remove: bool
) -> None:
    if remove:
        monkeypatch.delenv(name)
    else:
        monkeypatch.setenv(name, "")
    (fault,) = faults()
    assert fault.startswith(f"{name}: is missing: set {name} in the environment or in a new file /")


WRONG: Final[dict[str, list[str]]] = {
    "SECRET_KEY": ["changeme", "x" * 31],
    "DATABASE_URL": [
        "mysql://venue:pass@db.example/leads",
        "leads.db",
        "sqlite://",
        "sqlite:///",
        "postgres",
        "postgresql+asyncpg://db.example/leads",
        "postgresql://db.example/leads?sslmod=require",
        "postgresql://venue:pa/ss@db.example/leads",
        "postgresql://venue:p%ss@db.example/leads",
        "postgresql://a.example,b.example:5433x/leads",
        "postgresql://a.example,b.example:99999/leads",
        "postgresql:///leads?host=a.example&host=b.example",
        "postgresql://db.example",
        "postgresql://venue:pass@db.example/",
        "sqlite://var/leadform.db",
        "sqlite:///~/leadform.db",
        "sqlite:///$HOME/leadform.db",
        "sqlite:///var/",
        "sqlite:///var/leadform.db?mode=ro",
        "sqlite:///var/leadform.db ",
        "sqlite:///file:leadform.db",
    ],
    "PLATFORM_URL": [
        "api.ap-southeast-2.ivvy.com",
        "http://api.ap-southeast-2.ivvy.com",
        "http://10.0.0.1:9400",
        "http://0.0.0.0:9400",
        "http://localhost.example",
        "http://127.0.0.1.example",
        "ftp://api.ap-southeast-2.ivvy.com",
        "https://",
        "https://api.example?x=1",
        "https://api.example#x",
        "https://me@api.example",
        "https://[::1",
    ],
    "PORT": ["0", "65536", "-1", "http", "80.5"],
    "WEB_CONCURRENCY": ["0", "257", "many"],
    "PUBLIC_URL": [
        "forms.harbourhall.example",
        "ftp://forms.example",
        "https://",
        "https://forms.example?x",
        "/f",
    ],
    "PROXY_HOPS": ["-1", "11", "one"],
    "DELIVERY_CONCURRENCY": ["0", "65", "all"],
    "DELIVERY_TIMEOUT": ["0", "-1", "241", "soon", "nan"],
    "DELIVERY_RETRY_BASE": ["0", "-1", "3601", "nan"],
    "DELIVERY_UNCLEAR_WAIT": ["0", "-1", "nan"],
    "DELIVERY_LEASE": ["0", "-1", "nan"],
    "DELIVERY_GIVE_UP_AFTER": ["0", "-1", "never", "nan"],
    "LOG_FORMAT": ["xml", "JSON lines"],
    "LOG_LEVEL": ["loud", "critical!"],
}


@pytest.mark.parametrize(
    ("name", "value"), [(name, value) for name, values in WRONG.items() for value in values]
)
def test_a_wrong_value_is_reported_by_variable_in_one_line(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    (fault,) = faults()
    assert fault.startswith(f"{name}: ")
    assert len(fault) > len(f"{name}: ")


def test_every_fault_is_reported_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SECRET_KEY")
    monkeypatch.delenv("PLATFORM_SECRET")
    monkeypatch.setenv("PLATFORM_KEY_FILE", "/nowhere/secret")
    monkeypatch.setenv("PLATFORM_URL", "http://api.example")
    monkeypatch.setenv("PORT", "http")
    monkeypatch.setenv("LOG_LEVEL", "loud")
    assert sorted(fault.split(": ")[0] for fault in faults()) == [
        "LOG_LEVEL",
        "PLATFORM_KEY_FILE",
        "PLATFORM_SECRET",
        "PLATFORM_URL",
        "PORT",
        "SECRET_KEY",
    ]


def test_a_short_secret_key_is_refused_with_advice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "changeme")
    (fault,) = faults()
    assert "at least 32 characters" in fault
    assert "token_urlsafe" in fault


def test_a_secret_key_of_minimum_length_is_accepted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "x" * 32)
    assert setting("SECRET_KEY") == "x" * 32


# Accepted values

SEVERAL_SERVERS: Final = (
    "postgresql://venue:pass@a.example,b.example:5433/leads?target_session_attrs=any&sslmode=verify-full",
    "postgresql://venue:pass@[::1]:5432,[::2]/leads?options=-c%20search_path%3Dleadform",
)


@pytest.mark.parametrize(
    ("given", "taken"),
    [
        ("postgres://venue:pass@db.example/leads", "postgresql://venue:pass@db.example/leads"),
        ("postgresql://venue:pass@db.example/leads", "postgresql://venue:pass@db.example/leads"),
        *((url, url) for url in SEVERAL_SERVERS),
        ("postgres:///leads?host=/run/postgres://x", "postgresql:///leads?host=/run/postgres://x"),
        ("sqlite:////var/lib/leads.db", "sqlite:////var/lib/leads.db"),
    ],
)
def test_a_database_url_may_be_sqlite_or_postgresql(
    monkeypatch: pytest.MonkeyPatch, given: str, taken: str
) -> None:
    monkeypatch.setenv("DATABASE_URL", given)
    assert setting("DATABASE_URL") == taken


@pytest.mark.parametrize(
    ("given", "taken"),
    [
        ("https://api.us-west-2.ivvy.com/", "https://api.us-west-2.ivvy.com"),
        ("https://api.us-west-2.ivvy.com:8443", "https://api.us-west-2.ivvy.com:8443"),
        ("http://127.0.0.1:9400", "http://127.0.0.1:9400"),
        ("http://127.8.8.8:9400", "http://127.8.8.8:9400"),
        ("http://localhost:9400/", "http://localhost:9400"),
        ("http://[::1]:9400", "http://[::1]:9400"),
    ],
)
def test_the_platform_url_may_be_https_or_loopback(
    monkeypatch: pytest.MonkeyPatch, given: str, taken: str
) -> None:
    monkeypatch.setenv("PLATFORM_URL", given)
    assert setting("PLATFORM_URL") == taken


def test_a_public_url_loses_its_trailing_slash(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PUBLIC_URL", "https://www.harbourhall.example/forms/")
    assert setting("PUBLIC_URL") == "https://www.harbourhall.example/forms"


@pytest.mark.parametrize("level", ["DEBUG", "Info", "warning", "ERROR"])
def test_the_log_level_is_case_insensitive(monkeypatch: pytest.MonkeyPatch, level: str) -> None:
    monkeypatch.setenv("LOG_LEVEL", level)
    assert setting("LOG_LEVEL") == level.lower()


@pytest.mark.parametrize(
    ("url", "loopback"),
    [
        ("http://127.0.0.1", True),
        ("http://localhost:80/x", True),
        ("http://LOCALHOST", True),
        ("http://[::1]:80", True),
        ("http://10.0.0.1", False),
        ("http://0.0.0.0", False),
        ("http://localhost.example", False),
        ("http://example.com/localhost", False),
        ("http://localhost@example.com", False),
        ("localhost", False),
        ("", False),
    ],
)
def test_loopback_is_only_this_machine(url: str, *, loopback: bool) -> None:
    assert is_loopback(url) is loopback


# Combinations


@pytest.mark.parametrize("lease", ["30", "29.9", "1"])
def test_a_lease_must_exceed_the_timeout(monkeypatch: pytest.MonkeyPatch, lease: str) -> None:
    monkeypatch.setenv("DELIVERY_LEASE", lease)
    (fault,) = faults()
    assert fault.startswith("DELIVERY_LEASE: must exceed DELIVERY_TIMEOUT (30)")


def test_a_lease_just_above_the_timeout_is_accepted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DELIVERY_LEASE", "30.1")
    assert setting("DELIVERY_LEASE") == 30.1


@pytest.mark.parametrize("wait", ["299.9", "1"])
def test_an_unclear_wait_must_outlast_the_platforms_window(
    monkeypatch: pytest.MonkeyPatch, wait: str
) -> None:
    monkeypatch.setenv("DELIVERY_UNCLEAR_WAIT", wait)
    (fault,) = faults()
    assert fault.startswith("DELIVERY_UNCLEAR_WAIT: must be at least 300")


def test_an_unclear_wait_of_five_minutes_is_accepted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DELIVERY_UNCLEAR_WAIT", "300")
    assert setting("DELIVERY_UNCLEAR_WAIT") == 300


def test_an_unclear_wait_may_be_shorter_on_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLATFORM_URL", "http://127.0.0.1:9400")
    monkeypatch.setenv("DELIVERY_UNCLEAR_WAIT", "1")
    assert setting("DELIVERY_UNCLEAR_WAIT") == 1


def test_every_invalid_combination_is_reported_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DELIVERY_LEASE", "30")
    monkeypatch.setenv("DELIVERY_UNCLEAR_WAIT", "1")
    assert [fault.split(": ")[0] for fault in faults()] == ["DELIVERY_UNCLEAR_WAIT", "DELIVERY_LEASE"]


# Secrets are never shown


SECRET: Final = "hunter2-hunter2-hunter2-hunter2-hunter2"


@pytest.mark.parametrize("name", sorted(SECRETS))
@pytest.mark.parametrize("show", [repr, str, lambda settings: f"{settings.model_dump()}"])
def test_settings_never_show_a_secret(
    monkeypatch: pytest.MonkeyPatch, name: str, show: Callable[[Settings], str]
) -> None:
    monkeypatch.setenv(name, f"postgresql://u:{SECRET}@h/d" if name == "DATABASE_URL" else SECRET)
    settings = read_settings()
    assert "hunter2" in str(setting(name))
    assert "hunter2" not in show(settings)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        pytest.param("SECRET_KEY", "hunter2", id="a short secret key"),
        pytest.param("DATABASE_URL", "mysql://u:hunter2@h/d", id="an unknown database"),
        pytest.param("DELIVERY_LEASE", "1", id="a broken combination"),
        pytest.param("PORT", "http", id="a wrong number"),
    ],
)
def test_a_fault_never_shows_a_secret(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv("PLATFORM_KEY", SECRET)
    monkeypatch.setenv("PLATFORM_SECRET", SECRET)
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as error:
        read_settings()
    assert "hunter2" not in str(error.value)
    assert error.value.__cause__ is None
    assert error.value.__context__ is None


def test_a_validation_error_never_shows_a_secret() -> None:
    with pytest.raises(ValidationError) as error:
        Settings.model_validate({"secret_key": "hunter2", "database_url": "mysql://u:hunter2@h/d"})
    assert "hunter2" not in str(error.value)


# What would only fail later is reported at the start


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "is empty"),
        (b"\n", "is empty"),
        (b"\xef\xbb\xbf\r\n", "is empty"),
        (b"hunter2\nhunter3\n", "has more than one line"),
        (b"hunter2\0", "has a character that cannot be seen"),
        (b"hunter2\xff", "has a byte that is not UTF-8"),
        (b"x" * 100_000, "is larger than"),
    ],
)
@pytest.mark.parametrize("name", ["PLATFORM_KEY", "DATABASE_URL"])
def test_a_file_without_exactly_one_secret_is_reported(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str, content: bytes, reason: str
) -> None:
    (tmp_path / "secret").write_bytes(content)
    monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv(f"{name}_FILE", str(tmp_path / "secret"))
    (fault,) = faults()
    assert fault.startswith(f"{name}_FILE: {tmp_path / 'secret'} cannot be read (it {reason}")
    assert "hunter" not in fault


@pytest.mark.parametrize("content", [b"key\n", b"key", b"\xef\xbb\xbfkey\r\n", b" key \n\n"])
def test_editor_artefacts_around_a_secret_are_ignored(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, content: bytes
) -> None:
    (tmp_path / "secret").write_bytes(content)
    monkeypatch.delenv("PLATFORM_KEY")
    monkeypatch.setenv("PLATFORM_KEY_FILE", "secret")
    assert setting("PLATFORM_KEY") == "key"


def test_a_secret_is_read_only_once(monkeypatch: pytest.MonkeyPatch) -> None:
    reading, writing = os.pipe()
    os.write(writing, b"key\n")
    os.close(writing)
    monkeypatch.delenv("PLATFORM_KEY")
    monkeypatch.setenv("PLATFORM_KEY_FILE", f"/dev/fd/{reading}")
    assert setting("PLATFORM_KEY") == "key"
    os.close(reading)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("PLATFORM_KEY", value) for value in (" ", "a\nb", "schl\u00fcssel")),
        *(
            ("PLATFORM_URL", value)
            for value in (
                "https://api.example/api/1.0",
                "https://api.example:99999",
                "https://:pw@api.example",
            )
        ),
        *(
            ("DATABASE_URL", value)
            for value in ("sqlite:///:memory:", "postgresql://u:p@h:port/db", "postgresql://h:99999/db")
        ),
        *(
            (name, value)
            for name in ("DELIVERY_GIVE_UP_AFTER", "DELIVERY_LEASE", "DELIVERY_UNCLEAR_WAIT")
            for value in ("inf", "1e12")
        ),
        ("SECRET_KEY_FALLBACKS", "a"),
        ("PUBLIC_URL", "https://forms.example:99999"),
    ],
)
def test_a_value_that_could_never_work_is_reported(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    assert [fault.split(": ")[0] for fault in faults()] == [name]


def test_an_invalid_combination_is_reported_beside_missing_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SECRET_KEY")
    monkeypatch.setenv("DELIVERY_LEASE", "1")
    assert [fault.split(": ")[0] for fault in faults()] == ["SECRET_KEY", "DELIVERY_LEASE"]


def test_the_env_file_may_name_a_secret_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("PLATFORM_KEY")
    (tmp_path / "secret").write_text("from-a-file\n")
    (tmp_path / ".env").write_text("PLATFORM_KEY_FILE=secret\n")
    assert setting("PLATFORM_KEY") == "from-a-file"


def test_an_env_file_that_is_not_text_is_reported(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_bytes(b"\xff\xfe\x00")
    (fault,) = faults()
    assert fault.startswith(f"{tmp_path}/.env: cannot be read")
