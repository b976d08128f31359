"""Where people reach this installation: what is kept of it beside the database.

`portulan init --url` keeps what a person said; `serve` keeps where it listens, so that commands and
messages lead there. A setting, PORTULAN_ADDRESS, goes before both.
"""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

LOOPBACK = frozenset({"localhost", "127.0.0.1", "[::1]"})
_NAME = "address"


def sound(address: str) -> str | None:
    """Return `http(s)://name[:port]` without its final slash, None for anything else.

    Portulan wants a name of its own: an address with a path is none.
    """
    try:
        parts = urlsplit(address)
        whole = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
    except ValueError:
        return None
    beside = parts.path.strip("/") or parts.query or parts.fragment or "@" in parts.netloc
    return address.rstrip("/") if whole and not beside else None


def kept(folder: Path) -> str:
    """Return the address kept in a folder of data, "" where there is none."""
    try:
        return sound((folder / _NAME).read_text(encoding="utf-8").strip()) or ""
    except (OSError, UnicodeDecodeError):
        return ""


def keep(folder: Path, address: str) -> None:
    """Keep an address, unless it stands already."""
    if kept(folder) != address:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        (folder / _NAME).write_text(f"{address}\n", encoding="utf-8")


def is_local(address: str) -> bool:
    """Tell whether an address opens on this machine alone."""
    host = urlsplit(address).hostname or ""
    return host in LOOPBACK or f"[{host}]" in LOOPBACK
