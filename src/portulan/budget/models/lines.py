"""What files of accounts give: imports with their sums and columns, lines, verdicts, orders."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from portulan.accounts.models import Organisation
from portulan.budget.labels import ACTS, POSTS, QUALITIES, RUN_BUILD, STAGES, VERDICTS
from portulan.budget.models.decimals import money, share, unsure_share
from portulan.budget.models.words import WordsField
from portulan.budget.models.years import FiscalYear
from portulan.budget.words import BatchStatus, Stage, Verdict
from portulan.plans.models import SECTIONS
from portulan.plans.words import Section

ORDER_BOOK = "orders"
# How many characters the words of a line have at most, as the columns that they come from.
WORDS, SUPPLIER = 300 + 40 + 60 + 60 + 3, 160
# SQLite reads an index alone when it holds all that is asked, be it the same for all its lines.
_KINDS = ("is_expense", "is_real", "is_carried")
_AMOUNTS = tuple(stage.column for stage in Stage if stage is not Stage.CARRIED_OVER)
_RATED = (Stage.VOTED.column, Stage.OPENED.column, Stage.REALISED.column)


class InForce[Row: models.Model](models.Manager[Row]):
    """What counts: the lines, or the orders, of imports in force.

    A read that forgets imports sees nothing of one that is being written, or was rolled back. What
    is about an import itself (written, compared, counted, taken away) asks for `everything`.
    """

    def get_queryset(self) -> models.QuerySet[Row]:
        in_force = ImportBatch.objects.filter(status=BatchStatus.CONFIRMED)
        return super().get_queryset().filter(batch__in=in_force.values("pk"))


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
    # Which document of the year it is, its number among its like, and the day it was voted; null
    # when nothing says so.
    act = models.CharField(max_length=13, choices=ACTS, null=True, blank=True)
    number = models.CharField(_("numéro"), max_length=10, null=True, blank=True)
    voted_on = models.DateField(_("date du vote"), null=True, blank=True)
    # It stands beside others that give the same stages, as pieces of one account.
    piece = models.BooleanField(default=False)
    # The budgets or bodies that its lines are of, as they are named on them.
    budgets = models.JSONField(default=list, blank=True)
    # The import that took its place: a budget stays in the chain of its year behind its accounts.
    replaced_by = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="replaced"
    )
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
        # Those in force, asked with all lines.
        indexes = [models.Index(fields=["status", "fiscal_year"], name="batch_by_status")]

    def __str__(self) -> str:
        return f"{self.file_name} ({self.status})"

    @property
    def is_order_book(self) -> bool:
        """Whether it details the lines of accounts (`Order`) and gives none."""
        return self.format == ORDER_BOOK

    @property
    def written(self) -> models.QuerySet[BudgetLine] | models.QuerySet[Order]:
        """What was written of it, in force or not: lines, or orders."""
        model = Order if self.is_order_book else BudgetLine
        return model.everything.filter(batch=self)


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
    # The main or annex budget that it is of, else the body: as its file names it.
    budget = models.CharField(max_length=120, blank=True)
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
    # The day of the entry that it is, where its file has entries (FEC); null elsewhere.
    dated_on = models.DateField(null=True, blank=True)
    voted = money()
    opened = money()
    committed = money()
    realised = money()
    carried_over = money()
    verdict = models.CharField(max_length=10, choices=VERDICTS, default=Verdict.UNDECIDED)
    it_share = unsure_share()
    post = models.CharField(max_length=12, choices=POSTS, blank=True)
    # Null where unknown.
    run_build = models.CharField(max_length=5, choices=RUN_BUILD, blank=True, null=True)
    verdict_reason = models.CharField(max_length=250, blank=True)
    overridden = models.BooleanField(default=False)
    # What its attributions hold of it within its IT share: counted, and with proposals. None where
    # nothing is attributed. Written by `services.sums` alone, with the attributions.
    nr_share = unsure_share()
    claimed_share = unsure_share()
    # "Reviewed, 0 %": somebody looked and nothing of it is dedicated to NR.
    reviewed_on = models.DateField(null=True, blank=True)
    reviewed_by = models.BigIntegerField(null=True, blank=True)
    # What a search looks into, as it compares it (decision 105): suppliers apart, as not all see
    # them; last in a row, so that nothing is read past them.
    words = WordsField(max_length=WORDS, of=("label", "service", "contract_ref", "order_ref"))
    supplier_words = WordsField(max_length=SUPPLIER, of=("supplier",))

    objects = InForce["BudgetLine"]()
    everything = models.Manager["BudgetLine"]()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(it_share__isnull=True)
                | models.Q(it_share__gte=0, it_share__lte=1),
                name="line_it_share_between_0_and_1",
            ),
        ]
        indexes = [
            # The lines page: a year's real expense lines by amount, and those that are attributed.
            # With what a page that is far from both ends asks of each before it.
            *(
                models.Index(
                    fields=["fiscal_year", stage.column, "id", "batch", "claimed_share", *_KINDS],
                    condition=models.Q(
                        is_expense=True,
                        is_real=True,
                        is_carried=False,
                        **{f"{stage.column}__isnull": False},
                    ),
                    name=f"line_along_{stage.column}",
                )
                for stage in Stage
                if stage is not Stage.CARRIED_OVER
            ),
            models.Index(
                fields=["fiscal_year", "batch"],
                condition=models.Q(claimed_share__isnull=False),
                name="line_claimed",
            ),
            # The few of which a person decided.
            models.Index(
                fields=["fiscal_year", "batch"],
                condition=models.Q(overridden=True),
                name="line_overridden",
            ),
            # What investment adds up to by account.
            models.Index(
                fields=["fiscal_year", "section", "nature", "batch", *_RATED, *_KINDS],
                condition=models.Q(
                    section=Section.INVESTMENT, is_expense=True, is_real=True, is_carried=False
                ),
                name="line_of_investment",
            ),
            # The lines alike, of this year and of others.
            models.Index(
                fields=["fiscal_year", "nature", "label"],
                condition=models.Q(is_expense=True, is_real=True, is_carried=False),
                name="line_by_nature_and_label",
            ),
            # What a search looks at and adds up, read whole in half the time of the lines; too wide
            # to be followed where few are alike (decision 104).
            models.Index(
                fields=[
                    *("fiscal_year", "nature", "words", "supplier_words", "batch", *_KINDS),
                    *("it_share", *_AMOUNTS, "id"),
                ],
                condition=models.Q(is_expense=True, is_real=True, is_carried=False),
                name="line_in_words",
            ),
            models.Index(
                fields=[
                    *("fiscal_year", "supplier", "nature", "function", "verdict", "it_share"),
                    *("overridden", "batch", *_KINDS),
                ],
                condition=models.Q(is_expense=True, is_real=True, is_carried=False),
                name="line_by_supplier",
            ),
        ]

    def __str__(self) -> str:
        return self.label or self.nature


class LineOverride(models.Model):
    """A person's verdict on one line, with the reason; it beats every rule."""

    line = models.OneToOneField(BudgetLine, models.CASCADE, related_name="override")
    verdict = models.CharField(max_length=10, choices=VERDICTS)
    share = share()
    reason = models.CharField(_("motif"), max_length=250)
    person_id = models.BigIntegerField(null=True, blank=True)
    decided_at = models.DateTimeField()
    # Given with others, taken back with them: the entry of the trail that they share.
    together = models.BigIntegerField(null=True, blank=True, db_index=True)
    # The lines alike whose verdicts proposed it: {"by", "lines", "of", "years"}.
    learnt_from = models.JSONField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.line_id}: {self.verdict}"


