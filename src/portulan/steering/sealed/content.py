"""What a plan would be sealed with: its files, and the figures that it rests on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal

from django.db.models import Q
from django.utils import timezone

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.accounts.models import Organisation, Person
from portulan.budget.models import (
    Allotment,
    Ambition,
    Envelope,
    ImportBatch,
    IndicatorRun,
)
from portulan.budget.words import BatchStatus
from portulan.plans.files.reads import folder_of
from portulan.plans.models import (
    ActionEvidence,
    DecisionEvidence,
    DeliverableEvidence,
    Plan,
)
from portulan.steering.sealed.document import (
    ActText,
    AllotmentText,
    AmbitionText,
    ChainText,
    Content,
    EnvelopeText,
    FigureText,
    HouseText,
    KeptText,
    ProofText,
    as_json,
    exact,
    seal_of,
    texts_in,
)
from portulan.steering.sealed.naming import Named, named_in
from portulan.steering.words import Occasion

FIRST = ChainText(1)


def content_of(
    actor: Actor,
    *,
    plan: Plan,
    today: date,
    occasion: Occasion = Occasion.VOTE,
    title: str = "",
    act: ActText | None = None,
    commitments: Iterable[KeptText] = (),
    chain: ChainText = FIRST,
) -> Content:
    """Return what the plan is today, as it would be sealed: functions, and no person’s name.

    The same number of queries whatever the plan holds. Raises NotFoundError, DeniedError.
    """
    actor.require(Operation.READ_BUDGET)
    # Titles of pieces, some of them private, stay out: what is sealed has digests alone.
    folder = folder_of(actor, slug=plan.slug, proofs=False)
    return Content(
        organisation=_house(plan.organisation),
        chain=chain,
        sealed_on=today,
        occasion=occasion,
        title=title,
        act=act,
        plan=replace(folder.plan, origin=None),
        indicators=folder.indicators,
        actions=folder.actions,
        budget=tuple(_figures(plan)),
        ambitions=tuple(
            AmbitionText(one.year, exact(one.percent))
            for one in Ambition.objects.filter(plan=plan).order_by("year")
        ),
        envelopes=tuple(
            EnvelopeText(one.year, one.section, exact(one.amount), one.decided_on, one.reference)
            for one in Envelope.objects.filter(plan=plan).order_by("year", "section")
        ),
        allotments=tuple(_allotments(plan)),
        evidence=tuple(_proofs(plan)),
        commitments=tuple(commitments),
    )


def _house(organisation: Organisation) -> HouseText:
    return HouseText(organisation.name, organisation.siren, organisation.body_number)


def _figures(plan: Plan) -> Iterator[FigureText]:
    """Yield the figure last published of each year of the plan, and of the year before it."""
    runs = (
        IndicatorRun.objects.filter(
            fiscal_year__organisation=plan.organisation_id,
            fiscal_year__year__range=(plan.first_year - 1, plan.last_year),
            published_at__isnull=False,
        )
        .select_related("fiscal_year", "perimeter")
        .order_by("fiscal_year__year", "published_at", "pk")
    )
    for run in {run.fiscal_year_id: run for run in runs}.values():
        value, lower, upper = (_maybe(one) for one in run.shares)
        yield FigureText(
            year=run.fiscal_year.year,
            stage=run.stage,
            value=value,
            lower=lower,
            upper=upper,
            numerator=exact(run.numerator),
            denominator=exact(run.denominator),
            coverage=_maybe(run.coverage),
            basis=run.basis,
            perimeter=run.perimeter.edition,
            published_on=timezone.localdate(run.published_at),
            inputs=run.inputs_hash,
        )


def _maybe(number: Decimal | None) -> str | None:
    return None if number is None else exact(number)


def _allotments(plan: Plan) -> Iterator[AllotmentText]:
    found = Allotment.objects.filter(action__plan=plan).select_related("action")
    for one in found.order_by("action__number", "year"):
        yield AllotmentText(
            one.action.number, one.year, exact(one.amount), one.decided_on, one.reference
        )


def _proofs(plan: Plan) -> Iterator[ProofText]:
    """Yield the digests of the files that figures and commitments rest on, never their names."""
    batches = ImportBatch.objects.filter(
        ~Q(sha256=""),
        fiscal_year__organisation=plan.organisation_id,
        fiscal_year__year__range=(plan.first_year - 1, plan.last_year),
        status=BatchStatus.CONFIRMED,
    ).order_by("fiscal_year__year", "sha256")
    for year, digest in batches.values_list("fiscal_year__year", "sha256"):
        yield ProofText(f"budget {year}", digest)
    for links, action in (
        (ActionEvidence.objects.filter(proved__plan=plan), "proved__number"),
        (DeliverableEvidence.objects.filter(proved__action__plan=plan), "proved__action__number"),
        (DecisionEvidence.objects.filter(proved__action__plan=plan), "proved__action__number"),
    ):
        # Hidden, a piece is told to nobody, not even by its digest.
        given = links.filter(piece__hidden_at=None, piece__revisions__isnull=False)
        rows = given.values_list(action, "piece__revisions__sha256").distinct()
        for number, digest in sorted(rows):
            yield ProofText(f"action {number}", digest)


def mark_of(content: Content) -> str:
    """Return what identifies what would be sealed, whatever its day, its title and its place."""
    said = as_json(content)
    moving = ("chain", "sealed_on", "occasion", "title", "act", "commitments")
    return seal_of({key: one for key, one in said.items() if key not in moving})


def naming(content: Content, organisation_id: int) -> list[Named]:
    """Return the texts that name a person of the organisation, or hold an address (one query)."""
    people = Person.objects.filter(organisation=organisation_id).exclude(name="")
    names = list(people.values_list("name", flat=True))
    return list(named_in(texts_in(as_json(content)), names))
