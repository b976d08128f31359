"""Pieces: who reads them, what they prove, how they are revised, hidden and deleted."""

from __future__ import annotations

import io
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from portulan.accounts.access import Role
from portulan.budget.attributions.evidence import prove_attribution
from portulan.budget.attributions.writes import attribute, edit_attribution, part_of
from portulan.budget.imports.uploads import clear_leftovers
from portulan.budget.imports.writes import confirm, preview
from portulan.budget.indicator.writes import compute_run, publish_run
from portulan.budget.models import Attribution, AttributionEvidence, BudgetLine
from portulan.budget.words import AttributionStatus, Method, Stage
from portulan.budget.years.writes import open_year
from portulan.core.errors import DeniedError, NotFoundError
from portulan.core.uploads import known, upload_path
from portulan.evidence.models import Piece, Revision
from portulan.evidence.reads import expiring, get_piece, get_revision, pieces_of
from portulan.evidence.reception import Received, receive
from portulan.evidence.words import Visibility
from portulan.evidence.writes import edit_piece, give, hide, remove, revise, show
from portulan.plans.commitments.writes import save_deliverable
from portulan.plans.evidence import evidence_of, provable_of, prove, unprove
from portulan.plans.models import Action, DeliverableEvidence
from portulan.plans.plan import load_details
from tests.budget.imports.test_uploads import MUCH_LATER
from tests.evidence.test_pictures import GPS, jpeg, tiff
from tests.people import Town
from tests.plans.plan_of_town import TODAY, followed_action, make_plan


@pytest.fixture(autouse=True)
def uploads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("django.conf.settings.UPLOADS", tmp_path)
    return tmp_path


@pytest.fixture
def action(town: Town) -> Action:
    return followed_action(town, make_plan(town))


def file(content: bytes = b"%PDF-1.7 minutes", name: str = "C:\\x\\../PV mai.exe") -> Received:
    return receive(io.BytesIO(content), name)


def test_a_file_is_kept_by_its_hash_under_a_name_that_says_what_it_is(town: Town) -> None:
    photo = file(jpeg(tiff()), "IMG_1.jpeg")
    piece = give(town.editor, title="La salle vidée", file=photo)
    assert (photo.file_name, photo.kind) == ("IMG_1.jpg", "jpeg")
    assert piece.dated_on == date(2026, 9, 30)
    assert GPS not in upload_path(photo.sha256).read_bytes()
    assert file().file_name == "PV mai.pdf"
    assert known() == {photo.sha256}
    clear_leftovers(MUCH_LATER)
    assert upload_path(photo.sha256).is_file()  # a piece refers to it
    with pytest.raises(ValidationError, match="vide"):
        file(b"")
    with pytest.raises(ValidationError, match="fichier, ou la référence"):
        give(town.editor, title="Rien")


def test_size_and_scan_are_settings(
    town: Town, monkeypatch: pytest.MonkeyPatch, uploads: Path
) -> None:
    monkeypatch.setattr("django.conf.settings.EVIDENCE_MB", 1)
    with pytest.raises(ValidationError, match="1 Mo"):
        file(b"%PDF-" + bytes(1024 * 1024))
    for command, words in ((["false"], "refuse"), (["no-such-scanner"], "examiné")):
        monkeypatch.setattr("django.conf.settings.SCAN_COMMAND", command)
        with pytest.raises(ValidationError, match=words):
            file()
        assert [path for path in uploads.rglob("*") if path.is_file()] == []
    monkeypatch.setattr("django.conf.settings.SCAN_COMMAND", ["true"])
    assert file().size


def test_who_reads_and_changes_a_piece(town: Town, elsewhere: Town, action: Action) -> None:
    piece = give(town.editor, title="Facture", file=file())
    prove(town.editor, action=action, piece=piece, proved=_things(action)[:1], today=TODAY)

    def readers() -> set[Role]:
        return {role for role in Role if pieces_of(actor=town.actor(role)).exists()}

    every = set(Role)
    assert readers() == every - {Role.READER, Role.CONTRIBUTOR}
    action.pilot = town.people[Role.CONTRIBUTOR]
    action.save()
    assert readers() == every - {Role.READER}  # the pilot reads what proves their own action
    revise(town.contributor, piece=piece, file=file(b"%PDF-1.7 later"))
    with pytest.raises(ValidationError, match="pas la publier"):
        _show(town, piece, Visibility.PUBLISHED, role=Role.CONTRIBUTOR)
    _show(town, piece, Visibility.ORGANISATION)
    assert readers() == every
    hide(town.editor, piece=piece, reason="Un nom y est lisible")
    assert readers() == every - {Role.READER, Role.CONTRIBUTOR}
    show(town.editor, piece=piece)
    assert readers() == every
    with pytest.raises(NotFoundError):
        get_piece(actor=elsewhere.admin, pk=piece.pk)
    for role in (Role.READER, Role.AUDITOR):
        with pytest.raises(DeniedError):
            revise(town.actor(role), piece=piece, file=file(b"%PDF-9"))
    with pytest.raises(NotFoundError):
        remove(elsewhere.admin, piece=piece)


def _show(town: Town, piece: Piece, visibility: Visibility, role: Role = Role.EDITOR) -> None:
    edit_piece(
        town.actor(role),
        piece=piece,
        title=piece.title,
        reference="",
        visibility=visibility,
        dated_on=None,
        expires_on=None,
    )


