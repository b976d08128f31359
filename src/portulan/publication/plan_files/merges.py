"""A folder put together with a plan: previewed, written whole, taken back in one act."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.accounts.trail import record
from portulan.core.contracts import from_json, to_json
from portulan.core.merge.threeway import Choose, Side, nobody
from portulan.core.say.language import spoken_language
from portulan.core.storing import store
from portulan.core.trail import history
from portulan.indicators.measurements import refresh_used
from portulan.plans.access import check_plan
from portulan.plans.actions.writes import is_pointed_to
from portulan.plans.computed import NAMES
from portulan.plans.files.document import PlanFolder, seal
from portulan.plans.files.reads import Rows, folder_from, rows_of
from portulan.plans.models import ActionEvidence, Plan, PlanMerge, PlanOrigin
from portulan.plans.plan import get_plan
from portulan.plans.verbs import Verb
from portulan.publication.plan_files.aligning import Alignment, align, said_as
from portulan.publication.plan_files.applying import HANGING, apply
from portulan.publication.plan_files.comparing import Digests, digests_of
from portulan.publication.plan_files.merging import Merged, every, merge
from portulan.publication.plan_files.reading import read
from portulan.publication.plan_files.texts import texts


class Lineage(StrEnum):
    """What both sides come from: this plan as it left, the folder that entered, nothing known."""

    LEFT = "left"
    ENTERED = "entered"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What a folder would do to a plan; nothing is written."""

    rows: Rows
    ours: PlanFolder
    here: PlanFolder  # the same, in the names of the folder
    there: PlanFolder
    names: Alignment
    lineage: Lineage
    merged: Merged


def note_leaving(actor: Actor, *, slug: str, folder: PlanFolder) -> str:
    """Write in the trail that a plan left as files, once for what it then said; return its seal.

    It is how a folder that comes back is known to be of this plan.
    """
    plan, sealed = get_plan(actor=actor, slug=slug, need=Operation.READ_PLAN), seal(folder)
    if not _left_as(plan, sealed):
        record(actor, plan, Verb.LEFT, {"seal": (None, sealed)})
    return sealed


def _left_as(plan: Plan, sealed: str) -> bool:
    entries = history(plan).filter(verb=Verb.LEFT).values_list("changes", flat=True)
    return any(changes["seal"][1] == sealed for changes in entries)


def foresee(
    actor: Actor,
    *,
    slug: str,
    there: PlanFolder,
    base: tuple[str, Digests] | None,
    choose: Choose = nobody,
) -> Foreseen:
    """Return what a folder would do to the plan of that address.

    `base` is what the folder was when it was written, if it says it. Raises NotFoundError,
    DeniedError.
    """
    actor.require(Operation.EDIT_PLAN)
    actor.require(Operation.DECIDE)
    plan = get_plan(actor=actor, slug=slug, need=Operation.EDIT_PLAN)
    origin = PlanOrigin.objects.filter(plan=plan).first()
    rows = rows_of(plan, actor=actor)
    entered, digests, lineage = None, None, Lineage.NONE
    if base is not None and _left_as(plan, base[0]):
        lineage, digests = Lineage.LEFT, base[1]
    elif origin is not None:
        # What came last, in the names of what comes now: its keys may be spelt otherwise.
        lineage, came = Lineage.ENTERED, from_json(PlanFolder, origin.document)
        same = align(came, there, digests_of(there), numbers={}, entered=there)
        entered = said_as(came, same)
        digests = digests_of(entered)
    known = origin.numbers if origin is not None and entered is not None else {}
    numbers = {int(key): value for key, value in known.items()}
    return _foreseen(rows, there, digests, lineage, numbers, entered, choose)


def _foreseen(
    rows: Rows,
    there: PlanFolder,
    digests: Digests | None,
    lineage: Lineage,
    numbers: Mapping[int, int],
    entered: PlanFolder | None,
    choose: Choose,
) -> Foreseen:
    ours = folder_from(rows)
    names = align(ours, there, digests or {}, numbers=numbers, entered=entered)
    here = said_as(ours, names)
    by_number = {names.numbers[action.number]: action for action in rows.actions}
    held = Q(piece__hidden_at__isnull=False) | (ActionEvidence.HELD or Q())
    proved = ActionEvidence.objects.filter(held, proved__plan=rows.plan)
    stays = {names.numbers[n] for n in proved.values_list("proved__number", flat=True)}

    def is_deletable(number: int) -> bool:
        """Tell whether nothing holds an action: asked of the few that a folder leaves out."""
        return number not in stays and not is_pointed_to(by_number[number], but=HANGING)

    merged = merge(here, there, digests, choose=choose, deletable=is_deletable)
    return Foreseen(rows, ours, here, there, names, lineage, merged)


