"""“Et par rapport à l’an dernier ?”: two years at the same stage, or why they do not compare."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portulan.budget.indicator.comparing import (
    Compared,
    Comparison,
    Sources,
    compare,
    too_little_qualified,
)
from portulan.budget.indicator.prices import at_constant_prices
from portulan.budget.indicator.reads import YearFigure, default_stage, figure_of, stages_of
from portulan.budget.indicator.share import PROVISIONAL_BELOW
from portulan.budget.labels import OBSTACLES, STAGES
from portulan.budget.models import FiscalYear, IndicatorRun
from portulan.budget.words import Obstacle, SourceQuality, YearStatus
from portulan.core.say import numbers
from portulan.web.budget.lines.filters import query
from portulan.web.budget.units import Unit
from portulan.web.budget.words import TITLES, coverage_words
from portulan.web.language import page_language
from portulan.web.pages import Link, Notice


def comparison(after: YearFigure, unit: Unit, organisation: str) -> list[Notice]:
    """Return why the share moved since the year before at the same stage.

    When the two years do not compare, says all that forbids it, each with the way to mend it, then
    compares the year before with its own predecessor if those two do.
    """
    found = compare(after)
    if found.compared is not None:
        return [Notice(_sentence(after, found.compared, unit))]
    notices = Reasons(found, organisation).notices()
    if found.earlier is None:
        return notices
    stage = default_stage(found.earlier, found.stages)
    if stage is None or stage is after.stage:
        return notices
    last_known = figure_of(found.earlier, stage)
    compared = compare(last_known).compared
    return (
        notices if compared is None else [*notices, Notice(_sentence(last_known, compared, unit))]
    )


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
    return text % {
        "before": year - 1,
        "numerator": points(Decimal(variation["numerator_effect"])),
        "denominator": points(Decimal(variation["denominator_effect"])),
    }


class Reasons:
    """What forbids to compare two years, in words, each with what mends it."""

    def __init__(self, found: Comparison, organisation: str) -> None:
        self.found, self.organisation = found, organisation
        self.after = found.after.fiscal_year
        self.years = {"before": self.after.year - 1, "after": self.after.year}

    def notices(self) -> list[Notice]:
        say = {
            Obstacle.STAGE: self._stage,
            Obstacle.BUDGETS: self._budgets,
            Obstacle.PERIMETER: self._perimeter,
            Obstacle.VERDICTS: self._verdicts,
            Obstacle.COSTING: self._costing,
            Obstacle.COVERAGE: self._coverage,
        }
        return [notice for one in self.found.obstacles for notice in say[one]()]

    def _link(self, text: str, name: str, year: FiscalYear, more: str = "") -> Link:
        """Return the way to mend a year; a closed one is opened again first."""
        if year.status == YearStatus.CLOSED:
            text, name, more = _("Rouvrir %(year)s") % {"year": year.year}, "reopen-year", ""
        return Link(text, reverse(f"budget:{name}", args=[self.organisation, year.year]) + more)

    def _stage(self) -> list[Notice]:
        earlier, given = self.found.earlier, self.found.stages.given
        if earlier is None:
            text = _("L’exercice %(before)s n’est pas ouvert : rien à comparer.") % self.years
            url = reverse("budget:open-year", args=[self.organisation])
            return [Notice(text, Link(_("Ouvrir l’exercice %(before)s") % self.years, url))]
        upload = self._link(_("Importer ses comptes"), "upload", earlier)
        if not given:
            text = _("L’exercice %(before)s n’a pas de comptes : rien à comparer.")
            return [Notice(text % self.years, upload)]
        stage = self.found.after.stage
        words = {
            "stage": STAGES[default_stage(earlier, self.found.stages) or given[0]],
            "now": STAGES[stage],
        }
        text = _(
            "%(before)s est %(stage)s, %(after)s est %(now)s : les deux ne se comparent pas."
        ) % (self.years | words)
        both = [one for one in stages_of(self.after).given if one in given]
        if not both:
            return [Notice(text, upload)]
        said = _("Les comparer au stade %(stage)s") % {"stage": STAGES[both[-1]]}
        url = reverse("budget:year", args=[self.organisation, self.after.year]) + query(both[-1])
        return [Notice(text, Link(said, url))]

    def _budgets(self) -> list[Notice]:
        first, last = self.found.sources
        text = _(
            "%(before)s compte %(its)s, %(after)s compte %(now)s : les budgets ne sont pas les"
            " mêmes."
        )
        told = self.years | {"its": _names(first), "now": _names(last)}
        earlier = self.found.earlier or self.after
        lacks = earlier if set(last.budgets) - set(first.budgets) else self.after
        words = _("Importer ce qui manque à %(year)s") % {"year": lacks.year}
        return [Notice(text % told, self._link(words, "upload", lacks))]

    def _perimeter(self) -> list[Notice]:
        earlier, before = self.found.earlier or self.after, self.found.before
        figures = [(earlier, before), (self.after, self.found.after)]
        for year, computed in figures:
            if computed is not None and computed.figure.denominator.amount <= 0:
                text = _(
                    "Aucune dépense de %(year)s n’est dans le périmètre à ce stade : sa part n’est"
                    " pas calculable."
                )
                link = self._link(_("Décider ses lignes"), "queue", year, self._query)
                return [Notice(text % {"year": year.year}, link)]
        text = _(
            "Le périmètre regarde les codes de service, que les comptes par nature ne donnent pas :"
            " %(before)s et %(after)s ne sont pas jugés pareillement."
        )
        first = self.found.sources[0].qualities
        by_nature = earlier if SourceQuality.ACCOUNTS in first else self.after
        words = _("Importer le grand livre %(year)s") % {"year": by_nature.year}
        return [Notice(text % self.years, self._link(words, "upload", by_nature))]

    @property
    def _query(self) -> str:
        return query(self.found.after.stage)

    def _verdicts(self) -> list[Notice]:
        years = {year.year: year for year in (self.found.earlier, self.after) if year is not None}
        notices = []
        for number, lines in sorted(self.found.lacking.items()):
            other = next(year for year in years if year != number)
            text = ngettext(
                "%(lines)s ligne de %(year)s n’a pas le verdict donné à sa pareille de %(other)s :"
                " les deux ne sont pas jugées pareillement.",
                "%(lines)s lignes de %(year)s n’ont pas le verdict donné à leurs pareilles de"
                " %(other)s : les deux ne sont pas jugées pareillement.",
                lines,
            )
            count = numbers.number(lines, page_language())
            told = {"lines": count, "year": number, "other": other}
            words = _("Reprendre les verdicts de %(other)s") % told
            more = f"{self._query}&from={other}"
            link = self._link(words, "follow-verdicts", years[number], more)
            notices.append(Notice(text % told, link))
        return notices

    def _costing(self) -> list[Notice]:
        earlier = self.found.earlier or self.after
        if earlier.tax_basis != self.after.tax_basis:
            bases = {"basis": earlier.tax_basis, "now": self.after.tax_basis}
            text = _(
                "%(before)s est en %(basis)s, %(after)s en %(now)s : les deux ne se comparent pas."
            )
            link = self._link(_("Voir ses imports"), "imports", earlier)
            return [Notice(text % (self.years | bases), link)]
        silent = next((year for year in (earlier, self.after) if year.costing is None), None)
        if silent is not None:
            text = _(
                "L’exercice %(year)s ne dit pas s’il compte le prix entier ou le surcoût d’un achat"
                " responsable : les deux ne se comparent pas."
            )
            link = self._link(_("Le dire"), "edit-year", silent)
            return [Notice(text % {"year": silent.year}, link)]
        policies = {
            "policy": earlier.get_costing_display(),
            "now": self.after.get_costing_display(),
        }
        text = _(
            "D’un achat responsable, %(before)s compte le %(policy)s, %(after)s le %(now)s : les"
            " deux ne se comparent pas. Pour les comparer, rouvrez %(before)s et revoyez-y ses"
            " fléchages selon la méthode de %(after)s."
        )
        link = self._link(_("Modifier %(year)s") % {"year": earlier.year}, "edit-year", earlier)
        return [Notice(text % (self.years | policies), link)]

    def _coverage(self) -> list[Notice]:
        notices = []
        for computed in (self.found.before, self.found.after):
            if computed is None or not too_little_qualified(computed):
                continue
            text = _(
                "Couverture de %(year)s : %(coverage)s. Il en faut %(limit)s pour comparer deux"
                " années."
            )
            told = {
                "year": computed.fiscal_year.year,
                "coverage": coverage_words(computed.figure.coverage),
                "limit": numbers.percent(PROVISIONAL_BELOW, page_language(), decimals=0),
            }
            words = _("Qualifier les lignes de %(year)s") % told
            link = self._link(words, "queue", computed.fiscal_year, self._query)
            notices.append(Notice(text % told, link))
        return notices


def _names(sources: Sources) -> str:
    """Return the budgets of a year, by name."""
    names = sorted(name for name in sources.budgets.values() if name)
    quoted = [_("« %(name)s »") % {"name": name} for name in names]
    if len(names) < len(sources.budgets):
        quoted.append(_("des comptes qui ne disent pas leur budget"))
    return ", ".join(quoted) or _("rien")


def _sentence(after: YearFigure, compared: Compared, unit: Unit) -> str:
    language = page_language()
    before, now = compared.before.figure, after.figure
    values = {
        "stage": TITLES[after.stage],
        "edition": after.perimeter.edition if after.perimeter else "",
        "before": numbers.percent(before.value, language),
        "first": compared.before.fiscal_year.year,
        "now": numbers.percent(now.value, language),
        "last": after.fiscal_year.year,
        "numerator": points(compared.variation.numerator_effect),
        "n0": unit.bare(before.numerator),
        "n1": unit.full(now.numerator),
        "denominator": points(compared.variation.denominator_effect),
        "d0": unit.bare(before.denominator.amount),
        "d1": unit.full(now.denominator.amount),
    }
    # Whole sentences: another language orders them otherwise.
    if now.denominator.amount >= before.denominator.amount:
        sentence = _(
            "Au même stade (%(stage)s) et au même périmètre (édition %(edition)s), la part est"
            " passée de %(before)s en %(first)s à %(now)s en %(last)s : %(numerator)s par les"
            " dépenses NR (%(n0)s → %(n1)s), %(denominator)s parce que le budget de la DSI a"
            " grandi (%(d0)s → %(d1)s)."
        )
    else:
        sentence = _(
            "Au même stade (%(stage)s) et au même périmètre (édition %(edition)s), la part est"
            " passée de %(before)s en %(first)s à %(now)s en %(last)s : %(numerator)s par les"
            " dépenses NR (%(n0)s → %(n1)s), %(denominator)s parce que le budget de la DSI a"
            " diminué (%(d0)s → %(d1)s)."
        )
    if compared.as_judged is not None:
        judged = compared.as_judged
        values["own"] = judged.perimeter.edition if judged.perimeter else 1
        values["was"] = numbers.percent(judged.figure.value, language)
        sentence += " " + _(
            "%(first)s est recalculé sur cette édition ; sous la sienne (édition %(own)s), sa part"
            " est de %(was)s."
        )
    return sentence % values + _constant(after, compared)


def _constant(after: YearFigure, compared: Compared) -> str:
    """Return the same in constant euros, prices apart; nothing while they are not known."""
    constant = at_constant_prices(after, compared)
    if constant is None:
        return ""
    text = _(
        "En euros constants de %(year)s (prix %(prices)s, %(source)s) : %(numerator)s par les"
        " dépenses NR, %(denominator)s par le budget de la DSI. Les prix portent autant les deux"
        " termes : ils ne changent pas la part."
    )
    return " " + text % {
        "year": compared.before.fiscal_year.year,
        "prices": numbers.percent(constant.prices, page_language(), signed=True),
        "source": constant.source,
        "numerator": points(constant.variation.numerator_effect),
        "denominator": points(constant.variation.denominator_effect),
    }


def points(effect: Decimal) -> str:
    """Return an effect in points of percentage: “+ 1,2 point”, “− 2,4 points”."""
    shown = numbers.number(effect, page_language(), decimals=1, signed=True)
    if abs(numbers.rounded(effect, 1)) < 2:
        return _("%(number)s point") % {"number": shown}
    return _("%(number)s points") % {"number": shown}
