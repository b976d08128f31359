"""A comparison as the page shows it: rows of accounts, charts, the address of an export."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from django.utils.translation import gettext as _

from portulan.charts.axis import Axis, axis_through_zero
from portulan.charts.canvas import Drawing, Svg
from portulan.charts.public_years import public_years
from portulan.charts.strip import mini_strip, strip
from portulan.core.say.numbers import ordinal
from portulan.observatory import strata
from portulan.observatory.addresses import export_of
from portulan.observatory.commons import commons as read_commons
from portulan.observatory.limits import (
    block_sentence,
    limits_of,
    purchases_sentence,
    reuse_sentence,
)
from portulan.observatory.ranks import FEWEST, euros, per_inhabitant
from portulan.observatory.reads import Comparison, annexes_of, history_of
from portulan.observatory.sheet import AccountRow, certain_rows, mixed_rows
from portulan.observatory.words import LEVEL_NAMES, STAGE_NAMES
from portulan.web.language import page_language


def context_of(found: Comparison) -> dict[str, object]:
    """Return what the template needs of a comparison, kept in the table or just read."""
    own, language = found.accounts, page_language()
    rank = found.place.rank if found.place else None
    rows = certain_rows(found, language)
    axis = _axis_of(rows)
    years = _years(own.siren)
    return {
        "found": found,
        "own": own,
        "amount": euros(own.certain),
        "each": found.each(own.certain),
        "one_percent": euros(own.certain) / 100,
        "stratum": strata.label_of(own.form, own.stratum, language),
        "ordinal": ordinal(rank, language) if rank else "",
        "certain": [(row, _mini(row, axis)) for row in rows],
        "axis": axis if any(row.place and row.place.q1 is not None for row in rows) else None,
        "without_telecom": found.each(own.certain - own.telecom),
        "mixed": mixed_rows(found, language),
        "spread": _spread(found),
        "years": years[0],
        "families": years[1],
        "annexes": [
            (one, euros(one.certain), found.each(one.certain))
            for one in annexes_of(own.siren, own.year)
        ],
        "nearest": [
            (one, per_inhabitant(one.certain, one.people or 1), one.paid_to_grouping > 0)
            for one in found.nearest
        ],
        "together": block_sentence(found, language),
        "limits": limits_of(found, language),
        "bought": [
            said
            for say in (purchases_sentence, reuse_sentence)
            if (said := say(own.siren, language))
        ],
        "export": export_of(own.form, own.siren, own.year),
    }


def commons_context() -> dict[str, object]:
    """Return what organisations publish, with the words of their strata, stages and levels."""
    found, language = read_commons(), page_language()
    shares = [
        (
            row,
            strata.label_of(row.form, row.stratum, language),
            STAGE_NAMES[row.stage].say(language),
        )
        for row in found.shares
    ]
    levels = [
        (row, strata.label_of(row.form, row.stratum, language), row.theme or _("toutes"))
        for row in found.levels
    ]
    names = [name.say(language) for name in LEVEL_NAMES.values()]
    return {
        "found": found,
        "shares": shares,
        "levels": levels,
        "names": names,
        "fewest": FEWEST,
    }


def _spread(found: Comparison) -> Drawing | None:
    place, own = found.place, found.accounts
    if place is None or place.q1 is None or place.q3 is None or place.median is None:
        return None
    return strip(
        [per_inhabitant(cents, people) for cents, people in found.peers],
        own=per_inhabitant(own.certain, own.people or 1),
        quartiles=(place.q1, place.median, place.q3),
        name=own.name,
        title=_("Comptes certains de l’informatique, en euros par habitant, %(year)s")
        % {"year": own.year},
        language=page_language(),
        prefix="spread",
    )


def _years(siren: str) -> tuple[Drawing | None, list[tuple[str, int]]]:
    """Return the years drawn, and how many each nomenclature has, in their order."""
    past = history_of(siren)
    title = _("Comptes certains, en euros par habitant, d’année en année")
    drawing = public_years(past, title=title, language=page_language(), prefix="years")
    counts = Counter(one.family for one in past)
    return drawing if len(past) > 1 else None, list(counts.items())


def _axis_of(rows: Sequence[AccountRow]) -> Axis:
    """Return the axis that the accounts share, as far as the third quartiles and the body go."""
    shown = [row.each for row in rows] + [row.place.q3 for row in rows if row.place]
    return axis_through_zero(shown)


def _mini(row: AccountRow, axis: Axis) -> Svg | None:
    place = row.place
    if row.each is None or place is None:
        return None
    low, median, high = place.q1, place.median, place.q3
    if low is None or median is None or high is None:
        return None
    return mini_strip(row.each, (low, median, high), axis)
