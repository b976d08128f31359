"""The share in words, and why two years do not compare: said alike wherever they are read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple, Protocol

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portulan.budget.indicator.comparing import Comparison, Sources, too_little_qualified
from portulan.budget.indicator.reads import default_stage, stages_of
from portulan.budget.indicator.share import PROVISIONAL_BELOW
from portulan.budget.labels import OBSTACLES, STAGES
from portulan.budget.models import FiscalYear, IndicatorRun
from portulan.budget.words import Obstacle, SourceQuality, Stage
from portulan.core.say import numbers
from portulan.core.say.language import spoken_language


class Share(Protocol):
    """A share of the IT budget: a figure, a run, a year of a list or of a trajectory."""

    @property
    def value(self) -> Decimal | None: ...
    @property
    def is_unknown(self) -> bool: ...


def share_words(of: Share, decimals: int = 1) -> str:
    """Return a share: “3,7 %”, or that it is not known yet, or cannot be computed."""
    if of.is_unknown:
        return _("pas encore connu")
    none = _("non calculable")
    return numbers.percent(of.value, spoken_language(), decimals=decimals, none=none)


def coverage_words(coverage: Decimal | None) -> str:
    """Return a coverage in percent; under the bar to the tenth, as rounded it would be at it."""
    if coverage is None:
        return _("sans objet, aucune ligne à examiner")
    if not coverage:
        return _("rien n’est encore qualifié")
    decimals = 1 if coverage < PROVISIONAL_BELOW else 0
    return numbers.percent(coverage, spoken_language(), decimals=decimals)


def limit_words() -> str:
    """Return the coverage under which a share is provisional and is not compared."""
    return numbers.percent(PROVISIONAL_BELOW, spoken_language(), decimals=0)


def points(effect: Decimal) -> str:
    """Return an effect in points of percentage: “+ 1,2 point”, “− 2,4 points”."""
    shown = numbers.number(effect, spoken_language(), decimals=1, signed=True)
    if abs(numbers.rounded(effect, 1)) < 2:
        return _("%(number)s point") % {"number": shown}
    return _("%(number)s points") % {"number": shown}


def apart_words(year: int, obstacles: Iterable[Obstacle]) -> str:
    """Return in a few words why a year does not compare with the one before."""
    what = ", ".join(str(OBSTACLES[one]) for one in obstacles)
    told = {"before": year - 1, "after": year, "what": what}
    return _("%(after)s ne se compare pas à %(before)s : %(what)s.") % told


def run_words(run: IndicatorRun) -> str:
    """Return how a run compared with the year before on its day, "" where it did not look."""
    if "not_compared" not in run.document:
        return ""
    year = run.fiscal_year.year
    variation = run.document["variation"]
    if variation is None:
        return apart_words(year, map(Obstacle, run.document["not_compared"]))
    text = _(
        "Depuis %(before)s : %(numerator)s par les dépenses NR, %(denominator)s par le budget de la"
        " DSI."
    )
    told = {
        "before": year - 1,
        "numerator": points(Decimal(variation["numerator_effect"])),
        "denominator": points(Decimal(variation["denominator_effect"])),
    }
    days = [date.fromisoformat(day) for day in variation.get("until") or ()]
    return text % told + same_day_words(days)


def same_day_words(days: Sequence[date] | None) -> str:
    """Return until which day of each of two years they are compared, "" for whole years."""
    if not days:
        return ""
    first, last = (numbers.date(day, spoken_language()) for day in days)
    text = _(
        "L’exercice est en cours : les deux sont comptés jusqu’au même jour, le %(first)s et le"
        " %(last)s (dernière écriture)."
    )
    return " " + text % {"first": first, "last": last}


class Reason(NamedTuple):
    """What forbids to compare two years, and what mends it.

    `way` is what has to be done in `year`, in the words `remedy`: open-year (without a year),
    upload, imports, edit-year, queue, lines, year (seen at `stage`), follow-verdicts (of `source`).
    """

    text: str
    remedy: str
    way: str
    year: FiscalYear | None = None
    stage: Stage | None = None
    source: int | None = None


def reasons(found: Comparison) -> Iterator[Reason]:
    """Yield all that forbids to compare a year with the one before, in the order of obstacles."""
    year = found.after.fiscal_year.year
    years = {"before": year - 1, "after": year}
    if found.earlier is None:
        text = _("L’exercice %(before)s n’est pas ouvert : rien à comparer.") % years
        yield Reason(text, _("Ouvrir l’exercice %(before)s") % years, "open-year")
        return
    say = {
        Obstacle.STAGE: _stage,
        Obstacle.PART_YEAR: _part_year,
        Obstacle.BUDGETS: _budgets,
        Obstacle.PERIMETER: _perimeter,
        Obstacle.VERDICTS: _verdicts,
        Obstacle.SHARES: _shares,
        Obstacle.COSTING: _costing,
        Obstacle.COVERAGE: _coverage,
    }
    for one in found.obstacles:
        yield from say[one](found, found.earlier, years)


type _Years = Mapping[str, int]


def _stage(found: Comparison, earlier: FiscalYear, years: _Years) -> Iterator[Reason]:
    given, stage = found.stages.given, found.after.stage
    upload = _("Importer ses comptes")
    if not given:
        text = _("L’exercice %(before)s n’a pas de comptes : rien à comparer.") % years
        yield Reason(text, upload, "upload", earlier)
        return
    first = default_stage(earlier, found.stages) or given[0]
    text = _("%(before)s est %(stage)s, %(after)s est %(now)s : les deux ne se comparent pas.") % {
        **years,
        "stage": STAGES[first],
        "now": STAGES[stage],
    }
    both = [one for one in stages_of(found.after.fiscal_year).given if one in given]
    if both:
        words = _("Les comparer au stade %(stage)s") % {"stage": STAGES[both[-1]]}
        yield Reason(text, words, "year", found.after.fiscal_year, both[-1])
    else:
        yield Reason(text, upload, "upload", earlier)


def _part_year(found: Comparison, earlier: FiscalYear, _years: _Years) -> Iterator[Reason]:
    stage = found.after.stage
    for year in found.part_years:
        text = _(
            "%(year)s n’est pas encore complet au stade %(stage)s : ses comptes ne sont ni"
            " votés, ni déclarés complets."
        )
        told = {"year": year.year, "stage": STAGES[stage]}
        yield Reason(text % told, _("Réglages de %(year)s") % told, "edit-year", year)


def _budgets(found: Comparison, earlier: FiscalYear, years: _Years) -> Iterator[Reason]:
    first, last = found.sources
    text = _(
        "%(before)s compte %(its)s, %(after)s compte %(now)s : les budgets ne sont pas les mêmes."
    ) % {**years, "its": _names(first), "now": _names(last)}
    lacks = earlier if set(last.budgets) - set(first.budgets) else found.after.fiscal_year
    words = _("Importer ce qui manque à %(year)s") % {"year": lacks.year}
    yield Reason(text, words, "upload", lacks)


def _names(sources: Sources) -> str:
    """Return the budgets of a year, by name."""
    names = sorted(name for name in sources.budgets.values() if name)
    quoted = [_("« %(name)s »") % {"name": name} for name in names]
    if len(names) < len(sources.budgets):
        quoted.append(_("des comptes qui ne disent pas leur budget"))
    return ", ".join(quoted)


def _perimeter(found: Comparison, earlier: FiscalYear, years: _Years) -> Iterator[Reason]:
    for computed in (found.before, found.after):
        if computed is not None and computed.figure.denominator.amount <= 0:
            year = computed.fiscal_year
            text = _(
                "Aucune dépense de %(year)s n’est dans le périmètre à ce stade : sa part n’est pas"
                " calculable."
            ) % {"year": year.year}
            yield Reason(text, _("Décider ses lignes"), "queue", year, computed.stage)
            return
    text = _(
        "Le périmètre regarde les codes de service, que les comptes par nature ne donnent pas :"
        " %(before)s et %(after)s ne sont pas jugés pareillement."
    )
    is_earlier = SourceQuality.ACCOUNTS in found.sources[0].qualities
    by_nature = earlier if is_earlier else found.after.fiscal_year
    words = _("Importer le grand livre %(year)s") % {"year": by_nature.year}
    yield Reason(text % years, words, "upload", by_nature)


def _verdicts(found: Comparison, earlier: FiscalYear, _years: _Years) -> Iterator[Reason]:
    pair = (earlier, found.after.fiscal_year)
    for year, other in (pair, pair[::-1]):
        lines = found.followed.lacking.get(year.year, 0)
        if not lines:
            continue
        text = ngettext(
            "%(lines)s ligne de %(year)s n’a pas le verdict donné à sa pareille de %(other)s : les"
            " deux ne sont pas jugées pareillement.",
            "%(lines)s lignes de %(year)s n’ont pas le verdict donné à leurs pareilles de"
            " %(other)s : les deux ne sont pas jugées pareillement.",
            lines,
        )
        count = numbers.number(lines, spoken_language())
        told = {"lines": count, "year": year.year, "other": other.year}
        words = _("Reprendre les verdicts de %(other)s") % told
        yield Reason(text % told, words, "follow-verdicts", year, found.after.stage, other.year)


def _shares(found: Comparison, earlier: FiscalYear, years: _Years) -> Iterator[Reason]:
    after, otherwise = found.after.fiscal_year, found.followed.otherwise
    year = after if after.year in otherwise else earlier
    lines = otherwise[year.year]
    text = ngettext(
        "Une part décidée à la main a changé entre %(before)s et %(after)s (%(lines)s ligne de"
        " %(year)s) : le budget de la DSI n’est pas compté de la même façon.",
        "Des parts décidées à la main ont changé entre %(before)s et %(after)s (%(lines)s lignes de"
        " %(year)s) : le budget de la DSI n’est pas compté de la même façon.",
        lines,
    )
    told = {**years, "lines": numbers.number(lines, spoken_language()), "year": year.year}
    words = _("Revoir les lignes de %(year)s") % told
    yield Reason(text % told, words, "lines", year, found.after.stage)


def _costing(found: Comparison, earlier: FiscalYear, years: _Years) -> Iterator[Reason]:
    after = found.after.fiscal_year
    if earlier.tax_basis != after.tax_basis:
        text = _(
            "%(before)s est en %(basis)s, %(after)s en %(now)s : les deux ne se comparent pas."
        )
        told = {**years, "basis": earlier.tax_basis, "now": after.tax_basis}
        yield Reason(text % told, _("Voir ses imports"), "imports", earlier)
        return
    silent = next((year for year in (earlier, after) if year.costing is None), None)
    if silent is not None:
        text = _(
            "L’exercice %(year)s ne dit pas s’il compte le prix entier ou le surcoût d’un achat"
            " responsable : les deux ne se comparent pas."
        )
        yield Reason(text % {"year": silent.year}, _("Le dire"), "edit-year", silent)
        return
    text = _(
        "D’un achat responsable, %(before)s compte le %(policy)s, %(after)s le %(now)s : les deux"
        " ne se comparent pas. Pour les comparer, rouvrez %(before)s et revoyez-y ses fléchages"
        " selon la méthode de %(after)s."
    ) % {**years, "policy": earlier.get_costing_display(), "now": after.get_costing_display()}
    words = _("Modifier %(year)s") % {"year": earlier.year}
    yield Reason(text, words, "edit-year", earlier)


def _coverage(found: Comparison, _earlier: FiscalYear, _years: _Years) -> Iterator[Reason]:
    for computed in (found.before, found.after):
        if computed is None or not too_little_qualified(computed):
            continue
        told = {
            "year": computed.fiscal_year.year,
            "coverage": coverage_words(computed.figure.coverage),
            "limit": limit_words(),
        }
        text = _(
            "Couverture de %(year)s : %(coverage)s. Il en faut %(limit)s pour comparer deux années."
        )
        words = _("Qualifier les lignes de %(year)s") % told
        yield Reason(text % told, words, "queue", computed.fiscal_year, computed.stage)
