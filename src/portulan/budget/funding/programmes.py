"""Multi-year programmes: opened, revised, and consumed by lines.

AE (or AP) and CP are two measures of one expense: commitments count against the authorisation,
payments against the credits, each compared with its own, never added.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Prefetch, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.accounts.trail import record
from portulan.accounts.writes import hold_organisation
from portulan.budget.lines.kept_sums import real_expenses
from portulan.budget.models import BudgetLine, PaymentCredit, Programme, ProgrammeRevision
from portulan.budget.verbs import Verb
from portulan.budget.words import ProgrammeKind
from portulan.core import trail
from portulan.core.errors import NotFoundError
from portulan.core.money import ZERO, known_sum
from portulan.core.storing import get_one, store

type Amounts = tuple[Decimal | None, Decimal | None, Decimal | None]


@dataclass(frozen=True, slots=True)
class ProgrammeYear:
    """A year of a programme, in euros: its payment credits, and what its lines say; None unknown.

    `committed` consumes the authorisation; `opened` and `realised` are credits and payments.
    """

    year: int
    foreseen: Decimal | None
    committed: Decimal | None = None
    opened: Decimal | None = None
    realised: Decimal | None = None
    lines: int = 0

    @property
    def over(self) -> bool:
        """Whether more is paid than the schedule foresees."""
        return (self.realised or ZERO) > (self.foreseen or ZERO) and self.realised is not None


@dataclass(frozen=True, slots=True)
class Followed:
    """A programme with what it authorises today, its revisions and its years."""

    programme: Programme
    revisions: tuple[ProgrammeRevision, ...]
    years: tuple[ProgrammeYear, ...]

    @property
    def current(self) -> ProgrammeRevision | None:
        return self.revisions[-1] if self.revisions else None

    @property
    def authorised(self) -> Decimal | None:
        return self.current.amount if self.current else None

    @property
    def committed(self) -> Decimal | None:
        """What its lines commit of the authorisation.

        The State commits each euro once, in one year. A local body carries what it committed and
        did not pay over into the next year’s accounts, where it is committed again: of the years
        before the last, only what was paid counts.
        """
        told = [year for year in self.years if year.lines]
        if self.programme.kind == ProgrammeKind.STATE:
            return known_sum(year.committed for year in told)
        return known_sum(
            [*(year.realised for year in told[:-1]), *(y.committed for y in told[-1:])]
        )

    @property
    def realised(self) -> Decimal | None:
        return known_sum(year.realised for year in self.years)

    @property
    def foreseen(self) -> Decimal:
        return sum((year.foreseen or ZERO for year in self.years), ZERO)

    @property
    def left_to_commit(self) -> Decimal | None:
        """What is authorised and not committed; below zero, it is committed beyond."""
        return None if self.authorised is None else self.authorised - (self.committed or ZERO)


def programmes(*, actor: Actor) -> QuerySet[Programme]:
    """Return the organisation's programmes by title, with their revisions (three queries)."""
    actor.require(Operation.READ_BUDGET)
    payments = Prefetch("payments", PaymentCredit.objects.order_by("year"))
    revisions = ProgrammeRevision.objects.order_by("decided_on", "pk").prefetch_related(payments)
    return (
        Programme.objects.filter(organisation_id=actor.organisation_id)
        .prefetch_related(Prefetch("revisions", revisions))
        .order_by("title")
    )


def get_programme(*, actor: Actor, pk: int, need: Operation) -> Programme:
    """Return a programme. Raises NotFoundError, DeniedError."""
    found = get_one(programmes(actor=actor), pk=pk)
    actor.require(need)
    return found


def get_revision(*, actor: Actor, programme: int, pk: int, need: Operation) -> ProgrammeRevision:
    """Return a decision on a programme. Raises NotFoundError, DeniedError."""
    owner = get_programme(actor=actor, pk=programme, need=need)
    found = next((revision for revision in owner.revisions.all() if revision.pk == pk), None)
    if found is None:
        raise NotFoundError(str(pk))
    found.programme = owner
    return found


def followed(found: Iterable[Programme], today: date) -> list[Followed]:
    """Return programmes with what their lines consume (one query for all of them).

    A decision dated after today authorises nothing yet.
    """
    found = list(found)
    consumed = _consumed(found)
    return [_followed(programme, consumed[programme.pk], today) for programme in found]


def _followed(programme: Programme, lines: dict[int, list[Amounts]], today: date) -> Followed:
    decided = [one for one in programme.revisions.all() if one.decided_on <= today]
    foreseen = (
        {payment.year: payment.amount for payment in decided[-1].payments.all()} if decided else {}
    )
    years = tuple(
        ProgrammeYear(year, foreseen.get(year), *_sums(lines.get(year, ())))
        for year in sorted({*foreseen, *lines})
    )
    return Followed(programme, tuple(decided), years)


def _sums(lines: Iterable[Amounts]) -> tuple[Decimal | None, Decimal | None, Decimal | None, int]:
    columns = list(zip(*lines, strict=True))
    if not columns:
        return None, None, None, 0
    committed, opened, realised = (known_sum(column) for column in columns)
    return committed, opened, realised, len(columns[0])


