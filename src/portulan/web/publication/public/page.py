"""An edition of the public page in words: sentences, groups of actions, charts.

The words that judge are those of `publication.documents.judging`: nothing is said to be held before
it is realised and proved, nothing to be done before its target is reached.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portulan.budget.indicator.trajectory import TrajectoryYear
from portulan.budget.labels import STAGES
from portulan.budget.words import Obstacle, Stage
from portulan.charts.canvas import Drawing
from portulan.charts.ranked_bars import RankedBar, ranked_bars
from portulan.charts.stages import stage_shape
from portulan.charts.trajectory import trajectory
from portulan.core.say import numbers
from portulan.core.say.text import Language, Text, labelled, semicolons
from portulan.impact.words import Moment
from portulan.indicators.words import Kind
from portulan.publication.documents import judging
from portulan.publication.documents.judging import Standing
from portulan.publication.public.edition import (
    PUBLIC,
    ActionLine,
    Edition,
    EffectLine,
    ReadingLine,
    ShareLine,
    number,
)
from portulan.publication.public.tables import words_of
from portulan.publication.words import Part
from portulan.web.language import page_language

# Of a group on the first page; the page of actions has them all.
MOST_OF_A_GROUP = 4
MOST_LINES = 12


@dataclass(frozen=True, slots=True)
class Told:
    """An action as a line of the page: its title, what may be said of it, and of what."""

    line: ActionLine
    said: str
    of: str


@dataclass(frozen=True, slots=True)
class Group:
    """Actions under one title; `level` is the mark of the title, `left` how many are not here."""

    title: str
    shown: tuple[Told, ...]
    count: int
    level: int = 0
    is_done: bool = False

    @property
    def left(self) -> int:
        return self.count - len(self.shown)


_COLUMNS: tuple[tuple[tuple[str | Promise, int, tuple[Standing, ...]], ...], ...] = (
    ((gettext_lazy("Nous faisons"), 3, (Standing.DOING, Standing.FOLLOWED)),),
    ((gettext_lazy("Nous essayons"), 2, (Standing.TRYING,)),),
    (
        (gettext_lazy("Nous étudions"), 1, (Standing.STUDYING,)),
        (gettext_lazy("Étudié"), 0, (Standing.STUDIED,)),
    ),
    (
        (gettext_lazy("C’est fait"), 0, (Standing.DONE,)),
        (gettext_lazy("Fini, objectif manqué"), 0, (Standing.DONE_MISSED,)),
        (gettext_lazy("Fini, objectif pas démontré"), 0, (Standing.DONE_UNPROVED,)),
        (gettext_lazy("En pause"), 0, (Standing.PAUSED,)),
        (gettext_lazy("Sans pilote"), 0, (Standing.VACANT,)),
        (gettext_lazy("Bloqué"), 0, (Standing.BLOCKED,)),
        (gettext_lazy("Pas commencé"), 0, (Standing.TO_DO,)),
    ),
)


def columns_of(edition: Edition) -> list[list[Group]]:
    """Return the groups of actions by column; the first of a column is there even when empty."""
    return [
        [
            _group(str(title), level, edition.of(*standings), is_done=Standing.DONE in standings)
            for place, (title, level, standings) in enumerate(column)
            if place == 0 or edition.of(*standings)
        ]
        for column in _COLUMNS
    ]


def _group(title: str, level: int, lines: Sequence[ActionLine], *, is_done: bool) -> Group:
    shown = tuple(
        Told(line, said_of(line), _noun(line.indicator)) for line in lines[:MOST_OF_A_GROUP]
    )
    return Group(title, shown, len(lines), level, is_done)


def dropped_of(edition: Edition) -> list[tuple[str, str]]:
    """Return what was given up, actions first, and why."""
    actions = [
        (one.title, one.reason or _("sans motif dit")) for one in edition.of(Standing.DROPPED)
    ]
    return actions + [(one.title, one.reason) for one in edition.dropped]


def said_of(line: ActionLine, *, standing_said: bool = False) -> str:
    """Return what may be said of an action: its last value, its aim, its decision, its end."""
    language = page_language()
    studied = line.standing in (Standing.STUDIED, Standing.STUDYING)
    is_step = line.indicator is not None and line.indicator.kind == Kind.YES_NO
    # That a study is handed over says nothing of what it found.
    said = [] if studied and is_step else [*_measured(line.indicator, language)]
    if line.standing is Standing.FOLLOWED and not standing_said:
        said.append(_("en suivi"))
    if line.standing is Standing.STUDIED and line.decided_on and line.reason:
        words = _("décidé le %(day)s : %(reason)s")
        said.append(words % {"day": numbers.date(line.decided_on, language), "reason": line.reason})
    elif line.standing in (Standing.PAUSED, Standing.BLOCKED) and line.reason:
        said.append(line.reason)
    elif line.standing is Standing.STUDYING and line.due_on:
        words = _("réponse promise le %(day)s")
        said.append(words % {"day": numbers.date(line.due_on, language)})
    said.extend(_declared(line, language))
    if not said and line.due_on:
        said.append(_("fin prévue le %(day)s") % {"day": numbers.date(line.due_on, language)})
    return semicolons(said, language)


def _declared(line: ActionLine, language: Language) -> Iterator[str]:
    """Yield what an action says by the fields that are public."""
    for field in PUBLIC:
        value = words_of(line, field, language)
        if value is not None and value != "":
            text = numbers.date(value, language) if isinstance(value, date) else str(value)
            yield labelled(field.label.say(language), text, language)


def _measured(read: ReadingLine | None, language: Language) -> Iterator[str]:
    if read is None:
        return
    now = _value(read, read.value, read.text, language)
    aim = _value(read, read.target, read.target_text, language)
    words = {
        "now": now,
        "aim": aim,
        "day": numbers.date(read.read_on, language),
        "due": _by(read.target_on, language),
    }
    if now and aim:
        yield _("%(now)s au %(day)s, visé %(aim)s %(due)s") % words
    elif now:
        yield _("%(now)s au %(day)s") % words
    elif aim:
        yield _("rien de mesuré encore, visé %(aim)s %(due)s") % words


def _by(day: date | None, language: Language) -> str:
    """Return the day of a target: the last day of a year is the end of that year."""
    if day is not None and (day.month, day.day) == (12, 31):
        return _("fin %(year)s") % {"year": day.year}
    return _("le %(day)s") % {"day": numbers.date(day, language)}


def _value(read: ReadingLine, value: str | None, text: str, language: Language) -> str:
    known = number(value)
    if known is None:
        return text
    if read.kind == Kind.YES_NO:
        return _("oui") if known else _("non")
    if read.unit == "%":
        return numbers.percent(known, language, decimals=1 if known % 1 else 0)
    said = numbers.number(known, language)
    return f"{said}{numbers.NO_BREAK}{read.unit}" if read.unit else said


def _noun(read: ReadingLine | None) -> str:
    """Return what a value is of, where its unit does not say it."""
    if read is None or read.kind == Kind.YES_NO or read.unit not in {"", "%"}:
        return ""
    if not (read.value or read.text or read.target or read.target_text):
        return ""
    return read.name.removesuffix("(%)").rstrip()


def lede_of(edition: Edition) -> str:
    """Return the first sentence: the latest share that was published, and its ambition judged."""
    share, language = edition.latest, page_language()
    french = language == "fr"
    name = edition.organisation.said if french else edition.organisation.name
    if share is None:
        sentence = _(
            "Les promesses, les essais et les résultats de %(name)s pour un numérique responsable."
        )
        return sentence % {"name": name}
    realised = share.stage == Stage.REALISED
    sentence = (
        _(
            "Sur %(hundred)s d’informatique, %(name)s en a consacré %(value)s en %(year)s à un"
            " numérique responsable"
        )
        if realised
        else _(
            "Sur %(hundred)s d’informatique, %(name)s prévoit d’en consacrer %(value)s en %(year)s"
            " à un numérique responsable"
        )
    )
    told = sentence % {
        "hundred": numbers.money(Decimal(100), language, decimals=0),
        "name": name,
        "value": numbers.number(number(share.value), language, decimals=2),
        "year": share.year,
    }
    judged = judged_of(share)
    if judged is None:
        return f"{told}."
    ambition = numbers.number(number(share.ambition), language, decimals=2)
    promised = _("%(ambition)s étaient promis : %(judged)s.")
    return semicolons(
        [told, promised % {"ambition": ambition, "judged": judged.say(language)}], language
    )


def to_come_of(edition: Edition) -> str:
    """Return what is promised for the next year and not yet decided, "" without such a promise."""
    last = max((one.year for one in edition.shares), default=None)
    found = next((one for one in edition.ambitions if one.year - 1 == last), None)
    if found is None:
        return ""
    words = _("Pour %(year)s, %(ambition)s sont promis : rien n’en est encore publié.")
    ambition = numbers.number(number(found.percent), page_language(), decimals=2)
    return words % {"year": found.year, "ambition": ambition}


def judged_of(share: ShareLine) -> Text | None:
    """Return what may be said of a published share before its ambition."""
    return judging.of_share(
        Stage(share.stage),
        value=number(share.value),
        lower=number(share.lower),
        ambition=number(share.ambition),
    )


def last_paid_of(edition: Edition) -> str:
    """Return the latest share that was paid, where the page says first one that is not."""
    paid = [one for one in edition.shares if one.stage == Stage.REALISED]
    if not paid or paid[-1] is edition.latest:
        return ""
    share, language = paid[-1], page_language()
    words = _("%(year)s : %(value)s, entre %(lower)s et %(upper)s")
    said = words % {
        "year": share.year,
        "value": numbers.percent(number(share.value), language),
        "lower": numbers.percent(number(share.lower), language),
        "upper": numbers.percent(number(share.upper), language),
    }
    judged = judged_of(share)
    if judged is None:
        return said
    promised = _("promis %(ambition)s, %(judged)s") % {
        "ambition": numbers.percent(number(share.ambition), language),
        "judged": judged.say(language),
    }
    return semicolons([said, promised], language)


def trajectory_of(edition: Edition) -> Drawing:
    """Return the shares that were published, and the ambitions voted, year by year."""
    shares = {one.year: one for one in edition.shares}
    ambitions = {one.year: number(one.percent) for one in edition.ambitions}
    years = [
        _year(year, shares.get(year), ambitions.get(year))
        for year in sorted(shares.keys() | ambitions.keys())
    ]
    return trajectory(
        tuple(years),
        title=_("Part du budget de la DSI dédiée au numérique responsable"),
        stage_name=lambda stage: str(STAGES[stage]) if stage else _("pas encore publié"),
        stage_shape=stage_shape,
        language=page_language(),
        prefix="t",
    )


def _year(year: int, share: ShareLine | None, ambition: Decimal | None) -> TrajectoryYear:
    if share is None:
        return TrajectoryYear(year, None, None, None, None, None, None, ambition, None)
    return TrajectoryYear(
        year=year,
        stage=Stage(share.stage),
        numerator=number(share.numerator),
        denominator=number(share.denominator),
        value=number(share.value),
        lower=number(share.lower),
        upper=number(share.upper),
        ambition=ambition,
        perimeter=share.perimeter,
        obstacles=() if share.joined else (Obstacle.PERIMETER,),
    )


def money_of(edition: Edition) -> Drawing:
    """Return where the money of the latest published share goes, by theme."""
    bars = [
        RankedBar(one.title or _("Sans action"), number(one.dedicated) or Decimal(0))
        for one in edition.themes
    ]
    year = edition.themes[0].year if edition.themes else ""
    title = _("Où vont les montants dédiés de %(year)s") % {"year": year}
    return ranked_bars(bars, title=title, language=page_language(), prefix="m")


# Of a list of effects on the first page; the data have them all.
MOST_EFFECTS = 4


def effects_of(edition: Edition) -> list[tuple[str, list[tuple[str, str]], int]]:
    """Return what actions spare: here, then elsewhere; each list with how many are left out."""
    titles = ((False, _("Chez nous")), (True, _("Chez d’autres, jamais ajouté")))
    found = []
    for avoided, title in titles:
        lines = sorted(
            (one for one in edition.effects if one.avoided is avoided),
            key=lambda one: (-(number(one.median) or Decimal(0)), one.number),
        )
        if lines:
            shown = [(one.title, _effect(one)) for one in lines[:MOST_EFFECTS]]
            found.append((title, shown, len(lines) - len(shown)))
    return found


def _effect(one: EffectLine) -> str:
    said = judging.of_effect(Moment(one.moment)).say(page_language())
    return f"{_tonnes(one.low, one.median, one.high)}, {said}"


def together_of(edition: Edition) -> str:
    """Return what reductions come to together; empty where nobody knows."""
    one = edition.together
    return "" if one is None else _tonnes(one.low, one.median, one.high)


def _tonnes(low: str, median: str, high: str) -> str:
    language = page_language()
    ends = [
        numbers.number((number(one) or Decimal(0)).scaleb(-3), language, decimals=1)
        for one in (low, median, high)
    ]
    if low == high:
        return _("%(median)s t par an, sans intervalle connu") % {"median": ends[1]}
    words = _("%(median)s t par an, entre %(low)s et %(high)s")
    return words % {"low": ends[0], "median": ends[1], "high": ends[2]}


def about_words(about: str) -> str:
    """Return what an error is told of, in words: the page, a share, the money, an action."""
    kind, _dash, which = about.partition("-")
    if kind == Part.SHARE and which:
        return _("la part de %(year)s") % {"year": which}
    if kind == "action" and which:
        return _("l’action %(number)s") % {"number": which}
    return _("où va l’argent") if kind == Part.MONEY else _("la page entière")
