"""Measures of sites: EcoIndex results, and accessibility audits made with Ara (pure).

EcoIndex: a site is the plain mean of its pages, the last measure of each, one window; the figure is
the mean of sites. The licence of its library forbids computing it again: files are read.

Accessibility: a criterion is compliant with one “C” and no “NC”, over all pages; the rate is of
criteria, never of cells nor the mean of pages (RGAA 4.1, methodology).
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from portulan.core.folding import fold
from portulan.core.say.text import ProblemKind, Problems, Text
from portulan.core.tables.cells import text_of
from portulan.core.tables.heads import Roles, by_words
from portulan.core.tables.sources import Source
from portulan.core.tables.tabular import tables_of
from portulan.sources.figure import Figure, Verdict, rounded, share
from portulan.sources.formulas import FORMULAS
from portulan.sources.readers.lists import list_in

_MEASURES = Roles(
    by_words({name: (name,) for name in ("width", "height", "url", "score", "date",
                                         "ecoindex_version")}),
    needs=frozenset({"url", "score"}),
)  # fmt: skip
DESKTOP = (1920, 1080)
MOST_FAILED = Decimal("0.2")
FEWEST_PAGES = 3
SEVERAL_WINDOWS = ProblemKind(
    "several-windows",
    "warning",
    fr="Mesures faites dans une autre fenêtre que {window}, et laissées de côté : {count}.",
    en="Measures made in another window than {window}, and left out: {count}.",
)
FEW_PAGES = ProblemKind(
    "few-pages",
    "warning",
    fr="Site « {site} », pages mesurées : {count}. Il en faut {least} pour une moyenne.",
    en="Site “{site}”, measured pages: {count}. A mean needs {least}.",
)
SEVERAL_VERSIONS = ProblemKind(
    "several-versions",
    "warning",
    fr="Les mesures viennent de plusieurs versions d’EcoIndex ({versions}) : leurs notes ne se"
    " comparent pas.",
    en="The measures come from several versions of EcoIndex ({versions}): their scores do not"
    " compare.",
)
FAILED_PAGE = ProblemKind(
    "failed-page",
    "warning",
    fr="Pages qui n’ont pas pu être mesurées, et dont la note est inconnue : {count}.",
    en="Pages that could not be measured, and have an unknown score: {count}.",
)


class Measure(NamedTuple):
    url: str
    score: Decimal | None
    date: str
    window: tuple[str, str]
    version: str


def measures_in(source: Source, problems: Problems) -> list[Measure] | None:
    """Return the measures of a file of EcoIndex, None where it is none."""
    found = list_in(source, _MEASURES)
    if found is None or "ecoindex_version" not in found.roles:
        return None
    return [
        _measure({role: row.text(role) for role in found.roles}) for row in found.rows(problems)
    ]


def measures_of(document: object) -> list[Measure] | None:
    """Return the measures of a JSON of EcoIndex, None where it is none."""
    rows = document if isinstance(document, list) else []
    if not rows or not isinstance(rows[0], dict) or "ecoindex_version" not in rows[0]:
        return None
    return [
        _measure({str(name): "" if value is None else str(value) for name, value in row.items()})
        for row in rows
        if isinstance(row, dict)
    ]


def _measure(row: Mapping[str, str]) -> Measure:
    try:
        score = Decimal(row.get("score", "")) if row.get("score") else None
    except InvalidOperation:
        score = None
    if score is not None and not (score.is_finite() and 0 <= score <= 100):
        score = None
    window = row.get("width", ""), row.get("height", "")
    version = row.get("ecoindex_version", "")
    return Measure(_address(row.get("url", "")), score, row.get("date", ""), window, version)


def _address(url: str) -> str:
    """Return the address of a page without what names no other page."""
    parts = urlsplit(url.strip())
    query = f"?{parts.query}" if parts.query else ""
    return f"{(parts.hostname or '').lower()}{parts.path or '/'}{query}"


def ecoindex(measures: Sequence[Measure], problems: Problems) -> list[Figure]:
    """Return the mean of the sites: the mean of their pages, measured last, in one window."""
    window = _window(measures)
    inside = [one for one in measures if one.window == window]
    if len(inside) < len(measures):
        said = "\u00d7".join(window)
        problems.append(SEVERAL_WINDOWS.at(count=len(measures) - len(inside), window=said))
    last: dict[str, Measure] = {}
    for one in sorted(inside, key=lambda measure: measure.date):
        last[one.url] = one
    failed = sum(one.score is None for one in last.values())
    if failed:
        problems.append(FAILED_PAGE.at(count=failed))
    versions = sorted({one.version for one in last.values()})
    if len(versions) > 1:
        problems.append(SEVERAL_VERSIONS.at(versions=", ".join(versions)))
    return [_of_sites(last.values(), failed, len(versions) > 1, problems)]


def _window(measures: Sequence[Measure]) -> tuple[str, str]:
    """Return the window of the measures: that of a desk where it is there, else the usual one."""
    windows = Counter(one.window for one in measures)
    desk = str(DESKTOP[0]), str(DESKTOP[1])
    return desk if desk in windows else windows.most_common(1)[0][0]


def _of_sites(pages: Iterable[Measure], failed: int, is_mixed: bool, problems: Problems) -> Figure:
    sites: dict[str, list[Decimal]] = defaultdict(list)
    for page in pages:
        if page.score is not None:
            sites[page.url.partition("/")[0]].append(page.score)
    few = {site: scores for site, scores in sites.items() if len(scores) < FEWEST_PAGES}
    for site, scores in few.items():
        problems.append(FEW_PAGES.at(site=site, count=len(scores), least=FEWEST_PAGES))
    measured = sum(map(len, sites.values()))
    coverage = share(measured, measured + failed)
    unit = FORMULAS["ecoindex-mean"].unit
    if not measured or Decimal(failed) / (measured + failed) > MOST_FAILED:
        reason = Text(
            f"Non calculé\u00a0: {failed} pages sur {measured + failed} n’ont pas été mesurées.",
            f"Not computed: {failed} pages of {measured + failed} were not measured.",
        )
        return Figure("ecoindex-mean", unit, Verdict.REFUSED, coverage=coverage, reason=reason)
    means = [sum(scores) / len(scores) for scores in sites.values()]
    value = rounded(Decimal(sum(means)) / len(means), "0.1")
    reason = Text(
        f"{len(sites)} sites, {measured} pages mesurées, {failed} non mesurées.",
        f"{len(sites)} sites, {measured} pages measured, {failed} not measured.",
    )
    verdict = Verdict.WARN if few or is_mixed else Verdict.OK
    count = Decimal(len(means))
    total = rounded(Decimal(sum(means)), "0.1")
    return Figure("ecoindex-mean", unit, verdict, value, total, count, coverage, reason)


# --- accessibility --------------------------------------------------------------------------------

CRITERIA = 106  # of the RGAA 4.1; audits of 25 or 50 give no rate of the law
_CRITERION = re.compile(r"[0-9]{1,2}\.[0-9]{1,2}")
_ANSWERS = frozenset({"c", "nc", "na", "nt", ""})


def audit_in(source: Source) -> list[tuple[str, list[str]]] | None:
    """Return the criteria of an audit, each with its answers by page; None where it is none."""
    for table in tables_of(source).by_name.values():
        head = [cells for _row, cells in table.head]
        body = [cells for cells in head[1:] if cells]
        if not body or not all(map(_is_criterion, body)):
            continue
        rows = [cells for _row, cells in table.rows() if _is_criterion(cells)]
        width = len(head[0])
        return [(text_of(one[0]).strip(), _answers(one, width)) for one in rows]
    return None


def _is_criterion(cells: Sequence[Any]) -> bool:
    first, *answers = (text_of(cell).strip() for cell in cells)
    if not _CRITERION.fullmatch(first):
        return False
    return bool(answers) and all(fold(one) in _ANSWERS for one in answers)


def _answers(cells: Sequence[Any], width: int) -> list[str]:
    """Return the answer of each page: an empty one, or one that is cut, was not tested."""
    said = [fold(text_of(cell)) or "nt" for cell in cells[1:]]
    return said + ["nt"] * (width - 1 - len(said))


def accessibility(audit: Sequence[tuple[str, Sequence[str]]]) -> list[Figure]:
    """Return the rate of an audit: criteria compliant over those that apply."""
    unit = FORMULAS["rgaa-rate"].unit
    untested = [name for name, answers in audit if "nt" in answers]
    count = len({name for name, _answers in audit})
    tested = share(count - len(untested), max(count, CRITERIA))
    if untested or count != CRITERIA:
        reason = (
            Text(
                f"Non calculé\u00a0: {len(untested)} critères ne sont pas testés sur toutes les"
                " pages.",
                f"Not computed: {len(untested)} criteria are not tested on all pages.",
            )
            if untested
            else Text(
                f"Non calculé\u00a0: l’audit porte sur {count} critères, et non {CRITERIA}.",
                f"Not computed: the audit has {count} criteria, and not {CRITERIA}.",
            )
        )
        return [Figure("rgaa-rate", unit, Verdict.REFUSED, coverage=tested, reason=reason)]
    against = sum("nc" in answers for _name, answers in audit)
    met = sum("c" in answers and "nc" not in answers for _name, answers in audit)
    rate = share(met, met + against)
    if rate is None:
        return [Figure("rgaa-rate", unit, Verdict.NOT_APPLICABLE, coverage=tested)]
    top, bottom = Decimal(met), Decimal(met + against)
    return [Figure("rgaa-rate", unit, Verdict.OK, rate, top, bottom, tested)]
