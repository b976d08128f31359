"""Beside an action to be added: what shares rare words of its title, what the plan becomes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import chain
from math import log

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portulan.core.folding import sought
from portulan.core.say import numbers
from portulan.plans.choices.keeping import Kept
from portulan.plans.models import Plan
from portulan.plans.money.funding import together
from portulan.plans.money.reads import planned_funding
from portulan.plans.words import Progress
from portulan.web.language import page_language

FEW = 3
# Words of one family begin alike (réparer, réparation); shorter ones are articles and the like.
_BEGINNING, _SHORTEST = 5, 4
# Words that join others, rare as they may be among titles.
_JOINING = {
    *("apres", "avant", "avec", "celle", "celles", "ceux", "chaque", "chez", "dans"),
    *("depuis", "dont", "elle", "elles", "entre", "leur", "leurs", "meme", "memes"),
    *("moins", "plus", "pour", "quand", "sans", "selon", "sous", "toute", "toutes"),
    *("tous", "tout", "vers"),
    *("after", "before", "each", "from", "into", "less", "more", "over", "than"),
    *("that", "their", "them", "these", "this", "those", "under", "when", "with"),
    "without",
}
# What stands in more than one row of eight tells none from the others.
_COMMON = 8


def nearest[T](title: str, rows: Sequence[tuple[str, T]]) -> list[T]:
    """Return the rows nearest to a title, three at most: by the families of words that they share.

    A family weighs the more as fewer rows have it: log(rows / rows that have it) (inverse document
    frequency, Spärck Jones, 1972).
    """
    wanted, held = _families(title), [_families(words) for words, _row in rows]
    having = Counter(chain.from_iterable(held))
    most = max(2, len(rows) // _COMMON)
    rare = {family for family in wanted if 0 < having[family] <= most}
    weights = [sum(log(1 + len(rows) / having[one]) for one in some & rare) for some in held]
    order = sorted(range(len(rows)), key=lambda at: -weights[at])
    return [rows[at][1] for at in order[:FEW] if weights[at]]


def _families(text: str) -> frozenset[str]:
    words = re.findall(r"\w+", sought(text))
    return frozenset(
        word[:_BEGINNING] for word in words if len(word) >= _SHORTEST and word not in _JOINING
    )


def becoming(plan: Plan, kept: Kept) -> Iterator[str]:
    """Yield what the plan becomes with an action more: how many, and the money of each year."""
    actions = list(plan.actions.exclude(progress=Progress.DROPPED))
    alike = 1 + sum(one.level == kept.level for one in actions)
    yield ngettext(
        "Le plan aura une action.",
        "Le plan aura %(count)s actions, dont %(alike)s à ce niveau.",
        len(actions) + 1,
    ) % {"count": len(actions) + 1, "alike": alike}
    funding, language = planned_funding(actions), page_language()
    for key, added in kept.amounts.items():
        if not added:
            continue
        asked = [funding[one.pk].of(key.year) for one in actions if one.pk in funding]
        before = together(one.inside_expected for one in asked if one.is_expected)
        after = (before.value or Decimal(0)) + added
        at_least = f"≥{numbers.NO_BREAK}" if before.is_partial else ""
        yield _("%(more)s de plus demandés en %(year)s : %(before)s → %(after)s.") % {
            "more": numbers.money(added, language, unit="k€"),
            "year": key.year,
            "before": numbers.at_least(before, language, unit="k€", none=_("inconnu")),
            "after": at_least + numbers.money(after, language, unit="k€"),
        }
