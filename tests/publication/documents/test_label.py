"""The dossier of a label: the candidate’s criteria, nothing of ours; private pieces by seal."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from portulan.core.say.text import UnusableInputError
from portulan.evidence.reception import receive
from portulan.evidence.words import Visibility
from portulan.evidence.writes import give as give_piece
from portulan.plans.evidence import provable_of, prove
from portulan.plans.plan import load_details
from portulan.publication.documents.asking import Asked
from portulan.publication.documents.cell import Document, Table
from portulan.publication.documents.label import CRITERIA, KIND, write_zip
from portulan.publication.documents.making import build
from portulan.publication.label.writes import prove_criterion, save_criterion
from tests.people import Town
from tests.plans.plan_of_town import TODAY, make_action, make_plan

pytestmark = pytest.mark.django_db
TABLE = "Code;Critère;Réponse;Actions\n1.2;Prolonger la durée de vie;oui;1\n1.3;Mesurer;;\n"


def dossier(town: Town, criteria: str = "") -> Document:
    options = {CRITERIA: criteria} if criteria else {}
    return build(KIND, Asked(town.editor, town.organisation, 2026, TODAY, "fr", options))


def table_of(document: Document, title: str) -> Table:
    return next(table for table in document.tables if table.caption == title)


def test_the_criteria_are_those_of_the_candidate(town: Town) -> None:
    make_action(town, make_plan(town))
    without = dossier(town)
    assert any("Aucun critère n’est encore" in notice for notice in without.notices)
    said = dossier(town, TABLE)
    rows = table_of(said, "Auto-évaluation").rows
    assert [row[0].value for row in rows] == ["1.2 Prolonger la durée de vie", "1.3 Mesurer"]
    assert rows[1][1].is_unknown  # no answer is not a no
    assert table_of(said, "Plan d’action").rows[0][2].value == "1.2"


def test_criteria_that_are_kept_are_read_with_their_actions_and_pieces(town: Town) -> None:
    plan = make_plan(town)
    action = make_action(town, plan)
    said = {"code": "1.10", "title": "Mesurer", "answer": "Chaque année."}
    kept = save_criterion(town.editor, plan=plan, actions=[action], **said).criterion
    save_criterion(town.editor, plan=plan, code="1.9", title="Publier")
    piece = give_piece(town.editor, title="Relevé", reference="GED 12")
    prove_criterion(town.editor, criterion=kept, piece=piece)
    made = dossier(town)
    assert not any("Aucun critère" in notice for notice in made.notices)
    table = table_of(made, "Auto-évaluation")
    assert table.heads == ("Critère", "Réponse", "Actions", "Pièces")  # nobody wrote in the others
    assert [[cell.value for cell in row] for row in table.rows] == [
        ["1.9 Publier", "", "", ""],
        ["1.10 Mesurer", "Chaque année.", "1", "P1"],
    ]
    assert table_of(made, "Plan d’action").rows[0][2].value == "1.10"
    [row] = table_of(made, "Index des preuves").rows
    assert [row[place].value for place in (0, 2, 3)] == ["P1", "", "1.10"]
    # Given for one dossier, a table is read instead.
    assert len(table_of(dossier(town, TABLE), "Auto-évaluation").rows) == 2


@pytest.mark.parametrize(
    ("criteria", "code"),
    [
        ("Code;Réponse\n1;oui\n", "criteria-no-column"),
        ("Critère;Actions\nMesurer;99\n", "criteria-unknown-action"),
    ],
)
def test_a_list_that_cannot_be_is_refused(town: Town, criteria: str, code: str) -> None:
    make_action(town, make_plan(town))
    with pytest.raises(UnusableInputError) as caught:
        dossier(town, criteria)
    assert caught.value.problem.kind.code == code


def test_a_private_piece_is_said_by_its_seal_alone(
    town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("django.conf.settings.UPLOADS", tmp_path)
    action = make_action(town, make_plan(town))
    file = receive(io.BytesIO(b"Contrat de maintenance\n"), "contrat.txt")
    piece = give_piece(town.editor, title="Contrat secret", reference="GED 12", file=file)
    things = provable_of(load_details(action))
    prove(town.editor, action=action, piece=piece, proved=things[:1], today=TODAY)
    assert piece.visibility == Visibility.PRIVATE
    said = dossier(town, TABLE)
    [row] = table_of(said, "Index des preuves").rows
    words = {cell.value for cell in row}
    assert "Contrat secret" not in words
    assert "GED 12" not in words
    assert {"1", "1.2", piece.revisions.get().sha256} <= words
    content = write_zip(said)
    assert write_zip(said) == content
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        [proof] = [name for name in archive.namelist() if name.startswith("preuves/")]
        assert archive.read(proof) == b"Contrat de maintenance\n"
    assert "zip" not in KIND.formats  # on screens, files are given one by one, to who may read
