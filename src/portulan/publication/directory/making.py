"""The files of a directory: pages in two languages, tables, actions that a plan takes (pure)."""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

from django.template import Context, Engine

import portulan
from portulan.core.folding import fold, inert, squeeze
from portulan.core.say import numbers
from portulan.core.say.text import Language, Problem
from portulan.core.spreadsheet import plain
from portulan.observatory.addresses import form_of
from portulan.observatory.ranks import FEWEST, quantile
from portulan.observatory.strata import label_of, stratum_of
from portulan.observatory.words import LEVEL_NAMES, STAGE_NAMES
from portulan.publication.directory.bodies import Body
from portulan.publication.documents.judging import Standing
from portulan.publication.words import LICENCES

_MOST_BYTES, _MOST_ROWS, _SHORT, _LONG = 10_000, 40, 120, 300
_ENGINE = Engine(dirs=[str(Path(__file__).parent / "templates" / "open_directory")])
_COLUMNS = ("Titre", "Axe", "Fonction pilote", "Indicateur", "Cible", "Note")
_EDITIONS = ("siren", "name", "edition", "published_on", "state", "seal", "checked", "licence",
             "address")  # fmt: skip
_SHARES = ("siren", "name", "stratum", "year", "stage", "tax_basis", "value", "coverage",
           "fictional", "figure")  # fmt: skip

type Refused = tuple[str, Problem]  # whose, and why
type Rows = list[dict[str, Any]]


def files_of(bodies: Sequence[Body], refused: Sequence[Refused]) -> dict[str, bytes]:
    """Return the files of the site by name, with their sums."""
    static = Path(portulan.__file__).parent / "web" / "static" / "portulan"
    names = ("portulan.css", "rosette.svg")
    files = {f"assets/{one}": (static / one).read_bytes() for one in names} | _tables(bodies)
    for language in ("fr", "en"):
        files |= _pages(bodies, refused, language)
    sums = (f"{hashlib.sha256(files[one]).hexdigest()}  {one}\n" for one in sorted(files))
    return files | {"SHA256SUMS": "".join(sums).encode()}


def _tables(bodies: Sequence[Body]) -> dict[str, bytes]:
    editions = [
        (one.siren, one.name, each.number, each.on, each.state, each.seal, each.checked,
         one.edition.licence.value if one.edition else "", one.home)
        for one in bodies for each in one.editions
    ]  # fmt: skip
    shares = [
        (one.siren, one.name, _label(one, "fr"), each.year, each.stage.lower(), each.basis,
         each.value, each.coverage, one.fictional, each.figure)
        for one in bodies for each in one.shares
    ]  # fmt: skip
    found = {
        "data/editions.csv": _csv(_EDITIONS, editions),
        "data/shares.csv": _csv(_SHARES, shares),
    }
    for name, some in _by_file(bodies).items():
        found[name] = _csv(_COLUMNS, _actions(some))
    return found


