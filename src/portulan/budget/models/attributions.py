"""The shares of lines dedicated to NR."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from portulan.accounts.models import Organisation
from portulan.budget.labels import METHODS, STAGES, STATUSES
from portulan.budget.models.decimals import money, share
from portulan.budget.models.lines import BudgetLine
from portulan.budget.models.provided import ReceivedShare
from portulan.budget.words import AttributionStatus
from portulan.core.models import Versioned
from portulan.evidence.models import EvidenceLink
from portulan.plans.models import Action

COUNTED = (AttributionStatus.DECLARED, AttributionStatus.JUSTIFIED)


class AttributionRule(Versioned):
    """“30 % of contract X goes to action 12”: proposed on present and future lines, never more.

    It never changes once made, but to be withdrawn: what it proposed rests on what it says.
    """

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="attribution_rules")
    action = models.ForeignKey(
        Action, models.PROTECT, null=True, blank=True, related_name="attribution_rules"
    )
    # The first exercice whose lines it is proposed on.
    first_year = models.PositiveSmallIntegerField(
        _("à partir de l’exercice"), validators=[MinValueValidator(2000), MaxValueValidator(2100)]
    )
    nature_prefix = models.CharField(_("compte commençant par"), max_length=12, blank=True)
    service = models.CharField(_("service ou gestionnaire"), max_length=80, blank=True)
    supplier = models.CharField(_("fournisseur contenant"), max_length=160, blank=True)
    contract_ref = models.CharField(_("marché"), max_length=60, blank=True)
    label = models.CharField(_("libellé contenant"), max_length=300, blank=True)
    share = share()
    method = models.CharField(_("méthode"), max_length=16, choices=METHODS)
    reason = models.CharField(_("motif"), max_length=500)
    evidence = models.CharField(_("preuve (référence ou adresse)"), max_length=500, blank=True)
    person_id = models.BigIntegerField(null=True, blank=True)
    recorded_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.BigIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(share__gt=0, share__lte=1), name="attribution_rule_share"
            ),
            models.CheckConstraint(
                condition=~models.Q(
                    nature_prefix="", service="", supplier="", contract_ref="", label=""
                ),
                name="attribution_rule_is_about_something",
            ),
        ]

    def __str__(self) -> str:
        return self.contract_ref or self.supplier or self.label or self.nature_prefix


class Attribution(Versioned):
    """The share of a line dedicated to NR, to an action or at large (fléchage NR).

    `outside_it` marks NR effort on the part of a line that is not IT spending: a separate sum,
    never in the numerator.
    """

    line = models.ForeignKey(BudgetLine, models.CASCADE, related_name="attributions")
    action = models.ForeignKey(
        Action, models.PROTECT, null=True, blank=True, related_name="attributions"
    )
    share = share()
    # What was typed in euros, at a stage of the line: the share is what that comes to. Both null
    # where a share was given. A line that holds less than was typed may leave a share of 0.
    amount = money()
    stage = models.CharField(max_length=12, choices=STAGES, null=True, blank=True)
    outside_it = models.BooleanField(default=False)
    # How the share was found when it is that of an order of the line, in words a person checks:
    # {"order", "contract", "orders", "share", "stage", "amount", "of"}; null when it was given for
    # the line. Without order, it is of the whole contract: `orders` says how many it has there.
    key = models.JSONField(null=True, blank=True)
    # The rule that proposed it; what a rule proposed once on a line, it never proposes again.
    rule = models.ForeignKey(
        AttributionRule, models.PROTECT, null=True, blank=True, related_name="attributions"
    )
    # The provider's share that it is, as declared by the provider.
    provided = models.ForeignKey(
        ReceivedShare, models.PROTECT, null=True, blank=True, related_name="attributions"
    )
    method = models.CharField(_("méthode"), max_length=16, choices=METHODS)
    status = models.CharField(_("statut"), max_length=10, choices=STATUSES)
    reason = models.CharField(_("motif"), max_length=500)
    evidence = models.CharField(_("preuve (référence ou adresse)"), max_length=500, blank=True)
    person_id = models.BigIntegerField(null=True, blank=True)
    recorded_at = models.DateTimeField()

    class Meta:
        indexes = [
            # Few are drawn from orders: the alerts of a year read these alone.
            models.Index(
                fields=["line"],
                condition=models.Q(key__isnull=False),
                name="attribution_of_an_order",
            ),
            # And few are typed in euros.
            models.Index(
                fields=["line"],
                condition=models.Q(amount__isnull=False),
                name="attribution_in_euros",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(share__gt=0, share__lte=1)
                | models.Q(share=0, amount__isnull=False),
                name="attribution_share",
            ),
            models.CheckConstraint(
                condition=models.Q(amount__isnull=True, stage__isnull=True)
                | models.Q(amount__isnull=False, stage__isnull=False),
                name="attribution_amount_at_a_stage",
            ),
            models.CheckConstraint(
                condition=~models.Q(status=AttributionStatus.JUSTIFIED) | ~models.Q(evidence=""),
                name="attribution_justified_has_evidence",
            ),
            models.UniqueConstraint(
                fields=["line", "rule"],
                condition=models.Q(rule__isnull=False),
                name="attribution_once_a_rule",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.line_id}: {self.share}"


class AttributionEvidence(EvidenceLink):
    """What a published share counts of an exercice rests on its pieces."""

    PILOT = "proved__action__pilot"
    HELD = models.Q(proved__line__fiscal_year__runs__published_at__isnull=False)

    proved = models.ForeignKey(Attribution, models.CASCADE, related_name="evidence_links")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["proved", "piece"], name="attribution_evidence_once")
        ]
