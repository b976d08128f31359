"""An alert as pages show it: its kind, what it is about, and the way to it."""

from __future__ import annotations

from dataclasses import dataclass

from portulan.steering.alerts.rules import Alert
from portulan.steering.todo.reads import address_of
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
    return Shown(kind, alert.title, alert.sentence(page_language()), address_of(alert, slug))
