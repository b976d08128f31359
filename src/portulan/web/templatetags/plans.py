"""Filters of the plan's screens: an action, its indicators and its money as they are read."""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy

from portulan.budget.labels import stage_word
from portulan.charts.canvas import Svg
from portulan.charts.level_dots import Level, level_dots
from portulan.core.amounts import Amount
from portulan.core.say import numbers
from portulan.indicators.series import Series
from portulan.plans.actions.reads import Row
from portulan.plans.models import TIES
from portulan.plans.relations import Tied
from portulan.plans.words import CommitmentLevel, Tie
from portulan.web.indicators import values
from portulan.web.language import page_language

register = template.Library()
_COUNTED = {
    CommitmentLevel.STUDY: ngettext_lazy("%(count)s réflexion", "%(count)s réflexions", "count"),
    CommitmentLevel.EXPERIMENT: ngettext_lazy(
        "%(count)s expérimentation", "%(count)s expérimentations", "count"
    ),
    CommitmentLevel.IMPLEMENTATION: ngettext_lazy(
        "%(count)s réalisation", "%(count)s réalisations", "count"
    ),
}


@register.filter
def dots(levels: Iterable[CommitmentLevel]) -> Svg:
    """The commitment levels of a few actions, one sounding each."""
    return level_dots(cast("Iterable[Level]", levels))


@register.filter
def levels_counted(level: CommitmentLevel, count: int) -> str:
    """How many actions are at a level: « 2 réflexions »."""
    return str(_COUNTED[level] % {"count": count})


@register.filter
def name_with_unit(indicator: values.Named) -> str:
    """An indicator: « Équipements bien décrits (%) »."""
    return values.name_with_unit(indicator)


@register.filter
def path(indicator: values.Named, series: Series) -> str:
    """Where an indicator started, is, and goes: « 1,85 → 1,71 → 1,50 »."""
    return values.path_of(indicator, series)


@register.filter
def cost(row: Row, year: int) -> Amount:
    """What an action costs in the IT budget of a year."""
    return row.cost(year)


@register.filter
def beside(row: Row, year: int) -> Amount:
    """What an action costs beside the IT budget of a year."""
    return row.beside(year)


@register.filter
def in_thousands(amount: Amount) -> str:
    """An amount in k€: « 12,5 », « ≥ 12,5 », « non chiffré »."""
    return numbers.at_least(amount, page_language(), none=_("non chiffré"))


@register.filter
def keuros_at_least(amount: Amount) -> str:
    """An amount: « 170 k€ », « ≥ 170 k€ », « inconnu »."""
    return numbers.at_least(amount, page_language(), unit="k€", none=_("inconnu"))


@register.filter
def stage(amount: Amount) -> str:
    """How the stage of an amount is called: « ouvert », « demandé »."""
    return stage_word(amount.stage)


_SEEN_FROM_THE_OTHER = {
    Tie.REQUIRES: gettext_lazy("exigée par"),
    Tie.EXCLUDES: gettext_lazy("exclut"),
    Tie.REPLACES: gettext_lazy("remplacée par"),
    Tie.MERGES: gettext_lazy("fusionne avec"),
    Tie.PART_OF: gettext_lazy("comprend"),
}


@register.filter
def tie_words(tied: Tied) -> str:
    """How an action bears on another, from either: « exige », « exigée par »."""
    return str(TIES[tied.kind]).lower() if tied.said_here else str(_SEEN_FROM_THE_OTHER[tied.kind])
