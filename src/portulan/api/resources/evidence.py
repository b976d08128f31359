"""Pieces of evidence: given, revised, shown or hidden, handed over."""

from __future__ import annotations

from datetime import date
from typing import Any

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.api.call import Call
from portulan.api.declaring import Sent, act, download, listing, resource, write
from portulan.api.shapes import shape
from portulan.evidence.kinds import KINDS
from portulan.evidence.models import Piece, Revision
from portulan.evidence.reads import get_revision, pieces_of
from portulan.evidence.reception import receive
from portulan.evidence.words import Visibility
from portulan.evidence.writes import edit_piece, give, hide, remove, revise, show

GIVE = Operation.GIVE_EVIDENCE
PIECE = shape(
    Piece,
    "id version title reference visibility dated_on expires_on given_at hidden_at hidden_reason",
)
REVISION = shape(
    Revision,
    "id piece number sha256 size kind file_name taken_on given_at",
    withheld="file_name",
)


MADE = tuple(one.mime.partition(";")[0] for one in KINDS.values())


def _received(_call: Call, file: Any) -> dict[str, Any]:
    return {"file": receive(file, str(file.name))}


def give_file(
    actor: Actor,
    *,
    file: Any,
    title: str = "",
    visibility: Visibility = Visibility.PRIVATE,
    dated_on: date | None = None,
    expires_on: date | None = None,
    reference: str = "",
) -> Piece:
    """Give a piece with its file; a picture loses what it says of its place and device."""
    return give(
        actor,
        title=title,
        reference=reference,
        file=file,
        visibility=visibility,
        dated_on=dated_on,
        expires_on=expires_on,
    )


resource(
    "evidence",
    "piece",
    PIECE,
    lambda call: pieces_of(actor=call.actor),
    write=GIVE,
    create=give,
    created={"without": frozenset({"file"})},
    change=edit_piece,
    remove=remove,
    filters="visibility",
    acts=[act("hide", hide, GIVE), act("show", show, GIVE)],
)
write(
    "POST",
    "evidence/files",
    give_file,
    GIVE,
    upload=_received,
    uploaded=("file",),
    shape=PIECE,
    at="evidence/{key}",
    status=201,
    apart=True,
)
listing("evidence/{piece}/files", REVISION, lambda call: call.found["piece"].revisions.all())
write(
    "POST",
    "evidence/{piece}/files",
    revise,
    GIVE,
    upload=_received,
    uploaded=("file",),
    shape=REVISION,
    status=201,
    apart=True,
)


def _file(call: Call) -> Sent:
    revision, path = get_revision(
        actor=call.actor, pk=call.path["piece"], number=call.path["revision"]
    )
    kind = revision.found.mime
    return Sent(content=path.read_bytes(), kind=kind, name=revision.file_name)


download("evidence/{piece}/files/{revision}", _file, Operation.READ_PLAN, kinds=MADE)
