"""The practices that an action of a plan may follow."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q, QuerySet

from portulan.catalogue.models import CatalogueVersion, Practice, Theme
from portulan.plans.models import Action, ActionPractice, Plan

# Actions by the edition and the code of a practice.
type Following = dict[tuple[int, str], list[Action]]


def practices_for(plan: Plan) -> QuerySet[Practice]:
    """Return the practices of the editions that the plan uses, else of all it may use."""
    visible = Practice.objects.filter(
        Q(version__catalogue__organisation=None)
        | Q(version__catalogue__organisation_id=plan.organisation_id)
    )
    used = visible.filter(Q(choices__plan=plan) | Q(actions__plan=plan)).values("version_id")
    if used.exists():
        visible = visible.filter(version_id__in=used)
    return visible.select_related("version__catalogue").order_by(
        "version__catalogue__title", "version__version", "theme__order", "order"
    )


def themes_of(plan: Plan) -> list[Theme]:
    """Return the themes of the editions that the plan's actions follow (one query)."""
    return list(
        Theme.objects.filter(version__practices__actions__plan=plan)
        .distinct()
        .order_by("version__catalogue__title", "version__version", "order")
    )


def following(plan: Plan | None, versions: Iterable[CatalogueVersion]) -> Following:
    """Return the actions that follow the practices of editions, by edition and code (one query)."""
    found: Following = {}
    links = (
        ActionPractice.objects.filter(action__plan=plan, practice__version__in=list(versions))
        .select_related("action", "practice")
        .order_by("action__number")
    )
    for link in links if plan is not None else ():
        key = (link.practice.version_id, link.practice.code)
        found.setdefault(key, []).append(link.action)
    return found
