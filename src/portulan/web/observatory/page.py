"""A comparison as the page shows it: rows of accounts, charts, the address of an export."""

from __future__ import annotations

from django.utils.translation import gettext as _

from portulan.charts.canvas import Drawing
from portulan.charts.public_years import public_years
from portulan.charts.strip import strip
from portulan.core.say.numbers import ordinal
from portulan.observatory import strata
from portulan.observatory.addresses import export_of
from portulan.observatory.limits import (
    block_sentence,
    limits_of,
    purchases_sentence,
    reuse_sentence,
)
from portulan.observatory.places import euros, per_inhabitant
from portulan.observatory.reads import Comparison, annexes_of, history_of
from portulan.observatory.sheet import certain_rows, mixed_rows
from portulan.web.language import page_language


def context_of(found: Comparison) -> dict[str, object]:
    """Return what the template needs of a comparison, kept in the table or just read."""
    own, language = found.accounts, page_language()
    rank = found.place.rank if found.place else None
    return {
        "found": found,
        "own": own,
        "amount": euros(own.certain),
        "each": found.each(own.certain),
        "one_percent": euros(own.certain) / 100,
        "stratum": strata.label_of(own.form, own.stratum, language),
        "ordinal": ordinal(rank, language) if rank else "",
        "certain": certain_rows(found, language),
        "without_telecom": found.each(own.certain - own.telecom),
        "mixed": mixed_rows(found, language),
        "spread": _spread(found),
        "years": _years(own.siren),
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


def _years(siren: str) -> Drawing | None:
    past = history_of(siren)
    title = _("Comptes certains, en euros par habitant, d’année en année")
    drawing = public_years(past, title=title, language=page_language(), prefix="years")
    return drawing if len(past) > 1 else None
