"""What stands beside the budget and is never netted in it: savings, time, ratios, green ratings."""

from __future__ import annotations

from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from portulan.accounts.models import Organisation
from portulan.budget.labels import AXES, RATINGS, RATIOS, SAVINGS
from portulan.budget.models.decimals import money
from portulan.budget.models.lines import BudgetLine
from portulan.budget.models.years import FiscalYear
from portulan.budget.words import LegalRatio
from portulan.core.models import Versioned
from portulan.plans.models import Action


def days() -> models.DecimalField[Decimal | None, Decimal | None]:
    """Return a column of days; null is unknown, never 0."""
    return models.DecimalField(
        max_digits=8, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)]
    )


class Saving(Versioned):
    """What an action spares in a year, as assumed and as observed: never taken from a cost."""

    action = models.ForeignKey(Action, models.CASCADE, related_name="savings")
    year = models.PositiveSmallIntegerField(_("exercice"))
    kind = models.CharField(_("nature"), max_length=16, choices=SAVINGS)
    potential = money()
    realised = money()
    # The assumption that a potential saving rests on, and the proof of a realised one.
    assumption = models.CharField(_("hypothèse"), max_length=500, blank=True)
    evidence = models.CharField(_("preuve (référence ou adresse)"), max_length=500, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["action", "year", "kind"], name="saving_unique"),
            models.CheckConstraint(
                condition=models.Q(realised__isnull=True) | ~models.Q(evidence=""),
                name="saving_realised_has_evidence",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.action_id} {self.year} {self.kind}"


class DayRate(Versioned):
    """What a day of a function or a team costs, from a day on, as somebody typed it."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="day_rates")
    function = models.CharField(_("fonction ou équipe"), max_length=160)
    since = models.DateField(_("à partir du"))
    amount = models.DecimalField(max_digits=8, decimal_places=2, validators=[MinValueValidator(0)])
    source = models.CharField(_("source"), max_length=250)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "function", "since"], name="day_rate_unique"
            )
        ]

    def __str__(self) -> str:
        return f"{self.function}: {self.amount}"


class StaffTime(Versioned):
    """The days that a function or a team gives to an action in a year: no euro by themselves."""

    action = models.ForeignKey(Action, models.CASCADE, related_name="staff_time")
    year = models.PositiveSmallIntegerField(_("exercice"))
    function = models.CharField(_("fonction ou équipe"), max_length=160)
    planned = days()
    done = days()
    # Said by the read: what a day of that function costs that year, None where nobody gave it.
    rate: DayRate | None = None

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["action", "year", "function"], name="staff_time_unique")
        ]

    def __str__(self) -> str:
        return f"{self.action_id} {self.year} {self.function}"

    @property
    def value(self) -> Decimal | None:
        """The days done, else those planned, in euros: shown, never added to a budget."""
        days = self.planned if self.done is None else self.done
        return None if self.rate is None or days is None else days * self.rate.amount


class LegalFigure(Versioned):
    """The two terms of a legal ratio in a civil year; the threshold is dated data (`legal`)."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="legal_figures")
    ratio = models.CharField(_("ratio"), max_length=20, choices=RATIOS)
    year = models.PositiveSmallIntegerField(_("année civile"))
    numerator = models.DecimalField(
        max_digits=16, decimal_places=2, validators=[MinValueValidator(0)]
    )
    denominator = models.DecimalField(
        max_digits=16, decimal_places=2, validators=[MinValueValidator(0)]
    )
    source = models.CharField(_("source"), max_length=500)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "ratio", "year"], name="legal_figure_unique"
            ),
            models.CheckConstraint(
                # What REEN counts may exceed its stock of 1 January: kit disposed of in the year.
                condition=models.Q(ratio=LegalRatio.REEN_REUSE)
                | models.Q(numerator__lte=models.F("denominator")),
                name="legal_figure_part_of_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ratio} {self.year}"


class GreenRating(Versioned):
    """The rating of a line or a part of it, or of all lines of an account, on a green axis.

    A line may be split between ratings, each with its share in percent. A tag of its own: what is
    dedicated to NR may be unfavourable, and the other way round.
    """

    fiscal_year = models.ForeignKey(FiscalYear, models.CASCADE, related_name="green_ratings")
    line = models.ForeignKey(
        BudgetLine, models.CASCADE, null=True, blank=True, related_name="green_ratings"
    )
    nature = models.CharField(_("compte commençant par"), max_length=12, blank=True)
    axis = models.PositiveSmallIntegerField(_("axe"), choices=AXES)
    rating = models.CharField(_("cotation"), max_length=12, choices=RATINGS)
    share = models.DecimalField(
        _("part de la ligne (%)"),
        max_digits=5,
        decimal_places=2,
        default=100,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
    )
    reason = models.CharField(_("motif"), max_length=250)
    person_id = models.BigIntegerField(null=True, blank=True)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(line__isnull=True) ^ models.Q(nature=""),
                name="green_rating_of_a_line_or_an_account",
            ),
            models.UniqueConstraint(
                fields=["line", "axis", "rating"],
                condition=models.Q(line__isnull=False),
                name="green_part_once_a_line",
            ),
            models.CheckConstraint(
                condition=models.Q(share=100)
                | models.Q(share__gt=0, share__lt=100, line__isnull=False),
                name="green_part_of_a_line",
            ),
            models.UniqueConstraint(
                fields=["fiscal_year", "nature", "axis"],
                condition=models.Q(line__isnull=True),
                name="green_rating_once_an_account",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.line_id or self.nature} {self.axis}: {self.rating}"
