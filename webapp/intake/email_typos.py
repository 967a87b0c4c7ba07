"""Finds a likely typo in the domain of an e-mail address, such as gmial.com."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Final

PROVIDERS: Final = (
    *("gmail.com", "googlemail.com", "hotmail.com", "outlook.com", "live.com", "msn.com", "yahoo.com"),
    *("ymail.com", "icloud.com", "me.com", "mac.com", "aol.com", "mail.com", "email.com", "gmx.com"),
    *("protonmail.com", "proton.me", "fastmail.com", "zoho.com", "hey.com", "yandex.com"),
    *("hotmail.co.uk", "yahoo.co.uk", "live.co.uk", "outlook.co.uk", "btinternet.com", "sky.com"),
    *("bigpond.com", "bigpond.net.au", "optusnet.com.au", "yahoo.com.au", "live.com.au", "outlook.com.au"),
    *("gmx.de", "gmx.net", "gmx.at", "gmx.ch", "web.de", "t-online.de", "freenet.de", "hotmail.de"),
    *("outlook.de", "yahoo.de", "posteo.de", "mailbox.org", "orange.fr", "wanadoo.fr", "free.fr", "sfr.fr"),
    *("laposte.net", "hotmail.fr", "outlook.fr", "yahoo.fr", "live.fr", "hotmail.es", "outlook.es"),
    *("yahoo.es", "telefonica.net", "comcast.net", "verizon.net", "sbcglobal.net", "att.net", "cox.net"),
)
"""Domains of which so many addresses are that one much like them was probably meant to be it."""

MISTYPED_ENDINGS: Final = {
    **dict.fromkeys(("con", "cmo", "ocm", "vom", "xom", "comm", "coom", "cim"), "com"),
    **dict.fromkeys(("nte", "ner", "bet", "met"), "net"),
    **dict.fromkeys(("ogr", "orgg"), "org"),
}
"""Endings that are no top-level domain of IANA's list, and the one that was meant."""

LIKENESS: Final = 0.88
"""How much alike two domains are whose difference is one slip of the finger, by ``difflib``'s ratio."""

SHORTEST: Final = 8
"""Shorter domains are like too many others."""


def likely_address(address: str) -> str | None:
    """Return the address that was probably meant, or None where nothing looks mistyped."""
    name, _, domain = address.rpartition("@")
    domain = domain.lower()
    if domain in PROVIDERS:
        return None
    near = get_close_matches(domain, PROVIDERS, n=1, cutoff=LIKENESS) if len(domain) >= SHORTEST else []
    if near:
        return f"{name}@{near[0]}"
    rest, _, ending = domain.rpartition(".")
    if ending in MISTYPED_ENDINGS:
        return f"{name}@{rest}.{MISTYPED_ENDINGS[ending]}"
    return None
