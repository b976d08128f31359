"""Fiscal years, imported lines, the IT perimeter, attributions to NR, and indicator runs."""

from __future__ import annotations

from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from portulan.accounts.models import Organisation
from portulan.budget.enums import (
    AttributionStatus,
    BatchStatus,
    Method,
    PerimeterStatus,
    SourceQuality,
    YearStatus,
)
from portulan.budget.stages import Stage
from portulan.budget.verdicts import Post, Verdict
from portulan.core.money import TaxBasis
from portulan.plans.models import SECTIONS, Action, Plan

STAGES = {
    Stage.VOTED: _("voté"),
    Stage.OPENED: _("ouvert"),
    Stage.COMMITTED: _("engagé"),
    Stage.REALISED: _("mandaté"),
    Stage.CARRIED_OVER: _("restes à réaliser"),
}
YEAR_STATUSES = {
    YearStatus.PREPARATION: _("en préparation"),
    YearStatus.VOTED: _("voté"),
    YearStatus.EXECUTING: _("en exécution"),
    YearStatus.CLOSED: _("clos"),
}
VERDICTS = {
    Verdict.IN: _("Dans"),
    Verdict.MIXED: _("Mixte"),
    Verdict.OUT: _("Hors"),
    Verdict.UNDECIDED: _("À décider"),
}
POSTS = {
    Post.EQUIPMENT: _("Matériel"),
    Post.SOFTWARE: _("Logiciel"),
    Post.CLOUD: _("Informatique en nuage"),
    Post.TELECOM: _("Télécommunications"),
    Post.SERVICES: _("Prestations"),
    Post.STAFF: _("Personnel"),
    Post.ENERGY: _("Énergie"),
}
METHODS = {
    Method.WHOLE: _("Dépense entièrement dédiée"),
    Method.KEY: _("Quote-part par une clé"),
    Method.ADDITIONAL_COST: _("Surcoût seul"),
}
STATUSES = {
    AttributionStatus.PROPOSED: _("Proposé"),
    AttributionStatus.DECLARED: _("Déclaré"),
    AttributionStatus.JUSTIFIED: _("Justifié"),
    AttributionStatus.WITHDRAWN: _("Retiré"),
}
QUALITIES = {
    SourceQuality.LEDGER: _("Grand livre de la DSI"),
    SourceQuality.ACCOUNTS: _("Comptes par nature"),
    SourceQuality.TYPED: _("Chiffres saisis"),
}
COUNTED = (AttributionStatus.DECLARED, AttributionStatus.JUSTIFIED)


def _money() -> models.DecimalField[Decimal | None, Decimal | None]:
    return models.DecimalField(max_digits=16, decimal_places=2, null=True, blank=True)


_FRACTION = [MinValueValidator(0), MaxValueValidator(1)]


def _share() -> models.DecimalField[Decimal, Decimal]:
    return models.DecimalField(max_digits=12, decimal_places=10, validators=_FRACTION)


def _unsure_share() -> models.DecimalField[Decimal | None, Decimal | None]:
    return models.DecimalField(
        max_digits=12, decimal_places=10, null=True, blank=True, validators=_FRACTION
    )


