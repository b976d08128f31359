"""The dossier of a label Numérique Responsable: the candidate's criteria, the plan, the evidence.

No référentiel of a label could be read: none is shipped, nothing is scored, no level is foreseen.
The criteria are those that the candidate copies from its own contract: kept with the plan
(`publication.label`), or given as a table for this dossier alone.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections import defaultdict
from dataclasses import dataclass

from portulan.core.folding import fold, natural_key
from portulan.core.say import numbers
from portulan.core.say.text import ProblemKind, Text, UnusableInputError
from portulan.core.tables.delimited import guess_separator
from portulan.core.uploads import upload_path
from portulan.evidence.models import Piece
from portulan.evidence.words import Visibility
from portulan.plans.actions.reads import Row
from portulan.plans.commitments.rules import LEVEL_WORDS, level_on
from portulan.plans.models import ActionEvidence, DecisionEvidence, DeliverableEvidence, Plan
from portulan.publication.board import Dashboard
from portulan.publication.documents import pdf, sheets
from portulan.publication.documents.actions import (
    ACTION,
    NUMBER,
    PILOT,
    judged,
    name_of,
    stop_slots,
    stopped,
)
from portulan.publication.documents.asking import Asked, Draft, Kind, Part
from portulan.publication.documents.cell import (
    UNKNOWN,
    Cell,
    Document,
    Prose,
    Table,
    day,
    text,
)
from portulan.publication.documents.dashboard import PLAN
from portulan.publication.documents.figures import aim_of, reading_cell
from portulan.publication.documents.headings import NO_INDICATOR
from portulan.publication.label.pasting import numbers_in
from portulan.publication.label.reads import criteria_of, in_order, numbers_of

CRITERIA = "criteria"  # the option: the text of the candidate's table
TITLE = Text("Dossier du label Numérique Responsable", "Dossier of the label Numérique Responsable")
OURS = Text(
    "Les critères sont ceux que le candidat recopie de son propre contrat\u00a0: aucun n’est livré,"
    " rien n’est noté, aucun niveau n’est annoncé.",
    "The criteria are those that the candidate copies from its own contract: none is shipped,"
    " nothing is scored, no level is foreseen.",
)
NO_CRITERIA = Text(
    "Aucun critère n’est encore recopié\u00a0: collez votre liste dans «\u00a0Critères du"
    " label\u00a0».",
    "No criterion is copied yet: paste your list in “Label criteria”.",
)
ENGAGEMENT = Text("L’engagement", "The engagement")
ENGAGED = Text(
    "{name} s’est engagée sur ce plan\u00a0: {body}, le {day}.",
    "{name} committed itself to this plan: {body}, on {day}.",
)
NOT_ENGAGED = Text("Ce plan n’est pas encore voté.", "This plan is not voted yet.")
ASSESSMENT = Text("Auto-évaluation", "Self-assessment")
ACTIONS = Text("Plan d’action", "Action plan")
PROMISED = Text("Promis, fait, pas fait", "Promised, done, not done")
PIECES = Text("Pièces", "Pieces")
EVIDENCE = Text("Index des preuves", "Index of evidence")
NO_EVIDENCE = Text("Aucune preuve n’est rattachée.", "No evidence is attached.")
PRIVATE = Text("pièce confidentielle", "confidential piece")
UNKNOWN_ACTION = ProblemKind(
    "criteria-unknown-action",
    "error",
    fr="Ligne {at} des critères\u00a0: aucune action du plan n’a le numéro « {number} ».",
    en="Line {at} of the criteria: no action of the plan has number “{number}”.",
)
NO_COLUMN = ProblemKind(
    "criteria-no-column",
    "error",
    fr="Le fichier de critères doit avoir une colonne « critère »\u00a0; les autres sont chapitre,"
    " code, réponse, commentaire, note et actions.",
    en="The file of criteria needs a column “criterion”; the others are chapter, code, answer,"
    " comment, score and actions.",
)
_COLUMNS = {
    "chapter": ("chapitre", "chapter"),
    "code": ("code", "numero", "number"),
    "criterion": ("critere", "criterion", "principe", "principle"),
    "answer": ("reponse", "answer"),
    "comment": ("commentaire", "comment"),
    "score": ("note", "score"),
    "actions": ("actions", "action"),
}
_MOST = 1_000  # criteria


@dataclass(frozen=True, slots=True)
class Criterion:
    """A criterion as the candidate wrote it, and the actions that answer it, by number."""

    chapter: str
    code: str
    criterion: str
    answer: str
    comment: str
    score: str
    actions: tuple[str, ...]
    pieces: frozenset[int] = frozenset()  # by identifier, beside those of the actions

    @property
    def called(self) -> str:
        return self.code or self.criterion


def criteria_in(content: str, known: set[str]) -> tuple[Criterion, ...]:
    """Return the criteria of a table. Raises UnusableInputError, with the line that is wrong."""
    content = content.removeprefix("\ufeff")
    rows = csv.reader(io.StringIO(content), delimiter=guess_separator(content))
    heads = [fold(head).strip() for head in next(rows, [])]
    places = {
        name: next((at for at, head in enumerate(heads) if head in words), None)
        for name, words in _COLUMNS.items()
    }
    if places["criterion"] is None:
        raise UnusableInputError(NO_COLUMN.at())
    found: list[Criterion] = []
    for at, row in enumerate(rows, 2):
        said = {
            name: row[place].strip() if place is not None and place < len(row) else ""
            for name, place in places.items()
        }
        if not said["criterion"] or len(found) >= _MOST:
            continue
        actions = tuple(numbers_in(said["actions"], known))
        for number in actions:
            if number not in known:
                raise UnusableInputError(UNKNOWN_ACTION.at(at=at, number=number))
        found.append(
            Criterion(
                chapter=said["chapter"],
                code=said["code"],
                criterion=said["criterion"],
                answer=said["answer"],
                comment=said["comment"],
                score=said["score"],
                actions=actions,
            )
        )
    return tuple(found)


def build(asked: Asked) -> Draft:
    board = asked.board()
    if table := asked.options.get(CRITERIA):
        found = criteria_in(table, {row.action.called for row in board.rows})
    else:
        found = _kept(board.plan, asked)
    proves = _proves(board.plan)
    pieces = _pieces(proves, found)
    places = {piece.pk: f"P{place}" for place, piece in enumerate(pieces, 1)}
    sections = [
        Part(asked.say(ENGAGEMENT), lambda: (Prose(_engaged(board.plan, asked)),), "engagement"),
        Part(asked.say(ASSESSMENT), lambda: _assessment(found, places, asked), "assessment"),
        Part(asked.say(ACTIONS), lambda: (_actions(board, found, asked),), "actions"),
        Part(
            asked.say(PROMISED),
            lambda: _promised(board, asked),
            "promised",
            lambda: stop_slots(board.rows, asked),
        ),
        Part(asked.say(EVIDENCE), lambda: _evidence(pieces, proves, found, asked), "evidence"),
    ]
    notices = (asked.say(OURS),) if found else (asked.say(OURS), asked.say(NO_CRITERIA))
    return asked.document(
        "label",
        title=TITLE,
        notices=notices,
        cover=((PLAN, text(board.plan.title)),),
        sections=sections,
        draft=False,
        presented=False,
    )


def _kept(plan: Plan, asked: Asked) -> tuple[Criterion, ...]:
    return tuple(
        Criterion(
            chapter="",
            code=one.code,
            criterion=one.title,
            answer=one.answer,
            comment="",
            score="",
            actions=tuple(numbers_of(one)),
            pieces=frozenset(link.piece_id for link in one.evidence_links.all()),
        )
        for one in in_order(criteria_of(asked.actor, plan))
    )


def _engaged(plan: Plan, asked: Asked) -> str:
    if plan.adopted_on is None:
        return asked.say(NOT_ENGAGED)
    said = {
        "name": asked.organisation.name,
        "body": plan.adopted_by or asked.say(Text("organe non renseigné", "body not given")),
        "day": numbers.long_date(plan.adopted_on, asked.language),
    }
    return asked.say(ENGAGED).format(**said)


def _assessment(
    found: tuple[Criterion, ...], places: dict[int, str], asked: Asked
) -> tuple[Table | Prose, ...]:
    """Return what is answered to each criterion; a column where nobody wrote is left out."""
    if not found:
        return (Prose(asked.say(NO_CRITERIA)),)
    columns = (
        (Text("Chapitre", "Chapter"), [Cell(one.chapter) for one in found]),
        (
            Text("Critère", "Criterion"),
            [Cell(f"{one.code} {one.criterion}".strip()) for one in found],
        ),
        (Text("Réponse", "Answer"), [text(one.answer) for one in found]),
        (Text("Commentaire", "Comment"), [Cell(one.comment) for one in found]),
        (Text("Note du candidat", "The candidate’s score"), [Cell(one.score) for one in found]),
        (Text("Actions", "Actions"), [Cell(", ".join(one.actions)) for one in found]),
        (PIECES, [Cell(_places(one, places)) for one in found]),
    )
    said = [
        (head, cells)
        for head, cells in columns
        if any(cell.value or cell.is_unknown for cell in cells)
    ]
    title = asked.say(ASSESSMENT)
    heads = tuple(asked.say(head) for head, _cells in said)
    rows = tuple(zip(*(cells for _head, cells in said), strict=True))
    return (Table(title, heads, rows, sheet=title),)


def _places(one: Criterion, places: dict[int, str]) -> str:
    return ", ".join(place for piece, place in places.items() if piece in one.pieces)


def _actions(board: Dashboard, found: tuple[Criterion, ...], asked: Asked) -> Table:
    answers: dict[str, list[str]] = defaultdict(list)
    for one in found:
        for number in one.actions:
            answers[number].append(one.called)
    heads = (
        *(NUMBER, ACTION),
        Text("Critères", "Criteria"),
        PILOT,
        Text("Niveau", "Level"),
        Text("Fin", "End"),
        Text("Où elle en est", "Where it stands"),
        Text("Indicateur", "Indicator"),
        Text("Dernière valeur", "Last value"),
        Text("Cible", "Target"),
    )
    rows = tuple(_line(row, answers[row.action.called], asked) for row in board.rows)
    title = asked.say(ACTIONS)
    return Table(title, tuple(map(asked.say, heads)), rows, sheet=title)


def _line(row: Row, answers: list[str], asked: Asked) -> tuple[Cell, ...]:
    last = row.series.last_known if row.series else None
    target = row.series.target if row.series else None
    return (
        Cell(row.action.called),
        text(name_of(row)),
        Cell(", ".join(answers)),
        text(row.action.pilot_function),
        text(LEVEL_WORDS[row.level].say(asked.language)),
        day(row.action.due_on),
        text(judged(row, asked.today).say(asked.language)),
        Cell(row.main.name if row.main else asked.say(NO_INDICATOR)),
        reading_cell(row, last, asked),
        UNKNOWN if row.main is None else aim_of(target, row.main, asked.language),
    )


def _promised(board: Dashboard, asked: Asked) -> tuple[Table | Prose, ...]:
    """Return each action: what was promised at the vote, what is done, and why what is not."""
    heads = (
        *(NUMBER, ACTION),
        Text("Promis au vote", "Promised at the vote"),
        Text("Aujourd’hui", "Today"),
        Text("Où elle en est", "Where it stands"),
    )
    rows = []
    for row in board.rows:
        voted = level_on(row.decisions, board.plan.adopted_on) if board.plan.adopted_on else None
        promise = UNKNOWN if voted is None else Cell(LEVEL_WORDS[voted].say(asked.language))
        rows.append(
            (
                Cell(row.action.called),
                text(name_of(row)),
                promise,
                Cell(LEVEL_WORDS[row.level].say(asked.language)),
                Cell(judged(row, asked.today).say(asked.language)),
            )
        )
    title = asked.say(PROMISED)
    table = Table(title, tuple(map(asked.say, heads)), tuple(rows), sheet=title)
    halted = stopped(board.rows, asked)
    return (table, halted) if halted is not None else (table,)


def _evidence(
    pieces: list[Piece],
    proves: dict[int, set[str]],
    found: tuple[Criterion, ...],
    asked: Asked,
) -> tuple[Table | Prose, ...]:
    """Return the pieces that prove something of the plan; a private one has its seal alone."""
    if not pieces:
        return (Prose(asked.say(NO_EVIDENCE)),)
    heads = (
        Text("Pièce", "Piece"),
        Text("Intitulé", "Title"),
        ACTION,
        Text("Critères", "Criteria"),
        Text("Date", "Date"),
        Text("Référence", "Reference"),
        Text("Sceau du fichier", "Seal of the file"),
    )
    rows = []
    for place, piece in enumerate(pieces, 1):
        private = piece.visibility == Visibility.PRIVATE
        last = max(piece.revisions.all(), key=lambda one: one.number, default=None)
        actions = proves.get(piece.pk, set())
        codes = [
            one.called
            for one in found
            if piece.pk in one.pieces or not actions.isdisjoint(one.actions)
        ]
        rows.append(
            (
                Cell(f"P{place}"),
                Cell(asked.say(PRIVATE) if private else piece.title),
                Cell(", ".join(sorted(actions, key=natural_key))),
                Cell(", ".join(codes)),
                day(piece.dated_on),
                Cell("" if private else piece.reference),
                Cell(last.sha256 if last else ""),
            )
        )
    title = asked.say(EVIDENCE)
    return (Table(title, tuple(map(asked.say, heads)), tuple(rows), sheet=title),)


def _pieces(proves: dict[int, set[str]], found: tuple[Criterion, ...]) -> list[Piece]:
    """Return the pieces of the index in their order, those that are not hidden."""
    wanted = proves.keys() | {piece for one in found for piece in one.pieces}
    shown = Piece.objects.filter(pk__in=wanted, hidden_at=None).order_by("pk")
    return list(shown.prefetch_related("revisions"))


def _proves(plan: Plan) -> dict[int, set[str]]:
    """Return, by piece, the actions of the plan that it proves something of."""
    found: dict[int, set[str]] = defaultdict(set)
    for model, way in (
        (ActionEvidence, "proved"),
        (DeliverableEvidence, "proved__action"),
        (DecisionEvidence, "proved__action"),
    ):
        links = model._default_manager.filter(**{f"{way}__plan": plan})
        for piece, number, called in links.values_list(
            "piece_id", f"{way}__number", f"{way}__own_number"
        ):
            found[piece].add(called or str(number))
    return dict(found)


def write_zip(document: Document) -> bytes:
    """Return the dossier with its files: for who has the machine, as some may be confidential."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        _add(archive, "dossier.pdf", pdf.write_pdf(document))
        _add(archive, "dossier.ods", sheets.write_ods(document))
        for row in _index(document):
            piece, sha256 = row[0].value, row[-1].value
            path = upload_path(sha256) if sha256 else None
            if path is not None and path.is_file():
                _add(archive, f"preuves/{piece}-{sha256[:12]}", path.read_bytes())
    return stream.getvalue()


def _index(document: Document) -> tuple[tuple[Cell, ...], ...]:
    index = document.sections[-1].blocks[0]
    return index.rows if isinstance(index, Table) else ()


def _add(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    """Add a file without an hour: the same dossier is the same bytes."""
    archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), content)


KIND = Kind(
    "label",
    TITLE,
    Text("organisme du label, auditeur", "the body of the label, its auditor"),
    build,
    formats=("pdf", "odt", "html", "xlsx", "ods"),
    bundles={"zip": write_zip},
    needs_texts=True,
)
