"""Each column of a table that the API shows leaves by name, or is said here to stay."""

from __future__ import annotations

from portulan.api.contract import document
from portulan.api.declaring import Listing, One, Write
from portulan.api.registry import endpoints
from portulan.api.shapes import Shape

# Who wrote it is in the journal; the organisation is in the address; what is kept beside a row to
# make it again, or to count faster, is of nobody else.
EVERYWHERE = {
    "organisation",
    "organisation_id",
    "person_id",
    "given_by",
    "hidden_by",
    "reviewed_by",
}
EVERYWHERE |= {"withdrawn_by", "published_by", "user"}
STAYS = {
    "Contract": {"taken"},  # what a file said last, cell by cell
    "Campaign": {"questions", "message", "tally", "durations"},  # of who answers
    "PublicEdition": {"content"},  # at its own address
    "Source": {"key", "token_hash", "made_by", "said_by", "secret", "mark", "holder"},
    "ItemsSnapshot": {"meanings"},
    "BudgetLine": {"is_expense", "is_real", "is_carried", "words", "supplier_words"},
    # Its days leave under the names that they had.
    "DecisionSheet": {"columns", "said", "answers", "before"}
    | {"read_at", "written_at", "undone_at"},
    "CommitmentDecision": {"import_id"},
    "PracticeLink": {"translations"},
    "KeptDocument": {"content"},
    "Letter": {"unsubscribe", "message_id", "holder", "dot_at", "tried_since", "urgent"}
    | {"calendar"},
    "Decision": {"before"},
    "Person": {"email", "erased_at"},
    "SealedPlan": {"content"},
    "Selection": {"checked_value", "facts"},
    "TableImport": {"grid"},
    "Task": {"subject_id", "details", "cancel_asked", "process", "seen_at"},
    "Theme": {"version"},
    # What proves an entry is read by `portulan verify --journal`; a salt never leaves by the API.
    "ActionEntry": {"subject_type", "subject_id", "salt", "commitment", "seal"},
    "AuditEntry": {"salt", "commitment", "seal"},
    "Revision": {"active"},  # said on the page of the piece
    "Axis": {"plan"},
    "Goal": {"plan"},
    "Stakeholder": {"plan"},
    "GreenRating": {"fiscal_year"},
}


def shapes() -> dict[str, Shape]:
    found: dict[str, Shape] = {}
    for one in endpoints():
        if isinstance(one, (Listing, One, Write)) and one.shape is not None:
            assert found.setdefault(one.shape.name, one.shape) is one.shape, one.shape.name
    return found


def test_each_column_leaves_or_is_said_to_stay() -> None:
    wrong = {}
    for name, shape in shapes().items():
        columns = {one.name for one in shape.model._meta.concrete_fields}
        stays = columns - set(shape.columns)
        if stays - EVERYWHERE != STAYS.get(name, set()):
            wrong[name] = stays - EVERYWHERE
    assert wrong == {}, "name the column in its shape (api/resources), or here if it stays"


def test_the_contract_is_one_of_openapi_3_1_that_names_each_operation() -> None:
    said = document()
    assert said["openapi"] == "3.1.0"
    places = {
        (method.upper(), path.removeprefix("/{organisation}/"))
        for path, found in said["paths"].items()
        for method in found
    }
    assert {(one.method, one.path) for one in endpoints()} <= places
    assert "password" not in str(said["components"]["schemas"]).lower()
