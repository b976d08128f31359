"""Editions of the IT perimeter and their rules."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from portulan.accounts.models import Organisation
from portulan.budget.labels import POSTS, RUN_BUILD, VERDICTS
from portulan.budget.models.decimals import unsure_share
from portulan.budget.words import PerimeterStatus
from portulan.core.models import Versioned


class ITPerimeter(Versioned):
    """An edition of which lines are IT spending; one is in force at a time."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="perimeters")
    edition = models.PositiveSmallIntegerField()
    status = models.CharField(
        max_length=12, choices={s: s.value for s in PerimeterStatus}, default=PerimeterStatus.DRAFT
    )
    # Answers to the questions of first use.
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
            models.UniqueConstraint(
                fields=["organisation"],
                condition=models.Q(status=PerimeterStatus.DRAFT),
                name="perimeter_one_draft",
            ),
        ]

    def __str__(self) -> str:
        return f"edition {self.edition}"


class PerimeterRule(Versioned):
    """A rule of an organisation's own, before the default table; the first that matches holds."""

    perimeter = models.ForeignKey(ITPerimeter, models.CASCADE, related_name="rules")
    order = models.PositiveSmallIntegerField()
    nature_prefix = models.CharField(_("compte commençant par"), max_length=10, blank=True)
    service = models.CharField(_("code de service ou de gestionnaire"), max_length=40, blank=True)
    function = models.CharField(_("fonction"), max_length=12, blank=True)
    supplier = models.CharField(_("fournisseur contenant"), max_length=120, blank=True)
    label = models.CharField(_("libellé contenant"), max_length=120, blank=True)
    operation = models.CharField(_("opération commençant par"), max_length=40, blank=True)
    verdict = models.CharField(max_length=10, choices=VERDICTS)
    share = unsure_share()
    # What its lines are sorted into; empty, the post of the account holds.
    post = models.CharField(_("poste"), max_length=12, choices=POSTS, blank=True)
    run_build = models.CharField(
        _("exploitation ou projet"), max_length=5, choices=RUN_BUILD, blank=True
    )
    reason = models.CharField(_("motif"), max_length=250)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["perimeter", "order"], name="rule_order_unique")
        ]

    def __str__(self) -> str:
        return f"{self.order}: {self.verdict}"
