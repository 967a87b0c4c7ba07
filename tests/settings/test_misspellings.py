"""A misspelt setting is recognised, and another program's name is not taken for one."""

import pytest

from webapp.settings.environment import SECRETS
from webapp.settings.misspellings import closest_setting, edit_distance
from webapp.settings.model import NAMES

OURS = (*NAMES, *(f"{name}_FILE" for name in sorted(SECRETS)))


def slips(name: str) -> set[str]:
    """Return a name with one letter left out, doubled, or swapped with its neighbour."""
    places = range(len(name))
    return {
        *(name[:at] + name[at + 1 :] for at in places),
        *(name[: at + 1] + name[at:] for at in places),
        *(name[:at] + name[at + 1] + name[at] + name[at + 2 :] for at in places[:-1]),
    } - {name}


@pytest.mark.parametrize("name", [name for name in OURS if name != "PORT"])
def test_every_single_slip_is_recognised(name: str) -> None:
    assert [slip for slip in slips(name) if slip not in OURS and closest_setting(slip, OURS) is None] == []


@pytest.mark.parametrize("name", OURS)
@pytest.mark.parametrize(
    "write", [str.lower, str.title, lambda name: name.replace("_", "-"), lambda name: name.replace("_", ".")]
)
def test_another_case_or_separator_is_recognised(name: str, write: object) -> None:
    assert callable(write)
    if write(name) not in OURS:
        assert closest_setting(write(name), OURS) == name


@pytest.mark.parametrize("name", OURS)
def test_no_setting_is_a_misspelling_of_another(name: str) -> None:
    assert closest_setting(name, OURS) is None


@pytest.mark.parametrize(
    "name",
    [
        *("POSTGRES_PASSWORD", "POSTGRES_URL", "POSTGRES_DB", "PGDATABASE", "REDIS_URL", "DB_URL", "DB_HOST"),
        *("APP_DATABASE_URL", "DATABASE_HOST", "DATABASE_PORT", "DATABASE_NAME", "DATABASE_USER"),
        *(
            "DATABASE_PASSWORD",
            "DATABASE_SSL",
            "DATABASE_TTL",
            "MAIL_HOST",
            "MAIL_PORT",
            "MAIL_URL",
            "SMTP_PORT",
        ),
        *("HOST", "PORTS", "POST", "SORT", "PATH", "SECRET", "SECRET_KEY_BASE", "DJANGO_SECRET_KEY"),
        *("FLASK_SECRET_KEY", "PUBLIC_KEY", "PUBLIC_HOST", "PROXY_HOST", "PROXY_PORT", "HTTP_PROXY"),
        *("PLATFORM_ID", "PLATFORM_ENV", "PLATFORM_PORT", "PLATFORM_PROXY", "PLATFORM_CA_FILE", "LOG_FILE"),
        *("LOG_DIR", "TRUSTED_PORTS", "DEFAULT_LANGUAGE", "DEFAULT_FROM_EMAIL", "DATA_KEY", "INBOX_PASSWORD"),
        *("GUNICORN_CMD_ARGS", "PYTHONPATH", "COMPOSE_PROJECT_NAME", "AWS_SECRET_ACCESS_KEY", "FORMS", "_"),
        *("", "URL", "KEY_FILE", "WEB_ROOT", "TIMEOUT", "LEADFORM", "LEADFORM_IMAGE", "DELIVERY_EMAIL"),
    ],
)
def test_names_of_other_programs_are_ignored(name: str) -> None:
    assert closest_setting(name, OURS) is None


@pytest.mark.parametrize(
    ("word", "right", "number"),
    [
        ("URL", "URL", 0),
        ("ULR", "URL", 1),
        ("UR", "URL", 1),
        ("URLS", "URL", 1),
        ("USL", "URL", 1),
        ("SSL", "URL", 2),
    ],
)
def test_swapped_neighbours_count_as_one_edit(word: str, right: str, number: int) -> None:
    assert edit_distance(word, right) == number