class FiscalYear(models.Model):
    """An exercice; it may start on another day than 1 January."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="fiscal_years")
    year = models.PositiveSmallIntegerField(
        _("exercice"), validators=[MinValueValidator(2000), MaxValueValidator(2100)]
    )
    starts_on = models.DateField(_("début"))
    ends_on = models.DateField(_("fin"))
    status = models.CharField(
        _("état"), max_length=12, choices=YEAR_STATUSES, default=YearStatus.EXECUTING
    )
    tax_basis = models.CharField(
        _("base"), max_length=3, choices={b: b.value for b in TaxBasis}, default=TaxBasis.TTC
    )
    # The edition under which its lines were judged: a closed year keeps the one it was closed with.
    judged_under = models.ForeignKey(
        "budget.ITPerimeter", models.RESTRICT, null=True, blank=True, related_name="judged_years"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "year"], name="fiscal_year_unique")
        ]

    def __str__(self) -> str:
        return str(self.year)


class ImportBatch(models.Model):
    """One file read into one fiscal year: previewed, then confirmed whole, then kept or undone."""

    fiscal_year = models.ForeignKey(FiscalYear, models.CASCADE, related_name="batches")
    status = models.CharField(
        max_length=12,
        choices={s: s.value for s in BatchStatus},
        default=BatchStatus.PREVIEWED,
    )
    format = models.CharField(max_length=20)
    quality = models.CharField(max_length=10, choices=QUALITIES)
    file_name = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField(default=0)
    encoding = models.CharField(max_length=20, blank=True)
    siret = models.CharField(max_length=14, blank=True)
    entity = models.CharField(max_length=200, blank=True)
    nomenclature = models.CharField(max_length=40, blank=True)
    stages = models.JSONField(default=list, blank=True)
    delta = models.BooleanField(default=False)
    # Columns a person chose for a ledger: {"label": 3, "opened": 7}.
    mapping = models.JSONField(default=dict, blank=True)
    # The inspection shown before confirming, kept as it was.
    report = models.JSONField(default=dict, blank=True)
    person_id = models.BigIntegerField(null=True, blank=True)
    created_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, blank=True)
    rolled_back_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            # The same file may stand only once in a year.
            models.UniqueConstraint(
                fields=["fiscal_year", "sha256"],
                condition=models.Q(status=BatchStatus.CONFIRMED) & ~models.Q(sha256=""),
                name="batch_file_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.file_name} ({self.status})"


class ITPerimeter(models.Model):
    """An edition of which lines are IT spending; one is in force at a time."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="perimeters")
    edition = models.PositiveSmallIntegerField()
    status = models.CharField(
        max_length=12, choices={s: s.value for s in PerimeterStatus}, default=PerimeterStatus.DRAFT
    )
    # Answers to the questions of first use (DESIGN section 4.3).
    service_codes = models.JSONField(_("codes de service de la DSI"), default=list, blank=True)
    with_school_equipment = models.BooleanField(
        _("équipement des écoles, collèges ou lycées compris"), default=False
    )
    with_staff = models.BooleanField(_("personnel de la DSI compris"), default=False)
    decided_on = models.DateField(null=True, blank=True)
    person_id = models.BigIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "edition"], name="perimeter_edition"),
            models.UniqueConstraint(
                fields=["organisation"],
                condition=models.Q(status=PerimeterStatus.IN_FORCE),
                name="perimeter_one_in_force",
            ),
        ]

    def __str__(self) -> str:
        return f"edition {self.edition}"


class PerimeterRule(models.Model):
    """A rule of an organisation's own, before the default table; the first that matches holds."""

    perimeter = models.ForeignKey(ITPerimeter, models.CASCADE, related_name="rules")
    order = models.PositiveSmallIntegerField()
    nature_prefix = models.CharField(_("compte commençant par"), max_length=10, blank=True)
    service = models.CharField(_("code de service ou de gestionnaire"), max_length=40, blank=True)
    function = models.CharField(_("fonction"), max_length=12, blank=True)
    supplier = models.CharField(_("fournisseur contenant"), max_length=120, blank=True)
    label = models.CharField(_("libellé contenant"), max_length=120, blank=True)
    verdict = models.CharField(max_length=10, choices=VERDICTS)
    share = _unsure_share()
    reason = models.CharField(_("motif"), max_length=250)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["perimeter", "order"], name="rule_order_unique")
        ]

    def __str__(self) -> str:
        return f"{self.order}: {self.verdict}"


class BudgetLine(models.Model):
    """A line of the accounts, as its file says it, with its verdict under the perimeter in force.

    The stages are columns; `it_share` is None while nobody decided (mixed or undecided).
    """

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="budget_lines")
    fiscal_year = models.ForeignKey(FiscalYear, models.CASCADE, related_name="lines")
    batch = models.ForeignKey(ImportBatch, models.CASCADE, related_name="lines")
    # Where it stands in the file; several lines may stand on one line of an XML file.
    row = models.PositiveIntegerField()
    section = models.CharField(max_length=1, choices=SECTIONS)
    is_expense = models.BooleanField()
    is_real = models.BooleanField()
    is_carried = models.BooleanField(default=False)
    chapter = models.CharField(max_length=12, blank=True)
    nature = models.CharField(max_length=12, blank=True)
    function = models.CharField(max_length=12, blank=True)
    operation = models.CharField(max_length=40, blank=True)
    service = models.CharField(max_length=40, blank=True)
    manager = models.CharField(max_length=80, blank=True)
    supplier = models.CharField(max_length=160, blank=True)
    order_ref = models.CharField(max_length=60, blank=True)
    contract_ref = models.CharField(max_length=60, blank=True)
    label = models.CharField(max_length=300, blank=True)
    voted = _money()
    opened = _money()
    committed = _money()
    realised = _money()
    carried_over = _money()
    verdict = models.CharField(max_length=10, choices=VERDICTS, default=Verdict.UNDECIDED)
    it_share = _unsure_share()
    post = models.CharField(max_length=12, choices=POSTS, blank=True)
    verdict_reason = models.CharField(max_length=250, blank=True)
    overridden = models.BooleanField(default=False)
    # "Reviewed, 0 %": somebody looked and nothing of it is dedicated to NR.
    reviewed_on = models.DateField(null=True, blank=True)
    reviewed_by = models.BigIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(it_share__isnull=True)
                | models.Q(it_share__gte=0, it_share__lte=1),
                name="line_it_share_between_0_and_1",
            ),
        ]
        indexes = [
            # The lines page and the indicator: real expense lines of a year, by verdict.
            models.Index(
                fields=["fiscal_year", "verdict"],
                condition=models.Q(is_expense=True, is_real=True, is_carried=False),
                name="line_real_expense",
            )
        ]

    def __str__(self) -> str:
        return self.label or self.nature


