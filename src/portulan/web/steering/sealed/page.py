"""What pages show of a sealed plan: its differences by subject, an action member by member."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import groupby
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portulan.core.fields import Kind
from portulan.core.say import numbers
from portulan.core.say.text import Language, labelled
from portulan.core.say.values import Number
from portulan.indicators.words import Knowledge
from portulan.plans.fields import ACTION
from portulan.plans.files.document import ActionText, IndicatorText, MoneyText
from portulan.plans.labels import LEVELS
from portulan.plans.models import Action
from portulan.steering.differences.rules import Difference, Group
from portulan.steering.sealed.document import Content

GROUPS = {
    Group.LEVEL: gettext_lazy("Engagements"),
    Group.PLAN: gettext_lazy("Le plan"),
    Group.PEOPLE: gettext_lazy("Dates, personnes, avancement"),
    Group.MONEY: gettext_lazy("Argent et ambition"),
    Group.MEASURES: gettext_lazy("Cibles et relevés"),
    Group.REST: gettext_lazy("Le reste"),
}
# The order of a page; fields that come since are shown after these, and rows by their titles.
_PLAIN = (
    *("level", "progress", "pilot_function", "vacant_since", "decided_by", "follow_up_function"),
    *("sponsor_function", "unit", "scope", "reach", "starts_on", "due_on", "days_per_year"),
    *("impact_guess", "effort_guess", "blocked_by", "description"),
)
_LATER = tuple(
    one.name
    for one in ACTION
    if one.in_files
    and one.kind is not Kind.MANY
    and one.name not in {"title", "axis", "contributors", *_PLAIN}
)


def grouped(
    found: Iterable[Difference], language: Language
) -> list[tuple[Any, list[tuple[Difference, str]]]]:
    """Return differences by subject, each with its sentence."""
    return [
        (GROUPS[group], [(one, one.sentence(language)) for one in each])
        for group, each in groupby(found, key=lambda one: one.group)
    ]


def action_rows(
    action: ActionText, content: Content, language: Language
) -> Iterator[tuple[str, list[str]]]:
    """Yield each thing that was said of an action: its name, then its values."""
    for name in (*_PLAIN, *_LATER):
        value = getattr(action, name)
        if value not in (None, "", ()):
            column: Any = Action._meta.get_field(name)
            many = value if isinstance(value, tuple) else (value,)
            said = [_said(column, one, language) for one in many]
            yield capfirst(str(column.verbose_name)), said
    plan = content.plan
    for label, values in (
        (_("Axe"), [plan.axes.get(action.axis, action.axis)] if action.axis else []),
        (_("Objectifs communs"), [plan.goals.get(key, key) for key in action.goals]),
        (_("Contributeurs"), list(action.contributors)),
        (_("Bonnes pratiques"), list(action.practices)),
        (_("Jalons"), [_dated(one.title, one.reached_on or one.due_on, language)
                       for one in action.milestones]),
        (_("Livrables"), [_dated(one.title, one.delivered_on or one.due_on, language)
                          for one in action.deliverables]),
        (_("Décisions"), [_dated(f"{LEVELS[one.level]}, {one.body}", one.decided_on, language)
                          for one in action.decisions]),
        (_("Argent demandé"), [_asked(one, language) for one in action.money]),
        (_("Indicateurs"), [_measure(content.indicators[key], language)
                            for key in action.indicators if key in content.indicators]),
    ):  # fmt: skip
        if values:
            yield label, values


def _said(column: Any, value: Any, language: Language) -> str:
    if column.choices:
        return str(dict(column.flatchoices)[value])
    if isinstance(value, date):
        return numbers.date(value, language)
    return value if isinstance(value, str) else numbers.number(value, language)


def _dated(words: str, day: date | None, language: Language) -> str:
    return words if day is None else f"{words}, {numbers.date(day, language)}"


def _asked(one: MoneyText, language: Language) -> str:
    return labelled(str(one.year), numbers.money(one.amount, language, none="?"), language)


def _measure(one: IndicatorText, language: Language) -> str:
    """Return an indicator in words: its name, its last value, its targets."""
    parts = [one.name]
    known = [reading for reading in one.readings if reading.knowledge is Knowledge.KNOWN]
    if known:
        last = known[-1]
        value = last.text if last.value is None else f"{Number(last.value, one.unit):{language}}"
        parts.append(_dated(value, last.day, language))
    for target in one.targets:
        value = target.text
        if target.value is not None:
            value = f"{Number(target.value, one.unit):{language}}"
        parts.append(_dated(_("cible %(value)s") % {"value": value}, target.due_on, language))
    return " ; ".join(parts)
