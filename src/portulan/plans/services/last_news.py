"""The date of the last news of an action: past the plan's delay, it is stale."""

from __future__ import annotations

from datetime import date

from portulan.plans.models import Action


def heard(action: Action, on: date) -> None:
    """Keep the date of the last news of an action (saved by the caller)."""
    if action.last_news_on is None or action.last_news_on < on:
        action.last_news_on = on


def note_news(action: Action, on: date) -> None:
    """Keep the date of the last news of an action, and save it."""
    heard(action, on)
    action.save(update_fields=["last_news_on"])
