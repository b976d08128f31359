"""A folder that waits to be put together with a plan: kept, shown, written as shown, or let go."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.core.collecting import uncollected
from portulan.core.errors import NotFoundError
from portulan.core.merge.digests import digest_of
from portulan.core.merge.threeway import Side
from portulan.core.proposals import moved
from portulan.core.say.language import spoken_language
from portulan.core.say.text import Language, Problem, Text, colon
from portulan.plans.access import check_plan
from portulan.plans.files.document import PlanFolder
from portulan.plans.files.reads import folder_of
from portulan.plans.models import Plan, PlanMerge
from portulan.publication.plan_files import telling
from portulan.publication.plan_files.comparing import BASE, Loc, base_text, read_base
from portulan.publication.plan_files.merges import (
    Foreseen,
    Lineage,
    foresee,
    note_leaving,
    unmerge,
    unmerging,
    write,
)
from portulan.publication.plan_files.reading import read
from portulan.publication.plan_files.texts import texts

_MOST_TOLD = 20
_LINE = Text("ligne", "line")


def take_away(actor: Actor, *, plan: Plan) -> dict[str, str]:
    """Return the files of a plan, and write in its log what it then said.

    So that a folder which comes back is known, whoever brings it. A page that is only read writes
    nothing; this one leaves, as every export does, and says so once for what it said: asked again,
    by a browser ahead of a click as well, it adds no line and changes nothing of the plan.

    Raises NotFoundError, DeniedError.
    """
    folder = folder_of(actor, slug=plan.slug)
    with transaction.atomic():
        sealed = note_leaving(actor, slug=plan.slug, folder=folder)
    return texts(folder) | {BASE: base_text(folder, sealed)}


@dataclass(frozen=True, slots=True)
class Waiting:
    """What a folder that waits would do, before anything is chosen.

    `seen` tells it from what it would do once the plan moved: what is confirmed was shown.
    """

    foreseen: Foreseen
    files: Mapping[str, bytes]
    shown: Mapping[str, object]
    seen: str

    @property
    def knows(self) -> bool:
        """Tell whether what both sides come from is known."""
        return self.foreseen.lineage is not Lineage.NONE


def keep_folder(
    actor: Actor,
    *,
    plan: Plan,
    file_name: str,
    files: Mapping[str, bytes],
    now: datetime | None = None,
) -> PlanMerge:
    """Keep a folder, to be looked at before it is put together with a plan; one of before goes.

    It is read before anything is held: thousands of files take seconds.

    Raises DeniedError, NotFoundError, ValidationError with what is wrong in which file and line;
    UnusableInputError for what is no plan.
    """
    actor.require_ours(plan)
    actor.require(Operation.EDIT_PLAN)
    actor.require(Operation.DECIDE)
    _sound(files)
    said = {path: _kept(content) for path, content in files.items()}
    with transaction.atomic():
        check_plan(actor, plan, Operation.EDIT_PLAN)
        PlanMerge.waiting().filter(plan=plan).delete()
        return PlanMerge.objects.create(
            plan=plan,
            file_name=file_name[-250:],
            files=said,
            person_id=actor.person_id,
            read_at=now or timezone.now(),
        )


def _kept(content: bytes) -> str:
    """Return a text as it is kept; what is none is of a file that nobody reads."""
    return content.decode("utf-8-sig", "replace").replace("\0", "\ufffd")


def _sound(files: Mapping[str, bytes]) -> PlanFolder:
    """Return the plan that files say. Raises ValidationError, UnusableInputError."""
    found, problems = read(files)
    wrong = [one for one in problems.told() if one.is_error]
    if found is None or wrong:
        lang = spoken_language()
        raise ValidationError([placed(one, lang) for one in wrong[:_MOST_TOLD]])
    return found


def placed(problem: Problem, lang: Language) -> str:
    """Return the sentence of a problem after its file and its line."""
    places = [problem.file or ""]
    if problem.line is not None:
        places.append(f"{_LINE.say(lang)} {problem.line}")
    told = (", ".join(filter(None, places)), problem.message(lang))
    return colon(lang).join(filter(None, told))


def get_preview(actor: Actor, plan: Plan) -> PlanMerge:
    """Return the folder that waits for a plan. Raises NotFoundError, DeniedError."""
    actor.require(Operation.EDIT_PLAN)
    actor.require(Operation.DECIDE)
    mine = PlanMerge.waiting().filter(plan__organisation_id=actor.organisation_id)
    found = mine.filter(plan=plan).first()
    if found is None:
        raise NotFoundError(plan.slug)
    return found


def waiting_of(actor: Actor, plan: Plan) -> Waiting:
    """Return what the folder that waits would do to the plan as it is now. Raises as the door."""
    preview = get_preview(actor, plan)
    files = {path: text.encode() for path, text in (preview.files or {}).items()}
    foreseen = _foreseen(actor, plan, _sound(files), files, {}, None)
    shown = telling.document(foreseen.merged, {})
    return Waiting(foreseen, files, shown, digest_of(shown))


def _foreseen(
    actor: Actor,
    plan: Plan,
    there: PlanFolder,
    files: Mapping[str, bytes],
    sides: Mapping[str, Side],
    rest: Side | None,
) -> Foreseen:
    return foresee(
        actor,
        slug=plan.slug,
        there=there,
        base=read_base(files.get(BASE, b"")),
        choose=lambda loc: sides.get(key_of(loc), rest),
    )


def key_of(loc: Loc) -> str:
    """Return what names a cell in a form."""
    return digest_of(loc)


def merge_folder(
    actor: Actor,
    *,
    plan: Plan,
    seen: str,
    sides: Mapping[str, Side] | None = None,
    rest: Side | None = None,
) -> Foreseen:
    """Write the folder that waits, as it was shown.

    It is read and compared before anything is held, as thousands of actions take seconds; once the
    plan is held, what was compared must still be so. `sides` and `rest` say what stands of
    conflicts, by `key_of` and for the others. What was decided here stands without a word.

    Raises DeniedError, NotFoundError; ValidationError when the plan or the folder changed since it
    was shown, or a conflict has no answer.
    """
    preview = get_preview(actor, plan)
    with uncollected():
        waiting = waiting_of(actor, plan)
        if seen != waiting.seen:
            raise moved()
        conflicts = waiting.foreseen.merged.conflicts
        decided = {key_of(one.name): Side.OURS for one in conflicts if one.must}
        chosen = {**(sides or {}), **decided}
        foreseen = _foreseen(actor, plan, waiting.foreseen.there, waiting.files, chosen, rest)
        if foreseen.ours != waiting.foreseen.ours:
            raise moved()  # between what was shown and what is written
    with transaction.atomic(), uncollected():
        check_plan(actor, plan, Operation.EDIT_PLAN)
        if not PlanMerge.waiting().filter(pk=preview.pk).exists():
            raise moved()
        write(actor, foreseen=foreseen, kept=preview)
    return foreseen


@transaction.atomic
def discard_folder(actor: Actor, *, plan: Plan) -> None:
    """Let a folder go that waits: nothing was written. Raises DeniedError, NotFoundError."""
    check_plan(actor, plan, Operation.EDIT_PLAN)
    get_preview(actor, plan).delete()


@transaction.atomic
def undo_merge(actor: Actor, *, plan: Plan) -> Foreseen:
    """Take back the last folder put together with a plan; return what goes back, and what stays.

    Raises DeniedError, NotFoundError, ValidationError when there is none.
    """
    check_plan(actor, plan, Operation.EDIT_PLAN)
    foreseen = unmerging(actor, slug=plan.slug)
    unmerge(actor, foreseen=foreseen)
    return foreseen
