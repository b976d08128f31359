"""Where the database and the files are kept."""

from __future__ import annotations

import os
import sys
from pathlib import Path


def data_folder() -> Path:
    """Return the folder of the database and of the files: PORTULAN_DATA, else the user's own."""
    if chosen := os.environ.get("PORTULAN_DATA"):
        return Path(chosen).expanduser().resolve()
    if sys.platform == "win32":
        home = Path(os.environ.get("LOCALAPPDATA", Path.home() / "AppData" / "Local"))
        return home / "Portulan"
    home = Path(os.environ.get("XDG_DATA_HOME", Path.home() / ".local" / "share"))
    return home / "portulan"


def make_private(path: Path) -> None:
    """Make an empty file that its owner alone reads, if there is none."""
    try:
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    except FileExistsError:
        return


def put_in_place(written: Path, place: Path) -> None:
    """Give a file its name once the disk has what it says: whole or not there, come what may."""
    with written.open("rb+") as stream:
        os.fsync(stream.fileno())
    written.replace(place)
    if sys.platform == "win32":  # where a folder is no file that can be asked for
        return
    folder = os.open(place.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
