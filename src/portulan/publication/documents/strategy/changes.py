"""What changed since the last edition that was kept, and since figures were published."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from django.utils import timezone

from portulan.budget.indicator.adjustments import adjustments_of, corrected, standing_at
from portulan.budget.labels import STAGES
from portulan.budget.words import YearStatus
from portulan.core.say import numbers
from portulan.core.say.text import Text, UnusableInputError
from portulan.publication.documents.asking import Asked
from portulan.publication.documents.cell import (
    EMPTY,
    Block,
    Cell,
    Document,
    Prose,
    Quality,
    Table,
    Unit,
    amount,
    day,
    read_back,
)
from portulan.publication.documents.presenting import last_presented
from portulan.publication.documents.said import printed
from portulan.publication.documents.strategy.means import euros
from portulan.publication.documents.strategy.strategy import Cells
from portulan.publication.models import KeptDocument

NO_EDITION = Text(
    "Aucune édition antérieure de ce document n’est conservée en français\u00a0: rien ne se"
    " compare.",
    "No earlier edition of this document is kept in English: no comparison is possible.",
)
UNREADABLE = Text(
    "L’édition du {} a été produite par une version plus récente\u00a0: elle ne se compare pas.",
    "The edition of {} was produced by a newer version: it does not compare.",
)
SINCE = Text(
    "Depuis l’édition du {on} (bilan {year}, sceau {seal})",
    "Since the edition of {on} (report {year}, seal {seal})",
)
SINCE_ADOPTED = Text(
    "Depuis l’édition adoptée, du {on} (bilan {year}, sceau {seal})",
    "Since the edition adopted, of {on} (report {year}, seal {seal})",
)
UNCHANGED = Text("aucun changement.", "no change.")
APART = Text(
    "{} tableaux ne se comparent pas\u00a0: absents d’une des deux éditions, ou d’autres colonnes.",
    "{} tables do not compare: absent from one of the two editions, or of other columns.",
)
HEADS = (
    Text("Où", "Where"),
    Text("Ligne", "Row"),
    Text("Colonne", "Column"),
    Text("Avant", "Before"),
    Text("Maintenant", "Now"),
)
PUBLISHED = Text(
    "Chiffres publiés ou clos, et ce que les lignes et leurs corrections disent aujourd’hui\u00a0:"
    " dédié au NR, en euros",
    "Figures published or closed, and what lines and their corrections say today: dedicated to"
    " responsible digital, in euros",
)
PUBLISHED_HEADS = (
    Text("Exercice", "Year"),
    Text("Stade", "Stage"),
    Text("Publié le", "Published on"),
    Text("Publié", "Published"),
    Text("Aujourd’hui", "Today"),
    Text("Écart", "Difference"),
)
AT_CLOSING = Text("à la clôture", "at closing")
NOTHING_PUBLISHED = Text(
    "Aucun chiffre de {before} ni de {year} n’est publié.",
    "No figure of {before} or {year} is published.",
)
_ABSENT = Text("absent", "absent")


def since_last(now: Document, asked: Asked) -> list[Block]:
    """Return what changed since the edition adopted last, and since the last one kept.

    Both of the same language, and kept before this day: the same data make the same document.
    """
    found = KeptDocument.objects.filter(
        organisation=asked.organisation, kind=now.kind, language=now.language, on__lt=asked.today
    )
    last = found.order_by("-on", "-pk").first()
    if last is None:
        return [Prose(asked.say(NO_EDITION))]
    voted = last_presented(asked, now.kind, adopted=True)
    adopted = voted.document if voted else None
    said = [] if adopted is None else _since(adopted, now, SINCE_ADOPTED, asked)
    return said if last == adopted else [*said, *_since(last, now, SINCE, asked)]


def _since(kept: KeptDocument, now: Document, words: Text, asked: Asked) -> list[Block]:
    on = numbers.date(kept.on, asked.language)
    try:
        before = read_back(kept.content)
    except UnusableInputError:
        return [Prose(asked.say(UNREADABLE).format(on))]
    head = asked.say(words).format(on=on, year=kept.year, seal=kept.digest[:12])
    return _compared(before, now, head, asked)


class _Key(NamedTuple):
    section: str
    caption: str
    heads: tuple[str, ...]


def _tables(document: Document) -> dict[_Key, Table]:
    return {
        _Key(section.title, table.caption, table.heads): table
        for section in document.sections
        for table in section.tables
    }


def _compared(before: Document, now: Document, head: str, asked: Asked) -> list[Block]:
    known = {section.title for section in now.sections}
    was = {key: one for key, one in _tables(before).items() if key.section in known}
    is_now = _tables(now)
    rows = [*_moved(EMPTY, ("", ""), _cover(before), _cover(now), asked)]
    for key in (one for one in is_now if one in was):
        where = Cell(f"{key.section}, {key.caption}")
        rows += _moved(where, key.heads, _rows(was[key]), _rows(is_now[key]), asked)
    apart = len(was.keys() ^ is_now.keys())
    said: list[Block] = [
        Table(head, tuple(map(asked.say, HEADS)), tuple(rows))
        if rows
        else Prose(f"{head}\u00a0: {asked.say(UNCHANGED)}")
    ]
    return [*said, Prose(asked.say(APART).format(apart), "small")] if apart else said


type _Rows = dict[tuple[str, int], Cells]


def _cover(document: Document) -> _Rows:
    return {(name, 0): (Cell(name), cell) for name, cell in document.cover}


def _rows(table: Table) -> _Rows:
    """Return the rows by what names them and their place among those of the same name."""
    seen: Counter[str] = Counter()
    found: _Rows = {}
    for row in table.rows:
        name = row[0].value
        found[name, seen[name]] = row
        seen[name] += 1
    return found


def _moved(
    where: Cell, heads: tuple[str, ...], was: _Rows, now: _Rows, asked: Asked
) -> Iterator[Cells]:
    for key in [*now, *(one for one in was if one not in now)]:
        old, new = was.get(key), now.get(key)
        if old is None or new is None:
            words = [asked.say(_ABSENT) if one is None else "–" for one in (old, new)]
            yield where, Cell(key[0]), EMPTY, *map(Cell, words)
            continue
        for head, before, after in zip(heads[1:], old[1:], new[1:], strict=True):
            if before != after:
                said = (Cell(printed(one, asked.language)) for one in (before, after))
                yield where, Cell(key[0]), Cell(head), *said


def since_published(asked: Asked) -> Table | Prose:
    """Return the published figures of the year and of the one before, counted again today."""
    rows = [row for back in (1, 0) for row in _published(asked.year - back, asked)]
    if not rows:
        told = {"before": asked.year - 1, "year": asked.year}
        return Prose(asked.say(NOTHING_PUBLISHED).format(**told))
    return Table(asked.say(PUBLISHED), tuple(map(asked.say, PUBLISHED_HEADS)), tuple(rows))


def _published(number: int, asked: Asked) -> Iterator[Cells]:
    year = asked.known.years.get(number)
    # Only a year that is closed has corrections.
    is_closed = year is not None and year.status == YearStatus.CLOSED
    standing = standing_at(adjustments_of(year), timezone.now()) if year and is_closed else ()
    for stage, figure in asked.known.by_stage(year).items() if year else ():
        run = asked.known.published(year, stage) if year else None
        more = corrected(figure.figure, standing, stage)
        now = None if figure.figure.is_unknown else figure.figure.numerator
        if run is not None and run.published_at is not None:
            said = None if run.is_unknown else run.numerator
            on = day(timezone.localdate(run.published_at))
        elif more is not None:
            said, on = now, Cell(asked.say(AT_CLOSING))
        else:
            continue
        now = now if now is None or more is None else now + more.numerator
        gap = None if said is None or now is None else now - said
        yield (
            *(Cell(str(number)), Cell(str(STAGES[stage])), on),
            *(euros(said), euros(now), amount(gap, Unit.MONEY, quality=Quality.COMPUTED)),
        )
