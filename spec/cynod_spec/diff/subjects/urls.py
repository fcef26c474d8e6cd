"""URLs as two documents compare them."""

from __future__ import annotations

import re
from typing import Final

_ABSOLUTE: Final = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://([^/?#]*)(.*)", re.DOTALL)
_USUAL_PORTS: Final = {"http": ":80", "https": ":443"}


def comparable(url: str) -> str:
    """*url* in the form in which those that mean the same are equal (RFC 3986 §6.2).

    Scheme and host are in lower case, the usual port and a path that is only a slash are left out. A URL that
    is relative, or is none, stays as it is.
    """
    found = _ABSOLUTE.fullmatch(url)
    if found is None:
        return url
    scheme, authority, rest = found[1].lower(), found[2], found[3]
    user, at, host = authority.rpartition("@")
    host = host.lower().removesuffix(_USUAL_PORTS.get(scheme, "")) if host else host
    return f"{scheme}://{user}{at}{host}{rest if rest != '/' else ''}"
