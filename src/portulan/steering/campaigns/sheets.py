"""A sheet per pilot: what the page of a link asks, as cells to fill; and reading it back.

A row has its key, so that rows may be moved or sorted; only answers are to be typed. Dropped back,
it is an answer like another: proposed, and read again by a person.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import BinaryIO

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from portulan.accounts.actors import Actor
from portulan.core.folding import fold
from portulan.core.say import numbers
from portulan.core.say.language import spoken_language
from portulan.core.spreadsheet import Cell, ToFill
from portulan.core.tables.cells import text_of
from portulan.core.tables.tabular import open_workbook
from portulan.indicators.models import Indicator
from portulan.indicators.reads import series_of
from portulan.indicators.words import Kind
from portulan.plans.labels import PROGRESSES
from portulan.plans.words import Progress
from portulan.steering.campaigns.answering import (
    Asked,
    ConsentSaid,
    Said,
    ValueSaid,
    asked_values,
    is_consent,
    main_indicator,
    nothing_changed,
    parts_of,
    save_answer,
    save_consents,
)
from portulan.steering.labels import CONSENTS
from portulan.steering.models import ActionReply, Campaign, Reply
from portulan.steering.words import Consent, Question, Way

# What says that a figure is not known, and that nothing changed.
_UNKNOWN = frozenset(map(fold, ("?", "inconnu", "je ne l’ai pas", "unknown", "I don’t have it")))
_YES = frozenset({"oui", "yes", "x", "1"})
_MOST_ROWS = 5_000


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the sheet: its key, what is asked, what stands, how to answer."""

    key: str
    question: str
    stands: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Dropped:
    """What came back: functions that answered, actions, and the rows left aside."""

    functions: int
    actions: int
    left: tuple[int, ...] = ()


@dataclass(slots=True)
class _Told:
    """The answers of one action, by what they are about, each with its row."""

    part: ActionReply
    cells: dict[str, tuple[int, object]] = field(default_factory=dict)


def rows_of_sheet(reply: Reply) -> Iterator[Sequence[Cell]]:
    """Yield the rows of the sheet of a function, its heads first."""
    yield (_("Clé"), _("Action"), _("Question"), _("Aujourd’hui"), _("Votre réponse"), _("Aide"))
    for part in parts_of(reply):
        called = f"{part.action.called}. {part.action.title}"
        for row in _rows(part):
            yield (row.key, called, row.question, row.stands, ToFill(""), row.hint)


def _rows(part: ActionReply) -> Iterator[Line]:
    campaign, action = part.reply.campaign, part.action
    if is_consent(campaign):
        yield from _consent_rows(part)
        return
    yield Line(_key(part, "same"), _("Rien n’a changé ?"), "", _("oui, si rien n’a changé"))
    if Question.PROGRESS in campaign.questions:
        progresses = ", ".join(str(label) for label in _offered().values())
        stands = str(PROGRESSES[Progress(action.progress)])
        yield Line(_key(part, "progress"), _("Avancement"), stands, progresses)
    for one in asked_values(part):
        indicator, whose = one.indicator, f", {one.unit.name}" if one.unit else ""
        hint = indicator.unit or ""
        yield Line(
            _key(part, f"v{one.tag}"),
            f"{indicator.name}{whose}",
            _stands(one),
            ", ".join(filter(None, (hint, _("« ? » si vous ne l’avez pas")))),
        )
    if Question.SPENDING in campaign.questions:
        yield Line(_key(part, "spent"), _("Dépensé cette année (€)"), "")
    if Question.BLOCKED in campaign.questions:
        yield Line(_key(part, "blocked"), _("Bloquée par"), action.blocked_by)
    yield Line(_key(part, "note"), _("Un mot"), "")


def _consent_rows(part: ActionReply) -> Iterator[Line]:
    action = part.action
    answers = ", ".join(str(label) for label in CONSENTS.values())
    yield Line(_key(part, "consent"), _("Êtes-vous pilote de cette action ?"), "", answers)
    yield Line(_key(part, "other"), _("Si ce n’est pas vous, qui ?"), "", _("une fonction"))
    due = numbers.date(action.due_on, spoken_language()) if action.due_on else ""
    yield Line(_key(part, "due"), _("Fin prévue, à corriger"), due)
    if (indicator := main_indicator(part)) is not None:
        target = series_of(indicator).target
        stands = ""
        if target is not None:
            stands = target.text or _number(target.value)
        yield Line(_key(part, "target"), _("Cible visée, à corriger"), stands, indicator.name)


