"""The green budget of a year: lines and accounts rated, and what the ratings add up to."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.accounts.trail import record
from portulan.budget.access import hold_year, require_open
from portulan.budget.green.rules import WHOLE, Parts, RatedAmount, by_axis
from portulan.budget.lines.reads import lines_in_force
from portulan.budget.models import BudgetLine, FiscalYear, GreenRating
from portulan.budget.verbs import Verb
from portulan.budget.words import Axis, Rating, Stage
from portulan.core.money import to_cents
from portulan.core.say import numbers
from portulan.core.say.language import spoken_language
from portulan.core.spreadsheet import digits
from portulan.core.storing import store
from portulan.plans.words import Section


def ratings_of(fiscal_year: FiscalYear) -> QuerySet[GreenRating]:
    """Return the ratings of a year, those of accounts first."""
    return (
        GreenRating.objects.filter(fiscal_year=fiscal_year)
        .select_related("line__batch")
        .order_by("line_id", "nature", "axis")
    )


def said_of(fiscal_year: FiscalYear) -> tuple[dict[int, Parts], dict[tuple[str, Axis], Rating]]:
    """Return the parts of the lines that were rated, and the ratings of accounts (one query)."""
    own: dict[int, dict[Axis, dict[Rating, Decimal]]] = defaultdict(lambda: defaultdict(dict))
    accounts: dict[tuple[str, Axis], Rating] = {}
    for line, nature, axis, rating, share in GreenRating.objects.filter(
        fiscal_year=fiscal_year
    ).values_list("line_id", "nature", "axis", "rating", "share"):
        if line is None:
            accounts[nature, Axis(axis)] = Rating(rating)
        else:
            own[line][Axis(axis)][Rating(rating)] = share
    return {pk: dict(axes) for pk, axes in own.items()}, accounts


def green_year(fiscal_year: FiscalYear, stage: Stage) -> dict[Axis, dict[Rating | None, Decimal]]:
    """Return what real investment adds up to on each axis at a stage, by rating, in euros.

    None is what nobody rated; each axis makes the whole. Three queries.
    """
    own, accounts = said_of(fiscal_year)
    # Lines of one account that nobody rated apart weigh as one.
    column = stage.column
    lines = lines_in_force(fiscal_year).filter(
        section=Section.INVESTMENT, **{f"{column}__isnull": False}
    )
    apart = lines.filter(pk__in=list(own)).values_list("pk", "nature", column)
    others = (
        lines.exclude(pk__in=list(own)).order_by().values_list("nature").annotate(sum=Sum(column))
    )
    items = [
        *(RatedAmount(nature, amount, own[pk]) for pk, nature, amount in apart),
        *(RatedAmount(nature, to_cents(amount), {}) for nature, amount in others),
    ]
    return by_axis(items, accounts)


@transaction.atomic
def rate(
    actor: Actor,
    *,
    fiscal_year: FiscalYear,
    axis: Axis,
    rating: Rating | None,
    reason: str = "",
    line: BudgetLine | None = None,
    nature: str = "",
    share: Decimal | None = None,
) -> GreenRating | None:
    """Rate a line, or the lines of an account, on one axis; None takes the rating back.

    `share` is the part of the line, in percent, the whole unless said: a part stands beside the
    others of that line and axis, which are 100 % at most; 0 takes that part back. It touches
    neither the perimeter nor what is attributed to NR. Raises ValidationError without line or
    account, with both, without reason, for a part of an account, or in a closed year.
    """
    actor.require(Operation.EDIT_BUDGET)
    fiscal_year = hold_year(fiscal_year.pk)
    require_open(fiscal_year)
    nature = nature.strip()
    if (line is None) == (not nature):
        raise ValidationError({"nature": _("Une cotation porte sur une ligne ou sur un compte.")})
    if line is not None and line.fiscal_year_id != fiscal_year.pk:
        raise ValidationError(_("Cette ligne est d’un autre exercice."))
    if rating is not None and not reason.strip():
        raise ValidationError({"reason": _("Dites pourquoi : une cotation a toujours un motif.")})
    share = WHOLE if share is None else share
    if line is None and share != WHOLE:
        raise ValidationError(
            {"share": _("Seule une ligne se partage : un compte est coté entier.")}
        )
    its = GreenRating.objects.filter(fiscal_year=fiscal_year, line=line, nature=nature, axis=axis)
    before = _told(its)
    if rating is None or not share:
        found = None
        (its if rating is None else its.filter(rating=rating)).delete()
    else:
        found = _part(its, rating, share) or GreenRating(
            fiscal_year=fiscal_year, line=line, nature=nature, axis=axis
        )
        found.rating, found.share, found.reason = rating, share, reason.strip()
        found.person_id, found.recorded_at = actor.person_id, timezone.now()
        store(found)
    change = (before, _told(its))
    record(actor, line or fiscal_year, Verb.RATED, {f"axis {axis.value} {nature}".strip(): change})
    return found


def _part(its: QuerySet[GreenRating], rating: Rating, share: Decimal) -> GreenRating | None:
    """Return the row that a rating takes; rated whole, a line is split no longer."""
    found = its.filter(rating=rating).first()
    if share == WHOLE:
        found = found or its.first()
        if found is not None:
            its.exclude(pk=found.pk).delete()
        return found
    taken = sum((one.share for one in its.exclude(rating=rating)), Decimal())
    if taken + share > WHOLE:
        told = {"left": numbers.number(WHOLE - taken, spoken_language())}
        refusal = _(
            "Les autres parts de cette ligne ne laissent que %(left)s %% sur cet axe :"
            " baissez-les d’abord."
        )
        raise ValidationError({"share": refusal % told})
    return found


def _told(its: QuerySet[GreenRating]) -> str | None:
    """Return ratings as the trail keeps them; the whole needs no number."""
    said = (
        one.rating if one.share == WHOLE else f"{one.rating} {digits(one.share.normalize())}"
        for one in its.order_by("rating")
    )
    return ", ".join(said) or None
