"""What the legal ratios of a year are made of, as typed."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.accounts.trail import record
from portulan.accounts.writes import hold_organisation
from portulan.budget.legal.rules import Standing, law_of, stand
from portulan.budget.models import LegalFigure
from portulan.budget.verbs import Verb
from portulan.budget.words import LegalRatio
from portulan.core.storing import store


@dataclass(frozen=True, slots=True)
class LegalRow:
    """A legal ratio in a year, and where its terms come from."""

    figure: LegalFigure
    standing: Standing


def legal_rows(*, actor: Actor) -> list[LegalRow]:
    """Return the legal ratios given, by ratio, the latest year first (one query)."""
    actor.require(Operation.READ_BUDGET)
    found = LegalFigure.objects.filter(organisation_id=actor.organisation_id)
    return [
        LegalRow(
            item,
            stand(
                LegalRatio(item.ratio),
                item.year,
                numerator=item.numerator,
                denominator=item.denominator,
            ),
        )
        for item in found.order_by("ratio", "-year")
    ]


@transaction.atomic
def set_legal_figure(
    actor: Actor,
    *,
    ratio: LegalRatio,
    year: int,
    numerator: Decimal,
    denominator: Decimal,
    source: str,
) -> LegalFigure:
    """Give the two terms of a legal ratio for a civil year, with where they come from.

    Raises ValidationError when the part exceeds the whole, or before the law has a threshold.
    """
    actor.require(Operation.EDIT_BUDGET)
    hold_organisation(actor)
    if law_of(ratio).threshold(year) is None:
        raise ValidationError({"year": _("Ce seuil légal n’existait pas encore cette année-là.")})
    if law_of(ratio).is_part and numerator > denominator:
        raise ValidationError({"numerator": _("La part dépasse le tout.")})
    figure = LegalFigure.objects.filter(
        organisation_id=actor.organisation_id, ratio=ratio, year=year
    ).first() or LegalFigure(organisation_id=actor.organisation_id, ratio=ratio, year=year)
    before = f"{figure.numerator} / {figure.denominator}" if figure.pk else None
    figure.numerator, figure.denominator = numerator, denominator
    figure.source = source.strip()
    store(figure)
    record(actor, figure, Verb.SET, {"value": (before, f"{numerator} / {denominator}")})
    return figure