def _csv(titles: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(titles)
    writer.writerows([plain(inert("" if one is None else str(one))) for one in row] for row in rows)
    return stream.getvalue().encode()


def _by_file(bodies: Sequence[Body]) -> dict[str, list[Body]]:
    """Return who has actions, by the file of each and by that of each stratum."""
    found: dict[str, list[Body]] = defaultdict(list)
    for one in bodies:
        if one.edition and one.edition.actions:
            found[f"actions/{one.siren}.csv"].append(one)
            found[_stratum_file(one)].append(one)
    return found


def _stratum_file(one: Body) -> str:
    stratum = stratum_of(one.people)
    return f"actions/{form_of(one.siren).value.lower()}-{'x' if stratum is None else stratum}.csv"


def _actions(bodies: Sequence[Body]) -> Iterator[tuple[str, ...]]:
    """Yield actions as a plan takes them, each title once: no date, no level is another’s."""
    for title, (line, some) in _titles(bodies).items():
        read, name, target = line.indicator, "", ""
        if read is not None:
            name = read.name
            target = read.target_text or " ".join(filter(None, (read.target, read.unit)))
        told = (f"{one.name}, édition {one.edition.number}" for one in some if one.edition)
        note = f"Repris de : {'; '.join(told)}"[:2000]
        yield title[:250], line.axis, line.pilot, name, target, note


def _titles(bodies: Sequence[Body]) -> dict[str, tuple[Any, list[Body]]]:
    found: dict[str, tuple[str, Any, list[Body]]] = {}
    for one in bodies:
        for line in one.edition.actions if one.edition else ():
            title = squeeze(inert(line.title))
            if title and line.standing != Standing.DROPPED:
                some = found.setdefault(fold(title), (title, line, []))[2]
                some += [] if one in some else [one]
    return {title: (line, some) for title, line, some in found.values()}


def _lessons(bodies: Sequence[Body]) -> list[tuple[str, Body, Any]]:
    """Return lessons by practice; those of an action without one come last."""
    rows = [
        (practice.title if practice else "", one, each)
        for one in bodies for each in one.lessons for practice in each.practices or (None,)
    ]  # fmt: skip
    return sorted(rows, key=lambda row: (not row[0], fold(row[0]), row[1].siren))


def _label(one: Body, language: Language) -> str:
    return label_of(form_of(one.siren), stratum_of(one.people), language)


def _medians(bodies: Sequence[Body], language: Language) -> Iterator[dict[str, Any]]:
    """Yield the shares of each stratum: their median from five bodies on; nobody made up counts."""
    groups: dict[tuple[Any, ...], dict[str, int]] = defaultdict(dict)
    for one in bodies:
        stratum = stratum_of(one.people)
        key = form_of(one.siren), -1 if stratum is None else stratum
        for each in () if one.fictional else one.shares:
            group = groups[*key, -each.year, each.stage, each.basis]
            group[one.siren] = int(Decimal(each.value) * 10_000)
    for (form, stratum, year, stage, basis), values in sorted(groups.items()):
        median = quantile([(one, 100) for one in sorted(values.values())], Fraction(1, 2))
        shown = numbers.percent(median, language, decimals=2)
        yield {
            "stratum": label_of(form, None if stratum < 0 else stratum, language),
            "year": str(-year), "stage": _stage(stage, language), "basis": _cut(basis),
            "count": len(values), "median": shown if len(values) >= FEWEST else "",
        }  # fmt: skip


def _stage(stage: str, language: Language) -> str:
    return STAGE_NAMES[stage.lower()].say(language) if stage.lower() in STAGE_NAMES else _cut(stage)


def _cut(text: str, most: int = _SHORT) -> str:
    text = squeeze(inert(text))
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _bodies(bodies: Sequence[Body], language: Language) -> Iterator[dict[str, Any]]:
    for one in bodies:
        edition, files = one.edition, _by_file([one])
        if edition is None and not one.lessons:
            continue
        yield {
            "name": _cut(one.name), "siren": one.siren, "fictional": one.fictional,
            "home": one.home if len(one.home) <= _LONG else "", "lessons": len(one.lessons),
            "number": edition.number if edition else None,
            "on": numbers.date(edition.published_on, language) if edition else "",
            "seal": next((each.seal[:16] for each in one.editions if each.checked), ""),
            "licence": LICENCES[edition.licence].title.say(language) if edition else "",
            "file": next(iter(files), ""),
            "shares": [
                f"{each.year} ({_stage(each.stage, language)}, {_cut(each.basis, 5)})"
                f" {numbers.percent(Decimal(each.value), language, decimals=2)}"
                for each in one.shares[-5:]
            ],
        }  # fmt: skip


def _sections(
    bodies: Sequence[Body], refused: Sequence[Refused], language: Language
) -> dict[str, Rows]:
    by_stratum: dict[str, list[Body]] = defaultdict(list)
    for one in bodies:
        by_stratum[_stratum_file(one)].append(one)
    return {
        "bodies": list(_bodies(bodies, language)),
        "shares": list(_medians(bodies, language)),
        "lessons": [
            {"practice": _cut(practice), "name": _cut(one.name), "title": _cut(each.title),
             "level": LEVEL_NAMES[each.level].say(language), "question": _cut(each.question, _LONG),
             "result": _cut(each.result, _LONG)}
            for practice, one, each in _lessons(bodies)
        ],
        "actions": [
            {"title": _cut(title, _LONG), "count": len(who), "file": name,
             "stratum": _label(some[0], language)}
            for name, some in by_stratum.items() for title, (_line, who) in _titles(some).items()
        ],
        "refused": [{"name": _cut(name), "reason": one.message(language)} for name, one in refused],
    }  # fmt: skip


def _pages(
    bodies: Sequence[Body], refused: Sequence[Refused], language: Language
) -> Iterator[tuple[str, bytes]]:
    """Yield the pages of a language, each of some rows and of a bounded size."""
    folder, up = ("", "") if language == "fr" else (f"{language}/", "../")
    sections = _sections(bodies, refused, language)
    counts = [(name, len(rows)) for name, rows in sections.items()]
    said = {"lang": language, "fr": language == "fr", "up": up, "fewest": FEWEST, "listed": counts}
    yield f"{folder}index.html", _rendered("page.html", said | {"kind": "index", "other": "index"})
    for kind, found in sections.items():
        rows = [_rendered("row.html", said | {"kind": kind, "row": one}) for one in found]
        pages = list(_paged(rows))
        for at, some in enumerate(pages, 1):
            here = {"kind": kind, "rows": b"".join(some).decode(), "other": kind}
            here["before"] = _name(kind, at - 1) if at > 1 else ""
            here["after"] = _name(kind, at + 1) if at < len(pages) else ""
            yield f"{folder}{_name(kind, at)}", _rendered("page.html", said | here)


def _name(kind: str, at: int) -> str:
    return f"{kind}.html" if at == 1 else f"{kind}-{at}.html"


def _paged(rows: Sequence[bytes]) -> Iterator[list[bytes]]:
    page: list[bytes] = []
    for row in rows:
        if page and (len(page) == _MOST_ROWS or sum(map(len, [*page, row])) > _MOST_BYTES):
            yield page
            page = []
        page.append(row)
    yield page


def _rendered(template: str, said: dict[str, Any]) -> bytes:
    # Of our own words alone: neither a database nor a setting is needed.
    context = Context(said, use_l10n=False, use_tz=False)
    return re.sub(r"\s+</", "</", _ENGINE.get_template(template).render(context)).encode()
