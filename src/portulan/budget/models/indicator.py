"""The figures computed, the corrections of a closed year beside its own, the level of prices."""

from __future__ import annotations

from decimal import Decimal

from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from portulan.accounts.models import Organisation
from portulan.budget.labels import STAGES
from portulan.budget.models.lines import BudgetLine
from portulan.budget.models.perimeter import ITPerimeter
from portulan.budget.models.years import FiscalYear
from portulan.core.models import Versioned


class Adjustment(Versioned):
    """What is known, after the closing, to be wrong of a line or of a whole year, in euros.

    `amount` is what the line, or the IT budget, should have had more (less if negative);
    `nr_amount` its part dedicated to NR, which a line's own attributions say. What was said is
    never changed (guard): it is withdrawn, and may be put back.
    """

    fiscal_year = models.ForeignKey(FiscalYear, models.CASCADE, related_name="adjustments")
    line = models.ForeignKey(
        BudgetLine, models.CASCADE, null=True, blank=True, related_name="adjustments"
    )
    stage = models.CharField(max_length=12, choices=STAGES)
    amount = models.DecimalField(_("écart"), max_digits=16, decimal_places=2)
    nr_amount = models.DecimalField(
        _("dont NR"), max_digits=16, decimal_places=2, null=True, blank=True
    )
    reason = models.CharField(_("motif"), max_length=500)
    evidence = models.CharField(_("preuve (référence ou adresse)"), max_length=500)
    known_on = models.DateField(_("date"))
    person_id = models.BigIntegerField(null=True, blank=True)
    recorded_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.BigIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                # Of a line, its attributions say what is NR; of a year, somebody does.
                condition=models.Q(line__isnull=True, nr_amount__isnull=False)
                | models.Q(line__isnull=False, nr_amount__isnull=True),
                name="adjustment_of_a_line_or_of_a_year",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.fiscal_year_id} {self.stage}: {self.amount}"


class PriceIndex(Versioned):
    """The index of prices of a year, whatever its base: only two years of one source compare."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="price_indexes")
    year = models.PositiveSmallIntegerField(_("exercice"))
    index = models.DecimalField(
        _("indice"), max_digits=9, decimal_places=4, validators=[MinValueValidator(1)]
    )
    source = models.CharField(_("source"), max_length=200)
    person_id = models.BigIntegerField(null=True, blank=True)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "year"], name="price_index_of_a_year")
        ]

    def __str__(self) -> str:
        return f"{self.year}: {self.index}"


class IndicatorRun(models.Model):
    """A computation of the share of the IT budget dedicated to NR. Immutable but for publication.

    Percentages are exact decimals; they are rounded when shown.
    """

    fiscal_year = models.ForeignKey(FiscalYear, models.CASCADE, related_name="runs")
    stage = models.CharField(max_length=12, choices=STAGES)
    perimeter = models.ForeignKey(ITPerimeter, models.PROTECT, related_name="runs")
    basis = models.CharField(max_length=3)
    numerator = models.DecimalField(max_digits=18, decimal_places=2)
    denominator = models.DecimalField(max_digits=18, decimal_places=2)
    justified = models.DecimalField(max_digits=18, decimal_places=2)
    proposed = models.DecimalField(max_digits=18, decimal_places=2)
    outside_it = models.DecimalField(max_digits=18, decimal_places=2)
    value = models.DecimalField(max_digits=12, decimal_places=6, null=True)
    lower = models.DecimalField(max_digits=12, decimal_places=6, null=True)
    upper = models.DecimalField(max_digits=12, decimal_places=6, null=True)
    coverage = models.DecimalField(max_digits=12, decimal_places=6, null=True)
    # Counts of lines, sums by section, warnings: the whole computed document.
    document = models.JSONField(default=dict, blank=True)
    inputs_hash = models.CharField(max_length=64)
    person_id = models.BigIntegerField(null=True, blank=True)
    computed_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.BigIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            # The same inputs are computed once.
            models.UniqueConstraint(
                fields=["fiscal_year", "stage", "inputs_hash"], name="run_inputs_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.fiscal_year_id} {self.stage}: {self.value}"

    @property
    def is_unknown(self) -> bool:
        """Whether nothing of its IT budget had been looked at: no share was known."""
        return self.denominator > 0 and self.coverage == 0

    @property
    def shares(self) -> tuple[Decimal | None, Decimal | None, Decimal | None]:
        """The share and its two bounds, in percent; None where they were not known."""
        return (None, None, None) if self.is_unknown else (self.value, self.lower, self.upper)


class RunLines(models.Model):
    """The lines that made a computation, as they were: never changed (guard).

    `rows` are those of `indicator.frozen.Row`, the largest NR first. Of a very large account,
    `complete` is false: the lines attributed alone, the others are in the sums.
    """

    run = models.OneToOneField(IndicatorRun, models.CASCADE, related_name="frozen")
    rows = models.JSONField()
    complete = models.BooleanField(default=True)

    def __str__(self) -> str:
        return f"{self.run_id}: {len(self.rows)}"


class ProviderShare(models.Model):
    """What an organisation says to its members of a figure that it published; never changed.

    `members` are those it serves, each with its part of what the provider spends:
    [{"siren", "name", "key"}], the key as text in ]0, 1].
    """

    run = models.ForeignKey(IndicatorRun, models.CASCADE, related_name="provider_shares")
    members = models.JSONField()
    person_id = models.BigIntegerField(null=True, blank=True)
    published_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.run_id} ({len(self.members)})"
