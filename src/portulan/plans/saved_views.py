"""Views of a plan kept under a name, for whoever reads it."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.accounts.trail import record
from portulan.core.storing import get_one, store
from portulan.plans.access import check_plan
from portulan.plans.models import Plan, SavedView
from portulan.plans.verbs import Verb

MOST = 12  # names on one line of a page


@transaction.atomic
def save_view(actor: Actor, *, plan: Plan, name: str, view: str, query: str) -> SavedView:
    """Keep a view under a name: another of that name is replaced.

    Raises DeniedError, NotFoundError, ValidationError when there are too many.
    """
    check_plan(actor, plan, Operation.EDIT_PLAN)
    found = SavedView.objects.filter(plan=plan, name=name.strip()).first()
    if found is None and plan.saved_views.count() >= MOST:
        raise ValidationError(
            _("%(most)s vues au plus : retirez-en une d’abord.") % {"most": MOST}, code="many"
        )
    found = found or SavedView(plan=plan, name=name.strip())
    found.view, found.query = view, query
    found.person_id, found.made_at = actor.person_id, timezone.now()
    store(found)
    record(actor, plan, Verb.VIEW_SAVED, {"view": (None, found.name)})
    return found


@transaction.atomic
def remove_view(actor: Actor, *, plan: Plan, pk: int) -> None:
    """Forget a view. Raises DeniedError, NotFoundError."""
    check_plan(actor, plan, Operation.EDIT_PLAN)
    found = get_one(SavedView.objects.filter(plan=plan), pk=pk)
    record(actor, plan, Verb.VIEW_REMOVED, {"view": (found.name, None)})
    found.delete()
