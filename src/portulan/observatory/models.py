"""The instance's table of public accounts: no organisation has a key in it, all read it.

Amounts are whole cents: sums over thousands of bodies are then exact on any database.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class PublicFile(models.Model):
    """A file that was read, known by its digest: read twice, it counts once."""

    name = models.CharField(_("fichier"), max_length=255)
    sha256 = models.CharField(max_length=64, unique=True)
    size = models.PositiveBigIntegerField()
    kind = models.CharField(max_length=12)
    rows = models.PositiveBigIntegerField()
    read_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class Inhabitants(models.Model):
    """The people of a body in a year, and where it is; what no file said is null or empty."""

    file = models.ForeignKey(PublicFile, models.CASCADE)
    year = models.PositiveSmallIntegerField()
    siren = models.CharField(max_length=9)
    people = models.PositiveIntegerField(null=True)
    name = models.CharField(max_length=200, blank=True)
    grouping = models.CharField(max_length=9, blank=True)
    department = models.CharField(max_length=3, blank=True)
    region = models.CharField(max_length=3, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["siren", "year"], name="inhabitants_unique")]
        indexes = [models.Index(fields=["grouping", "year"], name="inhabitants_grouping")]

    def __str__(self) -> str:
        return f"{self.siren} {self.year}"


class PublicAccounts(models.Model):
    """A budget of a body for a year, with what its accounts say of IT for certain.

    `people`, `stratum`, `grouping` repeat what the files of population say of that year, so that a
    stratum is one index to read; they are set again after each import.
    """

    file = models.ForeignKey(PublicFile, models.CASCADE)
    year = models.PositiveSmallIntegerField()
    siren = models.CharField(max_length=9)
    budget = models.CharField(max_length=2)
    ident = models.CharField(max_length=14, blank=True)
    name = models.CharField(max_length=200)
    nomenclature = models.CharField(max_length=12)
    family = models.CharField(max_length=6)
    form = models.CharField(max_length=20)
    department = models.CharField(max_length=3, blank=True)
    region = models.CharField(max_length=3, blank=True)
    rows = models.PositiveIntegerField()
    whole = models.BooleanField()
    certain = models.BigIntegerField()
    telecom = models.BigIntegerField()
    mixed = models.BigIntegerField()
    operating = models.BigIntegerField()
    equipment = models.BigIntegerField()
    paid_to_grouping = models.BigIntegerField()
    received_by_grouping = models.BigIntegerField()
    people = models.PositiveIntegerField(null=True)
    stratum = models.PositiveSmallIntegerField(null=True)
    grouping = models.CharField(max_length=9, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["siren", "year", "budget", "ident"], name="public_accounts_unique"
            )
        ]
        indexes = [
            models.Index(fields=["year", "form", "stratum"], name="public_accounts_stratum"),
            models.Index(fields=["grouping", "year"], name="public_accounts_grouping"),
        ]

    def __str__(self) -> str:
        return f"{self.siren} {self.year} {self.budget}"


class PublicAccountLine(models.Model):
    """The movements of one IT account, certain or mixed, of a budget."""

    accounts = models.ForeignKey(PublicAccounts, models.CASCADE, related_name="lines")
    account = models.CharField(max_length=12)
    certain = models.BooleanField()
    debit = models.BigIntegerField()
    credit = models.BigIntegerField()
    order_debit = models.BigIntegerField()
    order_credit = models.BigIntegerField()
    spent = models.BigIntegerField()

    def __str__(self) -> str:
        return self.account


class PublicContract(models.Model):
    """An IT contract of a body, and whether the environment has a part in it (null: unsaid)."""

    file = models.ForeignKey(PublicFile, models.CASCADE)
    siren = models.CharField(max_length=9)
    buyer = models.CharField(max_length=14)
    number = models.CharField(max_length=60)
    cpv = models.CharField(max_length=10)
    cents = models.BigIntegerField(null=True)
    notified_on = models.CharField(max_length=10, blank=True)
    clause = models.BooleanField(null=True)
    criterion = models.BooleanField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["buyer", "number"], name="public_contract_unique")
        ]
        indexes = [models.Index(fields=["siren"], name="public_contract_siren")]

    def __str__(self) -> str:
        return self.number


class DeclaredReuse(models.Model):
    """What a body declares that it bought in a category, and of it from reuse, in cents."""

    file = models.ForeignKey(PublicFile, models.CASCADE)
    year = models.PositiveSmallIntegerField()
    siren = models.CharField(max_length=9)
    name = models.CharField(max_length=200, blank=True)
    category = models.CharField(max_length=120)
    total = models.BigIntegerField()
    reused = models.BigIntegerField()
    given = models.BigIntegerField()
    recycled = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["siren", "year", "category"], name="declared_reuse_unique"
            )
        ]

    def __str__(self) -> str:
        return f"{self.siren} {self.year}"


class PublishedShare(models.Model):
    """A share of the IT budget that a body published; percentages are in ten-thousandths."""

    file = models.ForeignKey(PublicFile, models.CASCADE)
    year = models.PositiveSmallIntegerField()
    siren = models.CharField(max_length=9)
    name = models.CharField(max_length=200, blank=True)
    stage = models.CharField(max_length=12)
    share = models.PositiveIntegerField()
    lower = models.PositiveIntegerField(null=True)
    upper = models.PositiveIntegerField(null=True)
    coverage = models.PositiveIntegerField(null=True)
    basis = models.CharField(max_length=12, blank=True)
    perimeter = models.CharField(max_length=12, blank=True)
    published_on = models.CharField(max_length=10, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["siren", "year", "stage"], name="published_share_once")
        ]

    def __str__(self) -> str:
        return f"{self.siren} {self.year} {self.stage}"


class PublishedLevels(models.Model):
    """How many actions of a theme stand at a level, of those that a body published last."""

    file = models.ForeignKey(PublicFile, models.CASCADE)
    siren = models.CharField(max_length=9)
    name = models.CharField(max_length=200, blank=True)
    theme = models.CharField(max_length=120, blank=True)
    level = models.CharField(max_length=16)
    actions = models.PositiveIntegerField()
    published_on = models.CharField(max_length=10)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["siren", "theme", "level"], name="published_levels_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.siren} {self.theme} {self.level}"