def _key(part: ActionReply, tag: str) -> str:
    return f"{part.reply_id}.{part.action_id}.{tag}"


def _stands(asked: Asked) -> str:
    last = asked.series.last_known
    if last is None:
        return ""
    told = {
        "value": last.text or _number(last.value),
        "day": numbers.date(last.on, spoken_language()),
    }
    return _("%(value)s au %(day)s") % told


def _number(value: Decimal | None) -> str:
    return "" if value is None else numbers.number(value.normalize(), spoken_language())


def _offered() -> dict[Progress, object]:
    return {key: label for key, label in PROGRESSES.items() if key is not Progress.DROPPED}


@transaction.atomic
def drop_sheet(
    actor: Actor, *, campaign: Campaign, stream: BinaryIO, today: date, now: datetime
) -> Dropped:
    """Keep the answers of a sheet that came back: all, or none with the rows that are in doubt.

    Raises DeniedError, UnusableInputError (not a workbook), ValidationError.
    """
    told, left, doubts = _read(campaign, stream)
    for one in told.values():
        doubts += _save(actor, one, today=today, now=now)
    if doubts:
        raise ValidationError([ValidationError(words) for words in doubts])
    functions = {one.part.reply_id for one in told.values()}
    return Dropped(len(functions), len(told), tuple(left))


def _read(
    campaign: Campaign, stream: BinaryIO
) -> tuple[dict[tuple[int, int], _Told], list[int], list[str]]:
    """Return the answers by action, the rows left aside, and what is in doubt."""
    parts: dict[tuple[int, int], ActionReply] = {}
    replies = {one.pk: one for one in campaign.replies.all()}
    told: dict[tuple[int, int], _Told] = {}
    left: list[int] = []
    doubts: list[str] = []
    loaded: set[int] = set()
    for number, key, answer in _answers(stream):
        where = {"row": number, "key": key}
        if not key:
            left.append(number)
            continue
        reply_id, action_id, tag = _split(key)
        if reply_id in replies and reply_id not in loaded:
            loaded.add(reply_id)
            reply = replies[reply_id]
            reply.campaign = campaign
            parts |= {(reply_id, part.action_id): part for part in parts_of(reply)}
        part = parts.get((reply_id, action_id))
        if part is None or tag not in {_split(one.key)[2] for one in _rows(part)}:
            doubts.append(
                _("Ligne %(row)s : la clé « %(key)s » n’est pas de cette campagne.") % where
            )
            continue
        one = told.setdefault((reply_id, action_id), _Told(part))
        if tag in one.cells and text_of(one.cells[tag][1]) != text_of(answer):  # type: ignore[arg-type]
            doubts.append(_("Ligne %(row)s : deux réponses à une même question.") % where)
        one.cells[tag] = (number, answer)
    return told, left, doubts


def _answers(stream: BinaryIO) -> Iterator[tuple[int, str, object]]:
    """Yield the rows that say something: their number, their key, their answer."""
    places: tuple[int, int] | None = None
    for sheet in open_workbook(stream)[:1]:
        for number, cells in sheet.rows():
            texts = [text_of(cell).strip() for cell in cells]
            if places is None:
                places = _places(texts)
                continue
            if number > _MOST_ROWS:
                raise ValidationError(_("Cette feuille a trop de lignes."))
            key_at, answer_at = places
            answer = cells[answer_at] if answer_at < len(cells) else ""
            if text_of(answer).strip():
                key = texts[key_at] if key_at < len(texts) else ""
                yield number, key, answer
    if places is None:
        raise ValidationError(_("Cette feuille n’est pas celle d’une campagne."))


def _places(texts: Sequence[str]) -> tuple[int, int] | None:
    """Return where keys and answers stand, by their heads in either language; None elsewhere."""
    folded = [fold(one) for one in texts]
    heads = ({fold("Clé"), fold("Key")}, {fold("Votre réponse"), fold("Your answer")})
    found = [next((at for at, one in enumerate(folded) if one in head), -1) for head in heads]
    return None if -1 in found else (found[0], found[1])


def _split(key: str) -> tuple[int, int, str]:
    reply, _dot, rest = key.partition(".")
    action, _dot, tag = rest.partition(".")
    if not (reply.isdecimal() and action.isdecimal() and len(reply + action) < 30):
        return 0, 0, ""
    return int(reply), int(action), tag


