"""What commands are given in one way: the organisation, the plan, files that are read."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from portulan.cli.output import UNUSABLE, say, standing_for
from portulan.core.say.text import Language, Text

if TYPE_CHECKING:
    from portulan.accounts.actors import Actor

OrgOption = Annotated[
    str,
    typer.Option(
        "--org",
        default_factory=str,
        show_default=False,
        help="Short name of the organisation; not needed where there is one.",
    ),
]
PlanOption = Annotated[
    str,
    typer.Option(
        "--plan",
        default_factory=str,
        show_default=False,
        help="Address of the plan; not needed where there is one.",
    ),
]
_WHICH_PLAN = Text(
    "Dites de quel plan il s’agit, par --plan\u00a0: {}.", "Say which plan, with --plan: {}."
)
_NO_PLAN_YET = Text(
    "Cette organisation n’a encore aucun plan.", "This organisation has no plan yet."
)
STANDARD_INPUT = "-"
_BEGINNINGS = (
    (b"%PDF", ".pdf"),
    (b"\x1f\x8b", ".gz"),
    (b"<", ".xml"),
    (b"{", ".json"),
    (b"[", ".json"),
)


def given_file(given: str) -> Path:
    """Return the path of a file that is read: `-` is what comes on standard input.

    It is kept while the command lasts, under a name whose end says what it seems to be.
    """
    if given != STANDARD_INPUT:
        return Path(given)
    return _received()


def _received() -> Path:
    """Return where standard input is kept, read the first time."""
    if not _KEPT:
        folder = tempfile.TemporaryDirectory(prefix="portulan-")
        place = Path(folder.name) / "stdin"
        with place.open("wb") as stream:
            shutil.copyfileobj(sys.stdin.buffer, stream)
        path = place.rename(place.with_suffix(_suffix(place)))
        _KEPT.append((folder, path))
        standing_for(str(path), STANDARD_INPUT)
    return _KEPT[0][1]


# One process reads its input once: two arguments that are `-` are the same file.
_KEPT: list[tuple[Any, Path]] = []


def _suffix(place: Path) -> str:
    with place.open("rb") as stream:
        content = stream.read(4096)
    if content.startswith(b"PK"):
        if b"opendocument.spreadsheet" in content[:200]:
            return ".ods"
        return ".xlsx" if b"xl/" in content else ".zip"
    start = content[:64].lstrip(b"\xef\xbb\xbf \r\n\t")
    return next((suffix for begins, suffix in _BEGINNINGS if start.startswith(begins)), ".csv")


def plan_named(actor: Actor, given: str, lang: Language) -> str:
    """Return the address of the plan: the one given, else the only one. Exit 2 otherwise."""
    if given:
        return given
    from portulan.plans.models import Plan

    found = Plan.objects.filter(organisation_id=actor.organisation_id).order_by("slug")
    return only(list(found.values_list("slug", flat=True)), _WHICH_PLAN, _NO_PLAN_YET, lang)


def only(found: Sequence[str], which: Text, none: Text, lang: Language) -> str:
    """Return the only one of these; exit 2 when there is none, or several, which are named."""
    if len(found) == 1:
        return found[0]
    say(which.say(lang).format(", ".join(found)) if found else none.say(lang))
    raise typer.Exit(UNUSABLE)
