"""What every page shows around its content."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.accounts.features import Feature
from portulan.accounts.models import Organisation
from portulan.core import own_address
from portulan.web.conformity.views import state_words
from portulan.web.help.pages import page_of
from portulan.web.language import told
from portulan.web.places import entry_of, navigation


def _other_language() -> dict[str, str]:
    code = "en" if translation.get_language() == "fr" else "fr"
    return {
        "code": code,
        "label": dict(settings.LANGUAGES)[code],
        "url": reverse("language", args=[code]),
    }


def _elsewhere(request: Any, actor: Actor) -> str:
    """Return where links of messages lead, for who may mend it, if people come from elsewhere.

    Who works on the machine itself knows it by a name of its own.
    """
    here = request.get_host()
    if not actor.holds(Operation.MANAGE) or own_address.is_local(f"http://{here}"):
        return ""
    return "" if urlsplit(settings.ADDRESS).netloc == here else settings.ADDRESS


def _help(request: Any) -> str:
    """Return the page of help of this screen, "" where it has none."""
    match = request.resolver_match
    return page_of(entry_of(match.view_name), match.view_name) if match else ""


def page(request: Any) -> dict[str, Any]:
    """Return the organisation, the places, the person and the rights (no query)."""
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
        "elsewhere": _elsewhere(request, actor),
        "came_by": request.get_host(),
        "help_page": _help(request),
        "navigation": navigation(request),
        "shows": {one.value: one.value not in organisation.put_away for one in Feature},
        "person_label": actor.label,
        "may": {operation.value: actor.holds(operation) for operation in Operation},
    }
