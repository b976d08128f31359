"""What every page shows around its content."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.accounts.features import Feature
from portulan.accounts.models import Organisation
from portulan.web.conformity.views import state_words
from portulan.web.language import told

# Screens that have no place of their own in the navigation, and whose they are.
_UNDER = {
    "evidence": "plans",
    "impact": "plans",
    "sources": "plans",
    "steering": "plans",
    "observatory": "budget",
    "groups": "people",
}


# The places that are put away with a feature.
_PLACES = {
    Feature.CATALOGUE: "catalogue",
    Feature.ARBITRATION: "portfolio",
    Feature.DOCUMENTS: "documents",
}


def _navigation(request: HttpRequest, organisation: Organisation) -> list[dict[str, object]]:
    here = request.resolver_match.namespace if request.resolver_match else ""
    here = _UNDER.get(here, here)
    simple = organisation.is_simple
    places = [
        ("dashboard", "dashboard:page", _("Accueil") if simple else _("Tableau de bord")),
        ("catalogue", "catalogue:browse", _("Référentiel")),
        ("plans", "plans:current", _("Actions") if simple else _("Plan d’action")),
        ("budget", "budget:years", _("Budget")),
        ("portfolio", "portfolio:browse", _("Arbitrage")),
        ("documents", "documents:browse", _("Documents")),
        ("people", "people:browse", _("Organisation")),
    ]
    away = {_PLACES[name] for name in organisation.put_away if name in _PLACES}
    return [
        {
            "label": label,
            "url": reverse(name, args=[organisation.slug]),
            "current": namespace == here,
        }
        for namespace, name, label in places
        if namespace not in away
    ]


def _other_language() -> dict[str, str]:
    code = "en" if translation.get_language() == "fr" else "fr"
    return {
        "code": code,
        "label": dict(settings.LANGUAGES)[code],
        "url": reverse("language", args=[code]),
    }


def page(request: HttpRequest) -> dict[str, Any]:
    """Return the organisation, the navigation, the person and the rights (no query)."""
    common: dict[str, Any] = {
        "other_language": _other_language(),
        "accessibility": state_words(timezone.localdate()),
    }
    organisation: Organisation | None = getattr(request, "organisation", None)
    actor: Actor | None = getattr(request, "actor", None)
    if organisation is None or actor is None:
        return common
    return common | {
        # On an element of which what people typed is all: in which language, if not the page's.
        "in_words": told(organisation.content_language),
        "organisation": organisation,
        "today": getattr(request, "today", None),
        "behalf": actor.behalf,
        "navigation": _navigation(request, organisation),
        "shows": {one.value: one.value not in organisation.put_away for one in Feature},
        "person_label": actor.label,
        "may": {operation.value: actor.may(operation) for operation in Operation},
    }
