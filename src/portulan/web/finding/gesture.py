"""A gesture: what somebody wants to do, in their words, and the screen that answers it.

Each is declared in the addresses of its domain, beside that screen: `GESTURES` of its `urls`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from django.utils.translation import gettext_lazy as _

from portulan.accounts.access import Operation
from portulan.accounts.features import Feature
from portulan.web.pages import Said


class Moment(Enum):
    """When it is done, in the order of a page of all gestures."""

    WEEKLY = _("Chaque semaine")
    COMMITTEE = _("Préparer un comité")
    PLAN = _("Faire le plan")
    EFFECTS = _("Empreinte et effets")
    BUDGET = _("Budget")
    CHOICE = _("Arbitrer")
    PUBLISH = _("Publier et rendre compte")
    PEOPLE = _("Personnes et groupe")
    KEEP = _("Retrouver et emporter")


@dataclass(frozen=True, slots=True)
class Gesture:
    """What is wanted, the route of its screen, what the route is of, and for whom it is.

    `of` is "plan", "year", "account" (of a person, in no organisation) or "" (of the organisation).
    `also` are other words for it, in both languages. A right held on one's own actions is enough.
    """

    moment: Moment
    words: Said
    route: str
    of: str = ""
    need: Operation = Operation.READ_PLAN
    feature: Feature | None = None
    also: str = ""