def _save(actor: Actor, told: _Told, *, today: date, now: datetime) -> list[str]:
    """Keep the answers of one action; return what is in doubt, with its row."""
    first = min(number for number, _answer in told.cells.values())
    doubts: list[str] = []
    try:
        if is_consent(told.part.reply.campaign):
            consents = [(told.part, _consent_of(told))]
            save_consents(actor, said=consents, way=Way.SHEET, today=today, now=now)
        elif set(told.cells) == {"same"} and _is_yes(told.cells["same"][1]):
            nothing_changed(actor, parts=[told.part], way=Way.SHEET, today=today, now=now)
        else:
            said = _said_of(told)
            save_answer(actor, part=told.part, said=said, way=Way.SHEET, today=today, now=now)
    except RowError as error:
        doubts.append(_("Ligne %(row)s : %(why)s") % {"row": error.row, "why": error.why})
    except ValidationError as error:
        why = " ".join(error.messages)
        doubts.append(_("Ligne %(row)s : %(why)s") % {"row": first, "why": why})
    return doubts


class RowError(Exception):
    """An answer that cannot be read, and its row."""

    def __init__(self, row: int, why: str) -> None:
        super().__init__(why)
        self.row, self.why = row, why


def _is_yes(answer: object) -> bool:
    return fold(_text(answer)) in _YES


def _text(answer: object) -> str:
    return text_of(answer).strip()  # type: ignore[arg-type]


def _said_of(told: _Told) -> Said:
    cells = told.cells
    values = {}
    for one in asked_values(told.part):
        if (cell := cells.get(f"v{one.tag}")) is not None:
            values[one.key] = _value_of(one.indicator, *cell)
    progress = blocked = spent = None
    if "progress" in cells:
        progress = _progress_of(*cells["progress"])
    if "blocked" in cells:
        blocked = _text(cells["blocked"][1])
    if "spent" in cells:
        spent = _number_of(*cells["spent"], units=("€", "euro", "euros"), decimals=2)
    note = _text(cells["note"][1]) if "note" in cells else ""
    return Said(progress=progress, values=values, spent=spent, blocked_by=blocked, note=note)


def _value_of(indicator: Indicator, row: int, answer: object) -> ValueSaid:
    text = _text(answer)
    if fold(text) in _UNKNOWN:
        return ValueSaid(unknown=True)
    if Kind(indicator.kind).is_number:
        units = tuple(one for one in ("%", indicator.unit) if one)
        return ValueSaid(_number_of(row, answer, units=units, decimals=4))
    return ValueSaid(text=text)


def _number_of(row: int, answer: object, *, units: Sequence[str], decimals: int) -> Decimal | None:
    if isinstance(answer, (int, float)):
        return Decimal(repr(answer))
    try:
        return numbers.parse(_text(answer), spoken_language(), units=units, decimals=decimals)
    except numbers.MistypedError as error:
        why = error.sentence(spoken_language()) if error.readings else ""
        raise RowError(row, why or _("« %(text)s » n’est pas un nombre.") % {
            "text": _text(answer)[:40]
        }) from None  # fmt: skip


def _progress_of(row: int, answer: object) -> Progress:
    folded = fold(_text(answer))
    for key, label in _offered().items():
        if folded in {fold(str(label)), key.value}:
            return key
    raise RowError(row, _("« %(text)s » n’est pas un avancement.") % {"text": _text(answer)[:40]})


def _consent_of(told: _Told) -> ConsentSaid:
    cells: Mapping[str, tuple[int, object]] = told.cells
    if "consent" not in cells:
        row = min(number for number, _answer in cells.values())
        raise RowError(row, _("dites d’abord si vous acceptez."))
    row, answer = cells["consent"]
    folded = fold(_text(answer))
    consent = next(
        (key for key, label in CONSENTS.items() if folded in {fold(str(label)), key.value}), None
    )
    if consent is None:
        raise RowError(row, _("« %(text)s » n’est pas une réponse.") % {"text": _text(answer)[:40]})
    due_on = None
    if "due" in cells:
        due_on = _day_of(*cells["due"])
    other = _text(cells["other"][1]) if "other" in cells else ""
    target = _text(cells["target"][1]) if "target" in cells else ""
    return ConsentSaid(Consent(consent), other=other, due_on=due_on, target=target)


def _day_of(row: int, answer: object) -> date | None:
    if isinstance(answer, datetime):
        return answer.date()
    if isinstance(answer, date):
        return answer
    try:
        return numbers.parse_date(_text(answer), spoken_language())
    except numbers.MistypedError:
        raise RowError(
            row, _("« %(text)s » n’est pas une date.") % {"text": _text(answer)[:40]}
        ) from None
