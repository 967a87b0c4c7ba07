"""Finds a likely typo in the domain of an e-mail address, such as gmial.com."""

from __future__ import annotations

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
"""Domains with so many addresses that one spelled much like them is probably a slip."""

MISTYPED_ENDINGS: Final = {
    **dict.fromkeys(("con", "cmo", "ocm", "vom", "xom", "comm", "coom", "cim"), "com"),
    **dict.fromkeys(("nte", "ner"), "net"),
    **dict.fromkeys(("ogr", "orgg"), "org"),
}
"""Endings that are not in IANA's list of top-level domains, and what was meant."""

CUT_SHORT: Final = frozenset({"c", "cm", "co", "om"})
"""What may be left of a provider's ``com``. After any other name they may be a country's domain."""

MIN_LETTERS: Final = 5
"""Shorter names resemble too many others, and so does ``TOO_COMMON``."""

TOO_COMMON: Final = "email"


def likely_address(address: str) -> str | None:
    """Return the address that was probably meant, or None where nothing looks mistyped."""
    name, _, typed = address.rpartition("@")
    domain = typed.lower()
    rest, _, ending = domain.rpartition(".")
    if ending in MISTYPED_ENDINGS:
        domain = f"{rest}.{MISTYPED_ENDINGS[ending]}"
    likely = domain if domain in PROVIDERS else _provider_like(domain) or domain
    return f"{name}@{likely}" if likely != typed.lower() else None


def _provider_like(domain: str) -> str | None:
    """Return the provider that a domain is one slip away from, in its name or in its ``com``."""
    name, _, ending = domain.partition(".")
    for provider in PROVIDERS:
        known, _, known_ending = provider.partition(".")
        is_telling = len(known) >= MIN_LETTERS and known != TOO_COMMON
        has_slip_in_name = ending == known_ending and _is_one_slip(name, known)
        is_cut_short = known_ending == "com" and ending in CUT_SHORT and name == known
        if is_telling and (has_slip_in_name or is_cut_short):
            return provider
    return None


def _is_one_slip(typed: str, meant: str) -> bool:
    """Say whether one letter was left out, added or mistyped, or two neighbours were swapped."""
    longer, shorter = sorted((typed, meant), key=len, reverse=True)
    if len(longer) - len(shorter) == 1:
        return any(longer[:at] + longer[at + 1 :] == shorter for at in range(len(longer)))
    if len(longer) != len(shorter):
        return False
    different = [at for at in range(len(longer)) if longer[at] != shorter[at]]
    if not different:
        return False
    first, last = different[0], different[-1]
    return first == last or (last - first == 1 and typed[first] + typed[last] == meant[last] + meant[first])
