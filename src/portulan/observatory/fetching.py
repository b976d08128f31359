"""Fetching a public file from its address, where the operator allows it: never by itself.

HTTPS alone, on its own port, to addresses of the public Internet: a name that resolves to a private
one is refused, at each redirection too, and the connection goes to the address that was looked at.
"""

from __future__ import annotations

import http.client
from collections.abc import Callable
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urljoin, urlsplit

from portulan.core import safe_http
from portulan.core.say.text import ProblemKind, UnusableInputError

_REDIRECTED = frozenset({301, 302, 303, 307, 308})
_MOST_TURNS, _SECONDS, _PIECE = 5, 60, 1 << 20
_MEGABYTE = 1024 * 1024

NOT_ALLOWED = ProblemKind(
    "not-allowed",
    "error",
    fr="Cette adresse n’est pas prise ({url}) : il faut https://, sur le port 443, vers une adresse"
    " publique d’Internet.",
    en="This address is not taken ({url}): https:// is needed, on port 443, to a public address of"
    " the Internet.",
)
NOT_FETCHED = ProblemKind(
    "not-fetched",
    "error",
    fr="L’adresse {url} ne donne pas de fichier ({reason}). Rien n’en est gardé.",
    en="The address {url} gives no file ({reason}). Nothing of it is kept.",
)
TOO_LARGE = ProblemKind(
    "too-large",
    "error",
    fr="Le fichier de {url} dépasse {most} Mo (PORTULAN_OBSERVATORY_MB) : rien n’en est gardé.",
    en="The file of {url} exceeds {most} MB (PORTULAN_OBSERVATORY_MB): nothing of it is kept.",
)

type Open = Callable[[str], http.client.HTTPResponse]


def fetch(url: str, folder: Path, *, most_mb: int, open_: Open | None = None) -> Path:
    """Write the file of an address in a folder, whole or not at all. Raises UnusableInputError."""
    response = _followed(url, open_ or open_checked)
    folder.mkdir(parents=True, exist_ok=True)
    # Of a shape of its own: whatever a server calls its file, it stays in the folder.
    said_name = PurePosixPath(unquote(urlsplit(url).path)).name
    name = "".join(one for one in said_name if one.isprintable() and one not in "/\\")
    aside = folder / "fetched.part"
    size = 0
    try:
        with aside.open("wb") as out:
            while piece := response.read(_PIECE):
                size += len(piece)
                if size > most_mb * _MEGABYTE:
                    raise UnusableInputError(TOO_LARGE.at(url=url, most=most_mb))
                out.write(piece)
        said = response.getheader("Content-Length")
        if said is not None and said.isdecimal() and int(said) != size:
            raise UnusableInputError(NOT_FETCHED.at(url=url, reason=f"{size} / {said}"))
        return aside.replace(folder / f"fetched-{name.lstrip('.')[:120] or 'file'}")
    except (OSError, http.client.HTTPException) as error:
        raise UnusableInputError(NOT_FETCHED.at(url=url, reason=_said(error))) from None
    finally:
        response.close()
        aside.unlink(missing_ok=True)


def _followed(url: str, open_: Open) -> http.client.HTTPResponse:
    """Return the answer at the end of redirections, each looked at as the first address is."""
    where = url
    for _turn in range(_MOST_TURNS):
        try:
            response = open_(where)
        except (OSError, ValueError, http.client.HTTPException) as error:
            # ValueError: a name or a path that no request may say.
            raise UnusableInputError(NOT_FETCHED.at(url=where, reason=_said(error))) from None
        if response.status not in _REDIRECTED:
            if response.status != http.client.OK:
                raise UnusableInputError(NOT_FETCHED.at(url=where, reason=str(response.status)))
            return response
        response.close()
        try:
            where = urljoin(where, response.getheader("Location") or "")
        except ValueError:
            raise UnusableInputError(NOT_ALLOWED.at(url=where)) from None
    raise UnusableInputError(NOT_FETCHED.at(url=url, reason=f"> {_MOST_TURNS}"))


def open_checked(url: str) -> http.client.HTTPResponse:
    """Return the answer of an address. Raises UnusableInputError when it is not to be asked."""
    try:
        parts = urlsplit(url)
        is_sound = parts.scheme == "https" and parts.port in (None, 443) and not parts.username
    except ValueError:
        raise UnusableInputError(NOT_ALLOWED.at(url=url)) from None
    if not is_sound or not parts.hostname:
        raise UnusableInputError(NOT_ALLOWED.at(url=url))
    addresses = public_addresses(parts.hostname, url)
    connection = safe_http.CheckedConnection(
        parts.hostname, addresses, port=safe_http.HTTPS_PORT, seconds=_SECONDS
    )
    path = parts.path or "/"
    connection.request(
        "GET", f"{path}?{parts.query}" if parts.query else path, headers={"User-Agent": "Portulan"}
    )
    return connection.getresponse()


def public_addresses(host: str, url: str) -> list[str]:
    """Return the addresses of a name, if all are public. Raises UnusableInputError."""
    try:
        return safe_http.public_addresses(host)
    except safe_http.NotPublicError:
        raise UnusableInputError(NOT_ALLOWED.at(url=url)) from None


def _said(error: BaseException) -> str:
    return (str(error) or type(error).__name__)[:200]
