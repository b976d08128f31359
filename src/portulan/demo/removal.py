"""Taking the demonstration away, to build it again; no other organisation is touched."""

from __future__ import annotations

from django.db import transaction

from portulan.accounts.models import Organisation, User
from portulan.budget.models import Attribution, AttributionRule, IndicatorRun
from portulan.impact.models import Estimate
from portulan.plans.models import ActionPractice, CommitmentDecision, PracticeChoice


@transaction.atomic
def remove(organisation: Organisation) -> None:
    """Delete a fictional organisation with all it owns, but its entries in the audit trail.

    Not a service of the product: nothing deletes a real organisation. Raises ValueError for one.
    """
    if not organisation.fictional:
        raise ValueError(f"{organisation.slug} is a real organisation")
    others = Organisation.objects.exclude(pk=organisation.pk)
    users = User.objects.filter(people__organisation=organisation)
    alone = list(users.exclude(people__organisation__in=others).values_list("pk", flat=True))
    # What protects the objects it rests on goes first.
    Attribution.objects.filter(line__organisation=organisation).delete()
    AttributionRule.objects.filter(organisation=organisation).delete()
    IndicatorRun.objects.filter(fiscal_year__organisation=organisation).delete()
    Estimate.objects.filter(action__plan__organisation=organisation).delete()
    CommitmentDecision.everything.filter(action__plan__organisation=organisation).delete()
    PracticeChoice.objects.filter(plan__organisation=organisation).delete()
    ActionPractice.objects.filter(action__plan__organisation=organisation).delete()
    organisation.delete()
    User.objects.filter(pk__in=alone).delete()