@transaction.atomic
def write(
    actor: Actor,
    *,
    foreseen: Foreseen,
    kept: PlanMerge | None = None,
    now: datetime | None = None,
) -> dict[int, int]:
    """Write what was foreseen, all of it or nothing; return where new actions stand, by number.

    `kept` is the folder that waited for it, if one did.

    Raises DeniedError, ValidationError (conflicts nobody decided, what cannot stand together).
    """
    plan, now = foreseen.rows.plan, now or timezone.now()
    check_plan(actor, plan, Operation.EDIT_PLAN)
    actor.require(Operation.DECIDE)
    if foreseen.merged.waiting:
        raise ValidationError(
            _("Des valeurs ont changé des deux côtés\u00a0: dites lesquelles restent.")
        )
    origin = PlanOrigin.objects.filter(plan=plan).first()
    made = _written(actor, foreseen, now)
    PlanMerge.standing().filter(plan=plan).delete()  # the last alone is taken back
    kept = kept or PlanMerge(plan=plan, read_at=now)
    kept.written_at, kept.person_id, kept.seal = now, actor.person_id, seal(foreseen.there)
    kept.files, kept.before = None, to_json(foreseen.ours)
    kept.after = to_json(folder_from(rows_of(plan, actor=actor)))
    kept.entered, kept.numbers = None, {}
    if foreseen.lineage is Lineage.ENTERED and origin is not None:
        kept.entered, kept.numbers = origin.document, origin.numbers
        origin.document = to_json(foreseen.there)
        theirs = {one.number for one in foreseen.there.actions}
        stands = {there: here for here, there in foreseen.names.numbers.items()} | made
        origin.numbers = {
            str(there): here for there, here in stands.items() if there in theirs and there != here
        }
        store(origin)
    store(kept, exclude=["person_id", "files", "entered"])
    record(actor, plan, Verb.MERGED, {"seal": (None, kept.seal)})
    return made


def _written(actor: Actor, foreseen: Foreseen, now: datetime) -> dict[int, int]:
    if folder_from(rows_of(foreseen.rows.plan, actor=actor)) != foreseen.ours:
        raise ValidationError(
            _("Le plan a changé depuis qu’il a été comparé au dossier\u00a0: recommencez.")
        )
    _check(foreseen.merged.folder)
    made = apply(
        actor,
        foreseen.rows,
        names=foreseen.names,
        here=foreseen.here,
        wanted=foreseen.merged.folder,
        now=now,
    )
    refresh_used(actor, names=NAMES)
    return made


def _check(folder: PlanFolder) -> None:
    """Refuse what two sound plans say together that cannot be."""
    _found, problems = read({path: text.encode() for path, text in texts(folder).items()})
    wrong = [problem for problem in problems.told() if problem.is_error]
    if wrong:
        lang = spoken_language()
        raise ValidationError([f"{one.file}\u00a0: {one.message(lang)}" for one in wrong])


# --- taking back ----------------------------------------------------------------------------


def unmerging(actor: Actor, *, slug: str) -> Foreseen:
    """Return what taking back the last folder would do. Raises NotFoundError, ValidationError."""
    plan = get_plan(actor=actor, slug=slug, need=Operation.EDIT_PLAN)
    kept = PlanMerge.standing().filter(plan=plan).first()
    if kept is None:
        raise ValidationError(_("Aucun dossier n’a été fusionné à ce plan, ou c’est déjà annulé."))
    before, after = (from_json(PlanFolder, said) for said in (kept.before, kept.after))
    return _foreseen(
        rows_of(plan, actor=actor),
        before,
        digests_of(after),
        Lineage.LEFT,
        {},
        after,
        every(Side.OURS),
    )


@transaction.atomic
def unmerge(actor: Actor, *, foreseen: Foreseen, now: datetime | None = None) -> None:
    """Take back the last folder: values are as before; what changed since stays, and is told.

    Raises DeniedError, ValidationError.
    """
    plan = foreseen.rows.plan
    check_plan(actor, plan, Operation.EDIT_PLAN)
    actor.require(Operation.DECIDE)
    kept = PlanMerge.standing().select_for_update().filter(plan=plan).first()
    if kept is None:
        raise ValidationError(_("Aucun dossier n’a été fusionné à ce plan, ou c’est déjà annulé."))
    _written(actor, foreseen, now or timezone.now())
    if kept.entered is not None:
        origin = PlanOrigin.objects.get(plan=plan)
        origin.document, origin.numbers = kept.entered, kept.numbers
        store(origin)
    kept.delete()
    record(actor, plan, Verb.MERGE_UNDONE, {"seal": (kept.seal, None)})
