"""The figure of a year as its page explains it: terms, facts, cautions, comparison, publication."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portulan.budget.funding.consumption import Sources
from portulan.budget.indicator.facts import YearFacts
from portulan.budget.indicator.reads import YearFigure, ambition_amount
from portulan.budget.indicator.sentences import coverage_words
from portulan.budget.indicator.share import Caution, Figure
from portulan.budget.models import Ambition, IndicatorRun
from portulan.budget.perimeter.reads import schools_are_told
from portulan.budget.queue.reads import payers_outside
from portulan.budget.words import Stage
from portulan.charts.canvas import Drawing, Shape
from portulan.charts.scale_bar import scale_bar
from portulan.core.amounts import Of, identified
from portulan.core.say import numbers
from portulan.core.say.country import tax_words
from portulan.web.budget.lines.filters import query
from portulan.web.budget.units import Unit, unit_for
from portulan.web.budget.words import TITLES, caution_words, counted, left_out
from portulan.web.language import page_language
from portulan.web.pages import Link, Notice

# The firmer the stage, the fuller the point of a trajectory.
SHAPES = {
    Stage.VOTED: Shape.HOLLOW,
    Stage.OPENED: Shape.HALF,
    Stage.COMMITTED: Shape.HALF,
    Stage.REALISED: Shape.FULL,
}


@dataclass(frozen=True, slots=True)
class Term:
    """A row of “Comment ce chiffre est fait”: `value` is already written."""

    name: str
    value: str
    lines: int
    note: str
    url: str = ""
    link: Link | None = None
    joint: str = ""


@dataclass(frozen=True, slots=True)
class FigurePage:
    """All that the block of a figure says, in the language of the page.

    `published` is the run last published for this year and stage, `amending` the number of amending
    decisions among its sources.
    """

    organisation: str
    computed: YearFigure
    known: YearFacts
    ambition: Ambition | None = None
    published: IndicatorRun | None = None
    amending: int = 0

    @property
    def figure(self) -> Figure:
        return self.computed.figure

    @property
    def unit(self) -> Unit:
        return unit_for(self.figure.denominator.amount)

    @property
    def basis(self) -> str:
        """With or without tax, as the country says it."""
        return tax_words(self.computed.fiscal_year.tax_basis, page_language())

    @property
    def numerator(self) -> str:
        return self.unit.full(self.figure.numerator)

    @property
    def denominator(self) -> str:
        return self.unit.full(self.figure.denominator.amount)

    @property
    def is_published(self) -> bool:
        run = self.published
        return run is not None and run.inputs_hash == self.computed.inputs_hash

    @property
    def amended(self) -> str:
        """How many amending decisions the figure takes in, if any."""
        if not self.amending:
            return ""
        text = ngettext(
            ", une décision modificative comprise",
            ", %(count)s décisions modificatives comprises",
            self.amending,
        )
        return text % {"count": counted(self.amending, page_language())}

    def _lines_url(self, **filters: str) -> str:
        address = reverse("budget:lines", args=[self.organisation, self.computed.fiscal_year.year])
        return address + query(self.computed.stage, **filters)

    @property
    def drawing(self) -> Drawing:
        figure, ambition = self.figure, self.ambition
        # An interval that is one point has no ends to name.
        is_wide = figure.lower != figure.upper
        return scale_bar(
            figure.value,
            title=_("Part dédiée au numérique responsable et son intervalle, %(year)s")
            % {"year": self.computed.fiscal_year.year},
            shape=SHAPES.get(self.computed.stage, Shape.HOLLOW),
            lower=figure.lower if is_wide else None,
            upper=figure.upper if is_wide else None,
            aim=ambition.percent if ambition and figure.value is not None else None,
            value_word=_("retenu"),
            lower_word=_("justifié"),
            upper_word=_("proposé"),
            aim_word=_("ambition"),
            language=page_language(),
            prefix="scale",
        )

    @property
    def aim(self) -> str:
        """How far the figure is from the ambition, nothing without one."""
        ambition = self.ambition
        if ambition is None:
            return ""
        year = self.computed.fiscal_year.year
        of = Of("aimed", year, self.computed.stage, who=ambition.plan_id)
        aim = identified(ambition_amount(ambition.percent, self.figure), of)
        percent = numbers.percent(ambition.percent, page_language())
        if self.figure.value is None:
            return percent
        gap = identified(self.figure.numerator - aim, of._replace(what="-gap"))
        values = {
            "percent": percent,
            "amount": self.unit.full(aim),
            "gap": self.unit.full(gap if gap >= 0 else -gap),
        }
        if gap >= 0:
            return _("%(percent)s, soit %(amount)s : dépassée de %(gap)s") % values
        return _("%(percent)s, soit %(amount)s : il manque %(gap)s") % values

    @property
    def terms(self) -> list[Term]:
        figure, unit = self.figure, self.unit
        percent = {
            "lower": numbers.percent(figure.lower, page_language()),
            "upper": numbers.percent(figure.upper, page_language()),
        }
        terms = [
            self._denominator(),
            Term(
                _("Fléchages justifiés"),
                unit.bare(figure.justified.amount),
                figure.justified.lines,
                _("une preuve par fléchage : à eux seuls, %(lower)s") % percent
                if figure.lower is not None
                else _("une preuve par fléchage"),
                self._lines_url(attribution="justified"),
            ),
            Term(
                _("Fléchages déclarés"),
                unit.bare(figure.declared.amount),
                figure.declared.lines,
                _("un motif, pas encore de preuve"),
                self._lines_url(attribution="declared"),
            ),
            Term(
                _("Propositions"),
                unit.bare(figure.proposed.amount),
                figure.proposed.lines,
                _("pas comptées ; si on les accepte, %(upper)s") % percent
                if figure.upper is not None and figure.proposed.lines
                else _("pas comptées"),
                self._lines_url(attribution="proposed"),
            ),
            self._coverage(),
        ]
        if figure.outside_it.lines:
            terms.append(self._outside())
        return terms

    def _outside(self) -> Term:
        fiscal_year = self.computed.fiscal_year
        name = "payers outside", fiscal_year.year
        payers = self.known.once(name, lambda: payers_outside(fiscal_year))
        if payers:
            note = _("payé par %(payers)s, absent du numérateur") % {"payers": ", ".join(payers)}
        else:
            note = _("payé par d’autres, absent du numérateur")
        return Term(
            _("Hors DSI, à part"),
            self.unit.bare(self.figure.outside_it.amount),
            self.figure.outside_it.lines,
            note,
            self._lines_url(attribution="outside", order="-amount"),
        )

    def _denominator(self) -> Term:
        sections = " + ".join(
            f"{section} {self.unit.bare(tally.amount)}"
            for section, tally in sorted(self.figure.by_section.items())
        )
        perimeter = self.computed.perimeter
        fiscal_year = self.computed.fiscal_year
        name = "schools", fiscal_year.year
        told = self.known.once(name, lambda: schools_are_told(fiscal_year))
        words = [sections, left_out(perimeter, schools_are_told=told)]
        link = None
        if perimeter is not None:
            text = _("périmètre édition %(edition)s") % {"edition": perimeter.edition}
            link = Link(
                text, reverse("budget:edition", args=[self.organisation, perimeter.edition])
            )
        return Term(
            _("Budget de la DSI (dénominateur)"),
            self.unit.bare(self.figure.denominator.amount),
            self.figure.denominator.lines,
            _("\u202f; ").join(word for word in words if word),
            self._lines_url(verdict="counted", order="-amount"),
            link,
            _("\u202f; "),
        )

    def _coverage(self) -> Term:
        figure = self.figure
        undecided = figure.undecided.lines
        to_review = figure.candidates.lines - figure.qualified.lines - undecided
        link = None
        if to_review:
            text = ngettext("%(count)s ligne à examiner", "%(count)s lignes à examiner", to_review)
            url = self._lines_url(attribution="to_review", order="-amount")
            link = Link(text % {"count": numbers.number(to_review, page_language())}, url)
        elif undecided:
            text = ngettext("%(count)s ligne à décider", "%(count)s lignes à décider", undecided)
            url = self._lines_url(verdict="undecided", order="-amount")
            link = Link(text % {"count": numbers.number(undecided, page_language())}, url)
        note = _("%(qualified)s qualifiés sur %(candidates)s candidats") % {
            "qualified": self.unit.full(figure.qualified.amount),
            "candidates": self.unit.full(figure.candidates.amount),
        }
        if figure.typed and figure.coverage is None:
            note = _("chiffres saisis : aucune ligne n’est à examiner")
        value = "–" if figure.coverage is None else coverage_words(figure.coverage)
        return Term(_("Couverture"), value, figure.candidates.lines, note, "", link, _("\u00a0: "))

    @property
    def cautions(self) -> list[Notice]:
        notices = []
        for caution in self.figure.cautions:
            if caution is Caution.OVER_ATTRIBUTED:
                notices.append(self._over_attributed())
            elif caution is Caution.PROVISIONAL and self.figure.is_unknown:
                notices.append(self._unknown())
            elif caution is not Caution.NO_LINE:
                notices.append(Notice(caution_words(caution)))
        if missing := self.figure.without_amount:
            text = ngettext(
                "%(count)s ligne n’a pas de montant à ce stade et n’y pèse rien.",
                "%(count)s lignes n’ont pas de montant à ce stade et n’y pèsent rien.",
                missing,
            )
            count = numbers.number(missing, page_language())
            notices.append(Notice(text % {"count": count}))
        return notices

    def _unknown(self) -> Notice:
        text = _("Part pas encore connue : rien du budget de la DSI n’est fléché ni examiné.")
        address = reverse("budget:queue", args=[self.organisation, self.computed.fiscal_year.year])
        url = address + query(self.computed.stage)
        return Notice(text, Link(_("Examiner les lignes, de la plus grosse à la plus petite"), url))

    def _over_attributed(self) -> Notice:
        count = len(self.figure.over_attributed)
        text = ngettext(
            "%(count)s ligne est fléchée au-delà de sa part informatique : le surplus n’est pas"
            " compté.",
            "%(count)s lignes sont fléchées au-delà de leur part informatique : le surplus n’est"
            " pas compté.",
            count,
        ) % {"count": numbers.number(count, page_language())}
        return Notice(text, Link(_("Les revoir"), self._lines_url(attribution="over")))


def sources_words(sources: Sources, *, stage: Stage) -> str:
    """Return in one sentence what actions ask, what is reserved, and what lines hold."""
    language = page_language()
    values = {
        "planned": numbers.money(sources.planned, language, unit="k€"),
        "allotted": numbers.money(sources.allotted, language, unit="k€"),
        "held": numbers.money(sources.on_lines, language, unit="k€"),
        "stage": TITLES[stage],
    }
    return (
        _("%(planned)s demandés, %(allotted)s dotés, %(held)s sur des lignes (%(stage)s)") % values
    )