class ColumnMapping(models.Model):
    """The columns of one tool’s export, by title: proposed for the next file that has them."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="column_mappings")
    tool = models.CharField(_("outil"), max_length=80)
    # {"realised": "Mandaté", …, "unit": "1000"}
    columns = models.JSONField()
    person_id = models.BigIntegerField(null=True, blank=True)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "tool"], name="column_mapping_of_tool")
        ]

    def __str__(self) -> str:
        return self.tool


class Order(models.Model):
    """An order, as its file says it: its amounts are in the lines already, never added to them."""

    fiscal_year = models.ForeignKey(FiscalYear, models.CASCADE, related_name="orders")
    batch = models.ForeignKey(ImportBatch, models.CASCADE, related_name="orders")
    row = models.PositiveIntegerField()
    nature = models.CharField(max_length=12, blank=True)
    chapter = models.CharField(max_length=12, blank=True)
    function = models.CharField(max_length=12, blank=True)
    service = models.CharField(max_length=40, blank=True)
    manager = models.CharField(max_length=80, blank=True)
    supplier = models.CharField(max_length=160, blank=True)
    contract_ref = models.CharField(max_length=60, blank=True)
    order_ref = models.CharField(max_length=60, blank=True)
    label = models.CharField(max_length=300, blank=True)
    committed = money()
    realised = money()

    objects = InForce["Order"]()
    everything = models.Manager["Order"]()

    class Meta:
        indexes = [models.Index(fields=["fiscal_year", "nature"], name="order_of_account")]

    def __str__(self) -> str:
        return self.order_ref or self.label


class StageSums(models.Model):
    """What the real expense lines of an import add up to at one stage, as `sums.Sums` writes it.

    Written with the lines, in the same transaction, by `services.sums` alone. An import without
    its five rows has no sums: its lines are added up each time.
    """

    batch = models.ForeignKey(ImportBatch, models.CASCADE, related_name="sums")
    stage = models.CharField(max_length=12, choices=STAGES)
    document = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["batch", "stage"], name="sums_unique")]

    def __str__(self) -> str:
        return f"{self.batch_id} {self.stage}"


class DaySums(models.Model):
    """The same sums as they stood at the end of a day on which they were written.

    The figure as it was known on any past day is made from them: the rows last written until that
    day, of the imports that were in force. One row a day at most; never changed after its day.
    """

    batch = models.ForeignKey(ImportBatch, models.CASCADE, related_name="day_sums")
    stage = models.CharField(max_length=12, choices=STAGES)
    on = models.DateField()
    document = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["batch", "stage", "on"], name="day_sums_unique")
        ]

    def __str__(self) -> str:
        return f"{self.batch_id} {self.stage} {self.on}"