def lines_of(programme: Programme) -> QuerySet[BudgetLine]:
    """Return the real expense lines in force that bear one of the programme's codes."""
    return real_expenses(
        BudgetLine.objects.filter(
            _bears(programme),
            organisation_id=programme.organisation_id,
        )
    )


def _bears(programme: Programme) -> Q:
    codes = programme.codes
    bears = Q(operation__in=codes) | Q(contract_ref__in=codes)
    # The State's credits bear the number of their programme as their chapter.
    return bears | Q(chapter__in=codes) if programme.kind == ProgrammeKind.STATE else bears


def _consumed(found: list[Programme]) -> dict[int, dict[int, list[Amounts]]]:
    """Return the amounts of the lines of each programme, by its id and by year."""
    consumed: dict[int, dict[int, list[Amounts]]] = defaultdict(lambda: defaultdict(list))
    for programme in found:
        if not programme.codes:
            continue
        rows = lines_of(programme).values_list(
            "fiscal_year__year", "committed", "opened", "realised"
        )
        for year, *amounts in rows.iterator(chunk_size=2000):
            committed, opened, realised = amounts
            consumed[programme.pk][year].append((committed, opened, realised))
    return consumed


@transaction.atomic
def set_programme(
    actor: Actor,
    *,
    title: str,
    kind: ProgrammeKind,
    codes: Iterable[str],
    programme: Programme | None = None,
) -> Programme:
    """Open a programme, or say again what it is and which codes its lines bear.

    Raises DeniedError; ValidationError for a title taken, or a code that another programme has: a
    line is paid from one authorisation.
    """
    actor.require(Operation.EDIT_BUDGET)
    hold_organisation(actor)
    programme = programme or Programme(organisation_id=actor.organisation_id)
    if programme.organisation_id != actor.organisation_id:
        raise ValidationError(_("Ce programme est d’une autre organisation."))
    wanted = list(dict.fromkeys(code.strip() for code in codes if code.strip()))
    others = Programme.objects.filter(organisation_id=actor.organisation_id)
    for other in others.exclude(pk=programme.pk):
        if taken := set(wanted) & set(other.codes):
            raise ValidationError(
                {
                    "codes": _("« %(code)s » est déjà celui de « %(title)s ».")
                    % {"code": sorted(taken)[0], "title": other.title}
                }
            )
    changes = trail.set_fields(programme, {"title": title.strip(), "kind": kind, "codes": wanted})
    store(programme)
    record(actor, programme, Verb.SET, changes)
    return programme


@transaction.atomic
def revise_programme(
    actor: Actor,
    *,
    programme: Programme,
    amount: Decimal,
    decided_on: date,
    reference: str,
    payments: Mapping[int, Decimal],
) -> ProgrammeRevision:
    """Say what a decision authorises in all, and its payment credits by year, in euros.

    What was decided before stays readable; the same day, it is said again. Raises DeniedError;
    ValidationError when the payment credits exceed what is authorised (CGCT, article L. 2311-3:
    they are what may be paid within it).
    """
    actor.require(Operation.EDIT_BUDGET)
    _hold(actor, programme)
    total = sum(payments.values(), ZERO)
    if total > amount:
        raise ValidationError(
            _("Les crédits de paiement (%(total)s €) dépassent le montant autorisé (%(amount)s €).")
            % {"total": total, "amount": amount},
            code="beyond",
        )
    revision = ProgrammeRevision.objects.filter(
        programme=programme, decided_on=decided_on
    ).first() or ProgrammeRevision(programme=programme, decided_on=decided_on)
    before = revision.amount if revision.pk else None
    revision.amount, revision.reference = amount, reference.strip()
    revision.person_id, revision.recorded_at = actor.person_id, timezone.now()
    store(revision)
    was = dict(revision.payments.values_list("year", "amount"))
    revision.payments.all().delete()
    for year, credit in sorted(payments.items()):
        store(PaymentCredit(revision=revision, year=year, amount=credit))
    changes: dict[str, trail.Change] = {"amount": (before, amount)}
    changes |= {
        f"payment {year}": (was.get(year), payments.get(year))
        for year in sorted({*was, *payments})
        if was.get(year) != payments.get(year)
    }
    record(actor, programme, Verb.REVISED, changes)
    return revision


@transaction.atomic
def remove_revision(actor: Actor, *, revision: ProgrammeRevision) -> None:
    """Take back a decision said by mistake; the journal keeps what it was. Raises DeniedError."""
    actor.require(Operation.EDIT_BUDGET)
    _hold(actor, revision.programme)
    record(actor, revision.programme, Verb.REVISION_REMOVED, {"amount": (revision.amount, None)})
    revision.delete()


def _hold(actor: Actor, programme: Programme) -> None:
    held = Programme.objects.select_for_update(no_key=True).get(pk=programme.pk)
    if held.organisation_id != actor.organisation_id:
        raise ValidationError(_("Ce programme est d’une autre organisation."))