def _things(action: Action) -> list:  # type: ignore[type-arg]
    return provable_of(load_details(Action.objects.get(pk=action.pk)))


def test_one_piece_proves_several_things_and_former_files_stay(town: Town, action: Action) -> None:
    deliverable = save_deliverable(
        town.editor, action=action, title="Étude", due_on=None, delivered_on=None, today=TODAY
    )
    things = [one for one in _things(action) if one.kind != "decision"]
    assert {one.kind for one in things} == {"action", "deliverable", "reading"}
    piece = give(town.editor, title="PV", file=file())
    assert prove(town.editor, action=action, piece=piece, proved=things, today=TODAY) == 4
    assert prove(town.editor, action=action, piece=piece, proved=things, today=TODAY) == 0
    [given], withheld = evidence_of(town.editor, load_details(action))
    assert (len(given.proves), withheld) == (4, 0)
    assert evidence_of(town.reader, action) == ([], 1)  # one is private, which is told
    unprove(town.editor, action=action, piece=piece, proved=things[0])
    second = revise(town.editor, piece=piece, file=file(b"%PDF-1.7 signed"))
    with pytest.raises(ValidationError, match="déjà là"):
        revise(town.editor, piece=piece, file=file(b"%PDF-1.7 signed"))
    for number in (1, 2):
        found, path = get_revision(actor=town.editor, pk=piece.pk, number=number)
        assert (found.number, path.is_file()) == (number, True)
    with pytest.raises(IntegrityError), transaction.atomic():
        Revision.objects.filter(pk=second.pk).update(sha256="0" * 64)
    assert deliverable.evidence_links.count() == 1


def test_what_expires_is_told_first(town: Town) -> None:
    for title, day in (("a", date(2027, 3, 1)), ("b", date(2026, 12, 1)), ("c", date(2026, 1, 1))):
        give(town.editor, title=title, reference="arrêté", expires_on=day)
    found = expiring(actor=town.editor, today=TODAY)
    assert [piece.title for piece in found] == ["c", "b"]


def test_a_reference_typed_is_a_piece_without_a_file(town: Town, action: Action) -> None:
    for title in ("Étude", "Annexe"):
        save_deliverable(
            town.editor, action=action, title=title, due_on=None, delivered_on=None, today=TODAY,
            reference="GED 2026-14",
        )  # fmt: skip
    [piece] = Piece.objects.all()
    assert (piece.reference, piece.visibility) == ("GED 2026-14", Visibility.ORGANISATION)
    assert DeliverableEvidence.objects.filter(piece=piece, typed=True).count() == 2
    first = action.deliverables.get(title="Étude")
    save_deliverable(
        town.editor, action=action, deliverable=first, title="Étude", due_on=None,
        delivered_on=None, today=TODAY, reference="GED 2026-15",
    )  # fmt: skip
    [link] = first.evidence_links.all()
    assert link.piece.reference == "GED 2026-15"


def ledger_line(town: Town) -> BudgetLine:
    year = open_year(town.finance, year=2026)
    stream = io.BytesIO("Compte;Libellé;Ouvert\n2051;Licences;1000,00\n".encode())
    confirm(
        town.finance,
        batch=preview(town.finance, fiscal_year=year, stream=stream, file_name="gl.csv"),
    )
    return BudgetLine.objects.select_related("fiscal_year").get()


def _attributed(town: Town, line: BudgetLine) -> Attribution:
    return attribute(town.finance, line=line, share=Decimal("0.2"), method=Method.KEY, reason="clé")


def test_a_piece_justifies_and_is_never_deleted_under_a_published_figure(town: Town) -> None:
    line = ledger_line(town)
    given = _attributed(town, line)
    piece = give(town.finance, title="Marché 12, annexe 3", file=file())
    assert prove_attribution(town.finance, attribution=given, piece=piece)
    given.refresh_from_db()
    edit_attribution(
        town.finance,
        attribution=given,
        **part_of(given),
        method=Method.KEY,
        reason="clé",
        action=None,
        status=AttributionStatus.JUSTIFIED,
        evidence=given.evidence,
    )
    run = compute_run(town.finance, fiscal_year=line.fiscal_year, stage=Stage.OPENED)
    publish_run(town.finance, run=run)
    with pytest.raises(ValidationError, match="masquez-la"):
        remove(town.finance, piece=piece)
    hide(town.finance, piece=piece, reason="Prix unitaires")
    assert AttributionEvidence.objects.filter(piece=piece).exists()


def test_deleted_its_bytes_leave_the_disk_unless_another_has_them(
    town: Town, action: Action, django_capture_on_commit_callbacks: object
) -> None:
    once, twice = file(), file(b"%PDF-1.7 twice")
    pieces = [give(town.editor, title="x", file=one) for one in (once, twice, twice)]
    prove(town.editor, action=action, piece=pieces[0], proved=_things(action)[:1], today=TODAY)
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        for piece in pieces[:2]:
            remove(town.editor, piece=piece)
    assert not upload_path(once.sha256).exists()
    assert upload_path(twice.sha256).is_file()
    assert evidence_of(town.editor, load_details(action)) == ([], 0)
