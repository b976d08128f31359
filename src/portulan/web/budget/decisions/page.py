"""What a row of a sheet of decisions changes, in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from decimal import Decimal
from itertools import chain

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from portulan.budget.decisions.columns import TITLES, Column
from portulan.budget.decisions.judging import Conflict, Kind, Outcome
from portulan.budget.decisions.report import changed
from portulan.budget.decisions.standing import Values, said_choices
from portulan.budget.decisions.writes import BLOCKING, shown
from portulan.budget.labels import STAGES
from portulan.budget.models import BudgetLine, DecisionSheet
from portulan.budget.words import BatchStatus, Stage
from portulan.core.merge.digests import digest_of
from portulan.core.merge.threeway import Side
from portulan.core.say import numbers
from portulan.plans.models import Action
from portulan.web.budget.lines.rows import line_name
from portulan.web.language import page_language
from portulan.web.paging import page_of
from portulan.web.proposed import Change, ChangedRow, Proposed
from portulan.web.requests import OrganisationRequest, url_in
from portulan.web.sides import Asked, SidesForm, Words

KINDS = {
    Kind.SAME: gettext_lazy("déjà dit"),
    Kind.NEW: gettext_lazy("nouveau"),
    Kind.CHANGED: gettext_lazy("changé"),
    Kind.QUESTION: gettext_lazy("à répondre"),
    Kind.CONFLICT: gettext_lazy("en conflit"),
    Kind.REFUSED: gettext_lazy("refusé"),
}
_STATUSES = {
    BatchStatus.PREVIEWED: gettext_lazy("aperçu"),
    BatchStatus.CONFIRMED: gettext_lazy("importée"),
    BatchStatus.ROLLED_BACK: gettext_lazy("annulée"),
}
WORDS = Words(
    unsaid=gettext_lazy("à dire"),
    rest=gettext_lazy("demander"),
    sides={
        Side.OURS: gettext_lazy("garder celle d’ici"),
        Side.THEIRS: gettext_lazy("prendre celle de la feuille"),
    },
    there=gettext_lazy("Dans la feuille"),
)
PER_PAGE = 20
# What stops the sheet first.
_ORDER = list(reversed(Kind))
_SHARES = (Column.SHARE, Column.IT_SHARE)
_CHOICES = (Column.VERDICT, Column.STATUS, Column.METHOD, Column.STAGE)


def sheet_status(sheet: DecisionSheet) -> str:
    """Return where a sheet is."""
    return str(_STATUSES[BatchStatus(sheet.status)])


def proposed(
    request: OrganisationRequest, sheet: DecisionSheet, outcomes: list[Outcome], refused: str
) -> Proposed:
    """Return what a sheet changes, row by row, what stops it first."""
    told = [outcome for outcome in outcomes if outcome.kind is not Kind.SAME]
    told.sort(key=lambda outcome: (_ORDER.index(outcome.kind), outcome.said.row))
    page = page_of(request, told, PER_PAGE)
    here = [request.organisation.slug, sheet.fiscal_year.year, sheet.pk]
    return Proposed(
        errors=[refused] if refused else (),
        form=SidesForm(asked(told), digest_of(shown(outcomes)), WORDS),
        rows=_rows(request, [*page], sheet.fiscal_year.year),
        page=page if told else None,
        write=reverse("budget:confirm-sheet", args=here) if told else "",
        ready=bool(told) and not blocked(outcomes),
        discard=reverse("budget:discard-sheet", args=here),
    )


def blocked(outcomes: list[Outcome]) -> bool:
    """Tell whether a sheet waits for more than what its page asks."""
    return any(outcome.kind in BLOCKING - {Kind.CONFLICT} for outcome in outcomes)


def counts(sheet: DecisionSheet, outcomes: list[Outcome]) -> str:
    """Return how many rows are refused, in conflict, new…, those that say what stands last."""
    found = Counter(outcome.kind for outcome in outcomes)
    found[Kind.SAME] += sheet.rows_same
    return ", ".join(_counted(kind, found[kind]) for kind in _ORDER if found[kind])


def asks(sheet: DecisionSheet, outcomes: list[Outcome]) -> set[str]:
    """Return what may be answered on the page before it is confirmed: a line to choose, twins."""
    found = {"line" for outcome in outcomes if outcome.candidates}
    if sheet.again or any(
        outcome.kind is Kind.QUESTION and not outcome.candidates for outcome in outcomes
    ):
        found.add("again")
    return found


def asked(outcomes: list[Outcome]) -> list[Asked]:
    """Return what both sides changed, each once: a line has as many rows as attributions."""
    told = {one.key: (outcome, one) for outcome in outcomes for one in outcome.asks}
    values = (value for _outcome, one in told.values() for value in (one.here, one.there))
    actions = _numbers(value.get(Column.ACTION) for value in values)
    found = []
    for key, (outcome, one) in told.items():
        name = line_name(outcome.standing.line) if outcome.standing else ""
        here, there = (_side(side, one, actions) for side in (one.here, one.there))
        field = TITLES[one.cell].say(page_language())
        found.append(Asked(key, f"{outcome.said.at(one.cell)}, {name}", field, here, there))
    return found


def _side(side: Values, one: Conflict, actions: dict[int, int]) -> str:
    """Return what a side says, the columns that both say alike left out."""
    differ = {
        column: value for column, value in side.items() if one.here[column] != one.there[column]
    }
    return ", ".join(_value(column, value, actions) for column, value in differ.items())


def _numbers(pks: Iterable[object]) -> dict[int, int]:
    asked = {pk for pk in pks if isinstance(pk, int)}
    return dict(Action.objects.filter(pk__in=asked).values_list("pk", "number"))


def _counted(kind: Kind, count: int) -> str:
    words = {
        Kind.SAME: ngettext("%(count)s déjà dit", "%(count)s déjà dits", count),
        Kind.NEW: ngettext("%(count)s nouveau", "%(count)s nouveaux", count),
        Kind.CHANGED: ngettext("%(count)s changé", "%(count)s changés", count),
        Kind.QUESTION: ngettext("%(count)s à répondre", "%(count)s à répondre", count),
        Kind.CONFLICT: ngettext("%(count)s en conflit", "%(count)s en conflit", count),
        Kind.REFUSED: ngettext("%(count)s refusé", "%(count)s refusés", count),
    }
    return words[kind] % {"count": numbers.number(count, page_language())}


def _rows(request: OrganisationRequest, told: list[Outcome], year: int) -> list[ChangedRow]:
    """Return some rows in words (two queries)."""
    lines = BudgetLine.objects.in_bulk({pk for outcome in told for pk in outcome.candidates})
    both = (changed(outcome).get(Column.ACTION, ()) for outcome in told)
    actions = _numbers(chain.from_iterable(both))  # type: ignore[arg-type]
    return [_row(request, outcome, lines, actions, year) for outcome in told]


def _row(
    request: OrganisationRequest,
    outcome: Outcome,
    lines: dict[int, BudgetLine],
    actions: dict[int, int],
    year: int,
) -> ChangedRow:
    line = outcome.standing.line if outcome.standing else None
    changes = [_change(column, both, actions) for column, both in changed(outcome).items()]  # type: ignore[arg-type]
    if outcome.problem is not None:
        changes = [Change(outcome.problem.message(page_language()))]
    return ChangedRow(
        line_name(line) if line else "",
        changes,
        place=_("rang %(row)s") % {"row": outcome.said.row},
        url=url_in(request, "budget:line", year, line.pk) if line else "",
        fate=str(KINDS[outcome.kind]),
        field=f"line-{outcome.said.row}",
        choices=[(pk, _choice(lines[pk])) for pk in outcome.candidates],
    )


def _choice(line: BudgetLine) -> str:
    """Return what tells a line from those that look like it: its row and its amounts."""
    language = page_language()
    amounts = [
        f"{STAGES[stage]} {numbers.money(amount, language)}"
        for stage in Stage
        if (amount := getattr(line, stage.column)) is not None
    ]
    row = _("rang %(row)s du fichier") % {"row": line.row}
    return ", ".join([row, *amounts])


def _change(column: Column, both: tuple[object, object], actions: dict[int, int]) -> Change:
    """Return what a column becomes; what was nothing before is not said."""
    title = TITLES[column].say(page_language())
    before, after = (_value(column, value, actions) for value in both)
    return Change(after, title, "" if both[0] in (None, "", False) else before)


def _value(column: Column, value: object, actions: dict[int, int]) -> str:
    language = page_language()
    if column in _CHOICES:
        return said_choices(column).get(str(value), "")
    if column in _SHARES and isinstance(value, Decimal):
        return numbers.share(value, language)
    if column is Column.AMOUNT and isinstance(value, Decimal):
        return numbers.money(value, language)
    if column is Column.ACTION:
        named = actions.get(value) if isinstance(value, int) else None
        return _("NR en général") if named is None else str(named)
    if isinstance(value, bool):
        return _("oui") if value else _("non")
    return numbers.UNKNOWN if value in (None, "") else str(value)
