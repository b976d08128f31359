"""An alert as pages show it: its kind, what it is about, and the way to it."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse

from portulan.steering.alerts.rules import Alert
from portulan.web.language import page_language
from portulan.web.pages import Said


@dataclass(frozen=True, slots=True)
class Shown:
    kind: Said
    title: str
    sentence: str
    url: str


def shown(slug: str, alert: Alert, kind: Said) -> Shown:
    """Return an alert in the language of the page, with the address of what it is about."""
    url = ""
    if alert.action is not None:
        url = reverse("plans:action", args=[slug, alert.plan, alert.action])
    elif alert.piece is not None:
        url = reverse("evidence:piece", args=[slug, alert.piece])
    elif alert.source is not None:
        url = reverse("sources:source", args=[slug, alert.source])
    elif alert.document:
        url = reverse("documents:preview", args=[slug, alert.document, alert.year])
    elif alert.year is not None:
        url = reverse("budget:year", args=[slug, alert.year])
    return Shown(kind, alert.title, alert.sentence(page_language()), url)
