"""What trials and studies taught: in the yearly report, and leaving one by one.

A lesson is of an action that handed something over. It leaves so that another body may use it
again: what was asked, how it was held, what it was compared with, its numbers, those that went the
wrong way too, what doing it everywhere would cost, what was decided. People of the organisation and
addresses are taken out of what was typed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal

from portulan.accounts.access import Operation
from portulan.accounts.mentions import nameless
from portulan.accounts.models import Person
from portulan.budget.funding.by_action import funding_of
from portulan.budget.labels import STAGES
from portulan.budget.words import Stage
from portulan.core.errors import NotFoundError
from portulan.core.say import numbers
from portulan.core.say.country import tax_words
from portulan.core.say.text import ProblemKind, Text, UnusableInputError, semicolons
from portulan.evidence.words import Visibility
from portulan.impact.effects import impact_of
from portulan.indicators.reads import IndicatorLine, line_of, series_by_indicator
from portulan.indicators.series import Aim, Reading, Series, reaches, stand
from portulan.indicators.words import Direction
from portulan.indicators.words import Kind as Nature
from portulan.plans.commitments.rules import LEVEL_WORDS
from portulan.plans.labels import REACHES
from portulan.plans.models import (
    Action,
    ActionIndicator,
    Deliverable,
    DeliverableEvidence,
    Plan,
)
from portulan.plans.plan import get_plan
from portulan.plans.words import CommitmentLevel, Reach
from portulan.publication.documents.actions import decided_words, effects
from portulan.publication.documents.asking import Asked, Draft, Kind
from portulan.publication.documents.cell import (
    EMPTY,
    Block,
    Cell,
    Prose,
    Quality,
    Section,
    Table,
    Unit,
    amount,
    day,
    text,
)
from portulan.publication.documents.dashboard import PLAN
from portulan.publication.documents.figures import aim_of, measure, value_cell

ACTION, OF_PLAN = "action", "plan"  # the options: a number as the plan says it, a plan's short name
LESSONS = Text("Ce que nos essais et nos études ont appris", "What our trials and studies taught")
NONE_YET = Text("Aucune n’est rendue à ce jour.", "None was handed over so far.")
NO_LESSON = ProblemKind(
    "no-lesson",
    "error",
    fr="Aucun essai ni aucune étude de ce plan n’a encore rendu ce qu’il a appris.",
    en="No trial or study of this plan has handed over what it taught yet.",
)
NO_SUCH_ACTION = ProblemKind(
    "lesson-unknown-action",
    "error",
    fr="Aucune action de ce plan n’a le numéro «\u00a0{number}\u00a0».",
    en="No action of this plan has number “{number}”.",
)
NO_SUCH_PLAN = ProblemKind(
    "lesson-unknown-plan",
    "error",
    fr="Aucun plan n’a le nom court «\u00a0{slug}\u00a0».",
    en="No plan has the short name “{slug}”.",
)
NOT_LEARNT = ProblemKind(
    "nothing-learnt",
    "error",
    fr="L’action {number} n’a encore rien rendu de ce qu’elle a appris\u00a0: un livrable remis"
    " le dira.",
    en="Action {number} has handed over nothing of what it taught yet: a deliverable will say it.",
)
TITLES = {
    CommitmentLevel.STUDY: Text("Ce qu’une étude a appris", "What a study taught"),
    CommitmentLevel.EXPERIMENT: Text("Ce qu’un essai a appris", "What a trial taught"),
    CommitmentLevel.IMPLEMENTATION: Text("Ce qu’une action a appris", "What an action taught"),
}
SOMEBODY = Text("[une personne]", "[a person]")
OURS = Text(
    "Aucun texte ne fixe la forme de ce document\u00a0: elle est la nôtre. Il peut être repris par"
    " un autre organisme, avec sa source.",
    "No text fixes the form of this document: it is ours. Another body may use it again, with its"
    " source.",
)
NOBODY = Text(
    "Les personnes de l’organisation et les adresses électroniques sont ôtées des textes"
    " saisis\u202f; un autre nom peut y rester\u00a0: relisez avant de publier.",
    "People of the organisation and e-mail addresses are taken out of the texts that were typed;"
    " another name may be left in them: read them before you publish.",
)
QUESTION = Text("La question, et comment elle a été posée", "The question, and how it was put")
LEARNT = Text("Ce qui a été appris", "What was learnt")
NUMBERS = Text("Les chiffres, bons et mauvais", "The numbers, good and bad")
COMPARED = Text("Avant et après, indicateur par indicateur", "Before and after, by indicator")
READINGS = Text("Tous les relevés", "All the readings")
NO_NUMBER = Text("Aucun indicateur n’a été suivi.", "No indicator was followed.")
COST = Text("Le coût", "The cost")
BY_YEAR = Text("L’argent de l’action, par année ({})", "The money of the action, by year ({})")
POINT, POINTS = Text("point", "point"), Text("points", "points")
NO_MONEY = Text("Aucun montant n’est connu.", "No amount is known.")
SOURCES = Text("Sources", "Sources")
PIECES = Text("Pièces rattachées", "Pieces attached")
NO_PIECE = Text("Aucune pièce n’est rattachée.", "No piece is attached.")
PRIVATE = Text("pièce confidentielle", "confidential piece")
HEADS = (Text("Quoi", "What"), Text("Ce qui en est dit", "What is said of it"))

REACHED = Text("objectif atteint", "target reached")
MISSED = Text("objectif manqué", "target missed")
RIGHT_WAY = Text("dans le sens voulu", "the right way")
WRONG_WAY = Text("dans le mauvais sens", "the wrong way")
UNMOVED = Text("rien n’a bougé", "nothing moved")
MOVED = Text("a bougé", "moved")
BROKEN = Text("ne se compare pas", "does not compare")
NOTHING_YET = Text("rien à comparer encore", "nothing to compare yet")


@dataclass(frozen=True, slots=True)
class Lesson:
    """An action that handed something over, with what it followed."""

    action: Action
    handed: tuple[Deliverable, ...]
    followed: tuple[tuple[IndicatorLine, Series], ...]

    @property
    def title(self) -> Text:
        """What it was when it handed over: the level left by the decision, else its own."""
        left = [made.from_level for one in self.handed for made in one.decisions.all()]
        known = [CommitmentLevel(level) for level in left if level is not None]
        return TITLES[known[-1] if known else CommitmentLevel(self.action.level)]


def delivered(plan: Plan, asked: Asked) -> list[Deliverable]:
    """Return what the actions of a plan handed over to this day, by action, asked for once."""
    found = (
        Deliverable.objects.filter(action__plan=plan, delivered_on__lte=asked.today)
        .select_related("action")
        .prefetch_related("decisions")
        .order_by("action__number", "delivered_on", "pk")
    )
    return asked.known.once(("delivered", plan.pk, asked.today), lambda: list(found))


def lessons(plan: Plan, asked: Asked) -> list[Table | Prose]:
    """Return what trials and studies taught: one table for each deliverable handed over.

    What was not said of it stays on the page as unknown.
    """
    without = without_names(asked)
    tables: list[Table | Prose] = [
        _handed(one, asked, without, alone=False) for one in delivered(plan, asked)
    ]
    return tables or [Prose(asked.say(NONE_YET))]


def build(asked: Asked) -> Draft:
    plan = plan_asked(asked)
    found = learnt(plan, asked)
    alone = bool(asked.options.get(ACTION))
    without = without_names(asked)
    title = LESSONS
    if alone:
        said, called = found[0].title, without(found[0].action.title)
        title = Text(f"{said.fr}\u00a0: {called}", f"{said.en}: {called}")
    parts = (
        _alone(found[0], asked, without)
        if alone
        else [_beside_others(one, asked, without) for one in found]
    )
    return asked.document(
        KIND.name,
        title=title,
        notices=(asked.say(OURS), asked.say(NOBODY)),
        cover=((PLAN, text(plan.title)),),
        sections=parts,
    )


def plan_asked(asked: Asked) -> Plan:
    slug = asked.options.get(OF_PLAN, "")
    if not slug:
        return asked.plan
    try:
        return get_plan(actor=asked.actor, slug=slug, need=Operation.READ_PLAN)
    except NotFoundError:
        raise UnusableInputError(NO_SUCH_PLAN.at(slug=slug)) from None


def learnt(plan: Plan, asked: Asked) -> list[Lesson]:
    """Return the lessons asked for. Raises UnusableInputError where nothing was learnt yet."""
    called = asked.options.get(ACTION, "").strip()
    found = delivered(plan, asked)
    if called:
        actions = {one.called: one for one in Action.objects.filter(plan=plan)}
        if called not in actions:
            raise UnusableInputError(NO_SUCH_ACTION.at(number=called))
        found = [one for one in found if one.action_id == actions[called].pk]
        if not found:
            raise UnusableInputError(NOT_LEARNT.at(number=called))
    if not found:
        raise UnusableInputError(NO_LESSON.at())
    by_action = {one.action_id: one.action for one in found}
    followed = _followed(by_action)
    return [
        Lesson(
            action,
            tuple(one for one in found if one.action_id == pk),
            tuple(followed.get(pk, ())),
        )
        for pk, action in by_action.items()
    ]


def _followed(actions: Iterable[int]) -> dict[int, list[tuple[IndicatorLine, Series]]]:
    """Return the indicators of actions with their series, the main one first."""
    links = ActionIndicator.objects.filter(action__in=actions).select_related("indicator")
    links = links.order_by("action", "order", "pk")
    rows = [(one.action_id, line_of(one.indicator)) for one in links]
    series = series_by_indicator([line for _pk, line in rows], among=links.values("indicator"))
    found: dict[int, list[tuple[IndicatorLine, Series]]] = {}
    for pk, line in rows:
        found.setdefault(pk, []).append((line, series[line.pk]))
    return found


def without_names(asked: Asked) -> Callable[[str], str]:
    """Return what takes the people of the organisation out of a text (one query)."""
    people = Person.objects.filter(organisation=asked.organisation)
    names = {word for row in people.values_list("name", "email") for word in row if word}
    return nameless(names, told=asked.say(SOMEBODY))


def _beside_others(one: Lesson, asked: Asked, without: Callable[[str], str]) -> Section:
    tables = [_handed(item, asked, without, alone=False) for item in one.handed]
    title = f"{one.action.called}. {one.action.short_title or one.action.title}"
    return Section(without(title), (*tables, *_compared(one, asked)))


def _alone(one: Lesson, asked: Asked, without: Callable[[str], str]) -> list[Section]:
    tables = tuple(_handed(item, asked, without, alone=True) for item in one.handed)
    numbers_ = (
        *_compared(one, asked),
        *_readings(one, asked),
        *effects(impact_of([one.action]), asked),
    )
    return [
        Section(asked.say(QUESTION), (_question(one.action, asked, without),)),
        Section(asked.say(LEARNT), tables),
        Section(asked.say(NUMBERS), numbers_),
        Section(asked.say(COST), tuple(_cost(one.action, asked, without))),
        Section(asked.say(SOURCES), tuple(_sources(one, asked, without))),
    ]


def _question(action: Action, asked: Asked, without: Callable[[str], str]) -> Table:
    level = LEVEL_WORDS[CommitmentLevel(action.level)]
    rows = (
        (Text("Action", "Action"), Cell(without(f"{action.called}. {action.title}"))),
        (Text("Ce qui était demandé", "What was asked"), text(without(action.description))),
        (Text("Portée", "Reach"), Cell(str(REACHES[Reach(action.reach)]))),
        (Text("Champ", "Scope"), text(without(action.scope))),
        (Text("Protocole", "Protocol"), text(without(action.protocol))),
        (Text("Comparé à", "Compared with"), text(without(action.compared_with))),
        (Text("Début", "Start"), day(action.starts_on)),
        (Text("Fin prévue", "Planned end"), day(action.due_on)),
        (Text("Pilote (fonction)", "Pilot (function)"), text(without(action.pilot_function))),
        (Text("Aujourd’hui", "Today"), Cell(asked.say(level))),
    )
    return _table(asked.say(QUESTION), rows, asked)


def _handed(one: Deliverable, asked: Asked, without: Callable[[str], str], *, alone: bool) -> Table:
    """Return what was handed over; beside others, it says its action and its protocol too."""
    action, language = one.action, asked.language
    decided = semicolons(
        (
            f"{numbers.date(made.decided_on, language)}, {made.body},"
            f" {decided_words(made, language)} ({made.reason.rstrip('.')})"
            for made in one.decisions.all()
        ),
        language,
    )
    of_action = (
        (Text("Action", "Action"), Cell(without(f"{action.called}. {action.title}"))),
        *_said(
            (Text("Champ", "Scope"), without(action.scope)),
            (Text("Protocole", "Protocol"), without(action.protocol)),
            (Text("Comparé à", "Compared with"), without(action.compared_with)),
        ),
    )
    cost = _said((Text("Généraliser coûterait", "To do it everywhere"), action.cost_to_extend))
    rows = (
        *(() if alone else of_action),
        (Text("Démarche", "Approach"), text(without(one.approach))),
        (Text("Entendus", "Consulted"), text(without(one.consulted))),
        (Text("Résultat", "Result"), text(without(one.result))),
        (Text("Remis le", "Handed over on"), day(one.delivered_on)),
        *(() if alone else cost),
        (Text("Décidé ensuite", "Decided then"), text(without(decided))),
        (Text("Pièce", "Document"), text(without(one.reference))),
    )
    return _table(without(one.title), rows, asked)


def _said(*rows: tuple[Text, str]) -> tuple[tuple[Text, Cell], ...]:
    return tuple((name, Cell(said)) for name, said in rows if said)


def _table(caption: str, rows: Iterable[tuple[Text, Cell]], asked: Asked) -> Table:
    lines = tuple((Cell(asked.say(name)), cell) for name, cell in rows)
    return Table(caption, tuple(map(asked.say, HEADS)), lines)


def _compared(one: Lesson, asked: Asked) -> list[Block]:
    """Return each indicator before and after, and which way it went."""
    if not one.followed:
        return [Prose(asked.say(NO_NUMBER))]
    heads = (
        Text("Indicateur", "Indicator"),
        Text("Avant", "Before"),
        Text("Le", "On"),
        Text("Après", "After"),
        Text("Le", "On"),
        Text("Écart", "Change"),
        Text("Visé", "Aimed at"),
        Text("Ce que cela dit", "What it says"),
    )
    rows = tuple(_before_and_after(line, series, asked) for line, series in one.followed)
    return [Table(asked.say(COMPARED), tuple(map(asked.say, heads)), rows)]


def _before_and_after(line: IndicatorLine, series: Series, asked: Asked) -> tuple[Cell, ...]:
    language, first = asked.language, series.baseline
    last = stand(series, asked.today).last
    if last is not None and first is not None and last.on <= first.on:
        last = None
    gap = _gap(first, last)
    compares = not stand(series, asked.today).broken
    return (
        Cell(line.name),
        value_cell(first, line.unit, language, kind=line.kind),
        EMPTY if first is None else day(first.on),
        value_cell(last, line.unit, language, kind=line.kind),
        EMPTY if last is None else day(last.on),
        _gap_cell(gap, line, asked) if compares else EMPTY,
        EMPTY if series.target is None else aim_of(series.target, line, language),
        Cell(asked.say(went(line, series, first, last, asked))),
    )


def _gap_cell(gap: Decimal | None, line: IndicatorLine, asked: Asked) -> Cell:
    """Return a difference: of two percentages in points, of yes and no nothing to count."""
    if gap is None or line.kind == Nature.YES_NO:
        return EMPTY
    if line.unit != "%":
        return measure(gap, line.unit, Quality.COMPUTED, "")
    words = POINT if abs(gap) < 2 else POINTS
    return amount(gap, Unit.NUMBER, suffix=asked.say(words))


def _gap(first: Reading | None, last: Reading | None) -> Decimal | None:
    if first is None or last is None or first.value is None or last.value is None:
        return None
    return last.value - first.value


def went(
    line: IndicatorLine,
    series: Series,
    first: Reading | None,
    last: Reading | None,
    asked: Asked,
) -> Text:
    """Return which way an indicator went: what does not work is said as plainly as what does."""
    standing = stand(series, asked.today)
    if first is None or last is None:
        return NOTHING_YET
    if standing.broken:
        return BROKEN
    if standing.reached:
        return REACHED
    gap, aim = _gap(first, last), series.target
    if gap == 0:
        return UNMOVED
    wanted = {Direction.UP: 1, Direction.DOWN: -1}.get(Direction(line.direction))
    if gap is not None and wanted is not None and gap * wanted < 0:
        return WRONG_WAY
    if _is_missed(series, last, aim, asked):
        return MISSED
    return MOVED if gap is None or wanted is None else RIGHT_WAY


def _is_missed(series: Series, last: Reading, aim: Aim | None, asked: Asked) -> bool:
    return (
        aim is not None
        and aim.due_on <= asked.today
        and reaches(last, aim, series.direction, series.scale) is False
    )


def _readings(one: Lesson, asked: Asked) -> list[Block]:
    rows = tuple(
        (Cell(line.name), day(item.on), value_cell(item, line.unit, asked.language, kind=line.kind))
        for line, series in one.followed
        for item in series.readings
        if item.on <= asked.today
    )
    heads = (Text("Indicateur", "Indicator"), Text("Date", "Date"), Text("Valeur", "Value"))
    return [Table(asked.say(READINGS), tuple(map(asked.say, heads)), rows)] if rows else []


def _cost(action: Action, asked: Asked, without: Callable[[str], str]) -> list[Block]:
    """Return what doing it everywhere would cost, its days, and its money by year."""
    rows = (
        (
            Text("Généraliser coûterait", "To do it everywhere would cost"),
            text(without(action.cost_to_extend)),
        ),
        (
            Text("Temps d’agents, jours par an", "Staff time, days a year"),
            amount(action.days_per_year, Unit.NUMBER, quality=Quality.DECLARED),
        ),
    )
    said: list[Block] = [_table(asked.say(COST), rows, asked)]
    years = funding_of([action])[action.pk].years
    if not years:
        return [*said, Prose(asked.say(NO_MONEY))]
    heads = (
        Text("Exercice", "Fiscal year"),
        Text("Demandé", "Asked for"),
        Text("Doté", "Allotted"),
        Text("Fléché", "Attributed"),
        Text("Stade", "Stage"),
    )
    lines = tuple(
        (
            Cell(str(item.year)),
            amount(item.planned, quality=Quality.DECLARED),
            EMPTY if item.allotted is None else amount(item.allotted, quality=Quality.DECLARED),
            EMPTY if item.attributed is None else amount(item.attributed, quality=Quality.DECLARED),
            Cell(str(STAGES[Stage(item.stage)]) if item.stage else ""),
        )
        for item in years
    )
    caption = asked.say(BY_YEAR).format(tax_words(years[-1].basis, asked.language))
    return [*said, Table(caption, tuple(map(asked.say, heads)), lines)]


def _sources(one: Lesson, asked: Asked, without: Callable[[str], str]) -> list[Block]:
    """Return the pieces that prove what was handed over; a private one has its seal alone."""
    links = DeliverableEvidence.objects.filter(proved__in=one.handed, piece__hidden_at=None)
    rows = []
    for link in links.select_related("piece").prefetch_related("piece__revisions").order_by("pk"):
        piece, private = link.piece, link.piece.visibility == Visibility.PRIVATE
        last = max(piece.revisions.all(), key=lambda item: item.number, default=None)
        rows.append(
            (
                Cell(asked.say(PRIVATE) if private else without(piece.title)),
                EMPTY if piece.dated_on is None else day(piece.dated_on),
                Cell("" if private else without(piece.reference)),
                Cell(last.sha256 if last else ""),
            )
        )
    if not rows:
        return [Prose(asked.say(NO_PIECE))]
    heads = (
        Text("Pièce", "Piece"),
        Text("Date", "Date"),
        Text("Référence", "Reference"),
        Text("Sceau du fichier", "Seal of the file"),
    )
    return [Table(asked.say(PIECES), tuple(map(asked.say, heads)), tuple(rows))]


KIND = Kind(
    "lesson",
    Text("Ce qu’un essai ou une étude a appris", "What a trial or a study taught"),
    Text("autres organismes, pairs", "other bodies, peers"),
    build,
    options=(ACTION, OF_PLAN),
)
