"""The client of the platform, for the commands that call it."""

from __future__ import annotations

from webapp.platform.client import Account, PlatformClient
from webapp.settings.model import Settings


def make_client(settings: Settings) -> PlatformClient:
    """Return the client of the platform that the settings name."""
    account = Account(
        settings.platform_url,
        settings.platform_key.get_secret_value(),
        settings.platform_secret.get_secret_value(),
    )
    return PlatformClient(account, settings.delivery_timeout)