class LineOverride(models.Model):
    """A person's verdict on one line, with the reason; it beats every rule."""

    line = models.OneToOneField(BudgetLine, models.CASCADE, related_name="override")
    verdict = models.CharField(max_length=10, choices=VERDICTS)
    share = _share()
    reason = models.CharField(_("motif"), max_length=250)
    person_id = models.BigIntegerField(null=True, blank=True)
    decided_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.line_id}: {self.verdict}"


class Attribution(models.Model):
    """The share of a line dedicated to NR, to an action or at large (fléchage NR).

    `outside_it` marks NR effort on the part of a line that is not IT spending: a separate sum,
    never in the numerator.
    """

    line = models.ForeignKey(BudgetLine, models.CASCADE, related_name="attributions")
    action = models.ForeignKey(
        Action, models.PROTECT, null=True, blank=True, related_name="attributions"
    )
    share = _share()
    outside_it = models.BooleanField(default=False)
    method = models.CharField(_("méthode"), max_length=16, choices=METHODS)
    status = models.CharField(_("statut"), max_length=10, choices=STATUSES)
    reason = models.CharField(_("motif"), max_length=500)
    evidence = models.CharField(_("preuve (référence ou adresse)"), max_length=500, blank=True)
    person_id = models.BigIntegerField(null=True, blank=True)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(share__gt=0, share__lte=1), name="attribution_share"
            ),
            models.CheckConstraint(
                condition=~models.Q(status=AttributionStatus.JUSTIFIED) | ~models.Q(evidence=""),
                name="attribution_justified_has_evidence",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.line_id}: {self.share}"


class Ambition(models.Model):
    """The share of the IT budget that a plan wants for NR in a year, in percent."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="ambitions")
    year = models.PositiveSmallIntegerField()
    percent = models.DecimalField(
        max_digits=6,
        decimal_places=3,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["plan", "year"], name="ambition_unique")]

    def __str__(self) -> str:
        return f"{self.year}: {self.percent} %"


class Forecast(models.Model):
    """The IT budget expected for a year that has no accounts yet (framing letter)."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="forecasts")
    year = models.PositiveSmallIntegerField()
    section = models.CharField(max_length=1, choices=SECTIONS, blank=True)
    amount = models.DecimalField(max_digits=16, decimal_places=2)
    source = models.CharField(max_length=250)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "year", "section"], name="forecast_unique"
            )
        ]

    def __str__(self) -> str:
        return f"{self.year}: {self.amount}"


class Allotment(models.Model):
    """Money reserved for an action in a year (dotation), by a dated decision."""

    action = models.ForeignKey(Action, models.CASCADE, related_name="allotments")
    year = models.PositiveSmallIntegerField()
    amount = models.DecimalField(max_digits=14, decimal_places=2, validators=[MinValueValidator(0)])
    decided_on = models.DateField()
    reference = models.CharField(max_length=250, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["action", "year"], name="allotment_unique")]

    def __str__(self) -> str:
        return f"{self.action_id} {self.year}: {self.amount}"


class CoFunding(models.Model):
    """Money others bring to an action, asked, granted or received: never netted in the budget."""

    action = models.ForeignKey(Action, models.CASCADE, related_name="co_funding")
    funder = models.CharField(_("financeur"), max_length=160)
    year = models.PositiveSmallIntegerField(_("exercice"))
    asked = _money()
    granted = _money()
    received = _money()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["action", "funder", "year"], name="co_funding_unique")
        ]

    def __str__(self) -> str:
        return f"{self.action_id} {self.funder}"


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
