"""Documents: what can be produced, each in its formats, and what was produced and kept."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.api.call import Call
from portulan.api.declaring import READ, Sent, act, answer, download, listing, resource, write
from portulan.api.shapes import IDS, More, ids_of, shape, value_of
from portulan.core.errors import NotFoundError
from portulan.core.say.language import spoken_language
from portulan.core.say.text import UnusableInputError
from portulan.publication.documents.asking import Asked, Kind
from portulan.publication.documents.authoring import slots_of, undo_texts, write_texts
from portulan.publication.documents.cell import kept, read_back
from portulan.publication.documents.lesson import ACTION, OF_PLAN
from portulan.publication.documents.lesson_file import lesson_documents
from portulan.publication.documents.making import build, keep, written
from portulan.publication.documents.presenting import present_document
from portulan.publication.documents.registry import TYPES, kind_for
from portulan.publication.documents.rgesn import SERVICE
from portulan.publication.documents.waiting import expected, kept_of
from portulan.publication.label.reads import criteria_of
from portulan.publication.label.writes import (
    Pasted,
    paste_criteria,
    prove_criterion,
    remove_criterion,
    save_criterion,
    undo_criteria,
    unprove_criterion,
)
from portulan.publication.models import (
    AssessedCriterion,
    DigitalService,
    KeptDocument,
    LabelCriterion,
    ObligationMet,
    Presentation,
    PublicEdition,
)
from portulan.publication.obligations.reads import obligations_of
from portulan.publication.obligations.writes import note_obligation
from portulan.publication.public.reads import editions_of, get_edition
from portulan.publication.services.reads import services_of
from portulan.publication.services.writes import assess_service, remove_service, save_service

SERVICES = shape(
    DigitalService,
    "id version slug name url owner_function units assessed_on assessed_by review_on",
)
CRITERION = shape(AssessedCriterion, "id service criterion answer comment")
LABEL = shape(
    LabelCriterion,
    "id version plan code title answer",
    actions=ids_of("actions"),
    pieces=More(lambda row: sorted(one.piece_id for one in row.evidence_links.all()), IDS),
)
PASTED = {
    "type": "object",
    "properties": {
        "added": {"type": "integer"},
        "changed": {"type": "integer"},
        "entry": {"anyOf": [{"type": "integer"}, {"type": "null"}]},
    },
    "required": ["added", "changed", "entry"],
    "additionalProperties": False,
}
ENTRY = {
    "type": "object",
    "properties": {"entry": {"anyOf": [{"type": "integer"}, {"type": "null"}]}},
    "required": ["entry"],
    "additionalProperties": False,
}
PRESENTED = shape(Presentation, "on body adopted reference debate_on")
KEPT = shape(
    KeptDocument,
    "id kind year language on digest to_write made_at",
    presentation=More(
        lambda row: _presented(getattr(row, "presentation", None)),
        {"anyOf": [PRESENTED.schema(), {"type": "null"}]},
    ),
)
PUBLIC = shape(
    PublicEdition, "id number published_on published_at digest withdrawn_on withdrawal_reason"
)
MADE = tuple(one.partition(";")[0] for one in TYPES.values())


def _presented(found: Presentation | None) -> dict[str, Any] | None:
    return None if found is None else {one.name: value_of(found, one) for one in PRESENTED.fields}


def _asked(call: Call, year: int) -> Asked:
    if not 2000 <= year <= 2100:
        raise NotFoundError(year)
    return Asked(call.actor, call.organisation, year, call.today, spoken_language())


def _edition(call: Call) -> Any:
    """Return the content of an edition, word for word: its digest is that of these bytes."""
    found = get_edition(call.organisation, call.path["edition"])
    return json.loads(found.content)


def _expected(call: Call) -> Any:
    language = spoken_language()
    return [
        {
            "document": one.kind.name,
            "year": one.year,
            "title": one.kind.title.say(language),
            "audience": one.kind.audience.say(language),
            "due_on": one.due_on,
            "days_late": one.days_late,
            "lacks": [lack.words for lack in one.lacks],
            "formats": list(one.kind.formats),
        }
        for one in expected(_asked(call, call.today.year))
    ]


def _in_a_file(call: Call, name: str) -> tuple[Kind, str]:
    """Return a kind of document, and the ending that the address asks for."""
    kind, suffix = kind_for(call.organisation, name), call.path["suffix"]
    if suffix not in kind.formats or suffix not in TYPES:
        raise NotFoundError(suffix)
    return kind, suffix


def _file(call: Call) -> Sent:
    kind, suffix = _in_a_file(call, call.path["document"])
    document = build(kind, _asked(call, call.path["of_year"]))
    name = f"{kind.name}-{call.path['of_year']}.{suffix}"
    return Sent(content=written(kind, document, suffix), kind=TYPES[suffix], name=name)


def _cells(call: Call) -> Any:
    """Return a document as data: each cell with its value, unit, quality and source."""
    kind = kind_for(call.organisation, call.path["document"])
    return json.loads(kept(build(kind, _asked(call, call.path["of_year"]))))


def _texts(call: Call) -> Any:
    """Return the places for texts of a document, by name, and what stands there."""
    kind = kind_for(call.organisation, call.path["document"])
    return {
        name: {
            "label": slot.called,
            "text": slot.written.text if slot.written else None,
            "carried_from": slot.written.since if slot.written else None,
            "is_needed": slot.needed,
            "choices": list(slot.choices) if slot.choices else None,
        }
        for name, slot in slots_of(kind, _asked(call, call.path["of_year"])).items()
    }


def _lessons(call: Call) -> Any:
    """Return what the trials and studies of a plan taught, each in `portulan-lesson/1`."""
    plan = call.found["plan"]
    asked = replace(_asked(call, call.today.year), options={OF_PLAN: plan.slug})
    try:
        return lesson_documents(asked)
    except UnusableInputError:  # nothing was learnt yet
        return []


def _kept_file(call: Call) -> Sent:
    call.actor.require(Operation.READ_BUDGET)  # as to build it: it has amounts
    found = call.found["kept"]
    kind, suffix = _in_a_file(call, found.kind)
    content = written(kind, read_back(found.content), suffix)
    return Sent(
        content=content,
        kind=TYPES[suffix],
        name=f"{found.kind}-{found.year}-{found.digest[:8]}.{suffix}",
    )


def _declaration(call: Call) -> Sent:
    """Return the declaration of one service, as it is today."""
    kind, suffix = _in_a_file(call, "rgesn")
    slug = call.found["service"].slug
    asked = replace(_asked(call, call.today.year), options={SERVICE: slug})
    content = written(kind, build(kind, asked), suffix)
    return Sent(content=content, kind=TYPES[suffix], name=f"rgesn-{slug}.{suffix}")


def _lesson(call: Call) -> Sent:
    """Return what an action taught, as it is today."""
    kind, suffix = _in_a_file(call, "lesson")
    action = call.found["action"]
    options = {ACTION: action.called, OF_PLAN: action.plan.slug}
    asked = replace(_asked(call, call.today.year), options=options)
    content = written(kind, build(kind, asked), suffix)
    name = f"lesson-{action.plan.slug}-{action.number}.{suffix}"
    return Sent(content=content, kind=TYPES[suffix], name=name)


def produce(
    actor: Actor,
    *,
    document: str,
    year: int,
    call: Call,
    service: str = "",
    action: str = "",
    plan: str = "",
) -> KeptDocument:
    """Produce a document of the facts of the day, and keep it.

    `service` is for rgesn alone; `action` and `plan`, for lesson.
    """
    kind = kind_for(call.organisation, document)
    given = {SERVICE: service, ACTION: action, OF_PLAN: plan}
    said = {name: value for name, value in given.items() if value and name in kind.options}
    return keep(actor, build(kind, replace(_asked(call, year), options=said)))


answer("documents", _expected, schema={"type": "array", "items": {"type": "object"}})
resource(
    "documents/kept",
    "kept",
    KEPT,
    lambda call: kept_of(call.actor),
    write=Operation.PUBLISH_PLAN,
    create=produce,
    created={"given": {"call": lambda call: call}},
    filters="kind year language",
    acts=[act("present", present_document, Operation.PUBLISH_PLAN)],
)
resource(
    "services",
    "service",
    SERVICES,
    lambda call: services_of(call.actor),
    create=save_service,
    change=save_service,
    remove=remove_service,
    acts=[act("assess", assess_service, Operation.EDIT_PLAN)],
)


def _pasted(found: Pasted) -> dict[str, Any]:
    return {"added": found.added, "changed": found.changed, "entry": found.entry}


AT_CRITERIA = "plans/{plan}/label-criteria"
resource(
    AT_CRITERIA,
    "criterion",
    LABEL,
    lambda call: criteria_of(call.actor, call.found["plan"]),
    create=save_criterion,
    created={"made": lambda saved: saved.criterion},
    change=save_criterion,
    changed={"made": lambda saved: saved.criterion},
    remove=remove_criterion,
    acts=[
        act(
            "evidence",
            prove_criterion,
            Operation.GIVE_EVIDENCE,
            told=lambda new: {"new": new},
            told_schema={"type": "object"},
        ),
        act("take-back", unprove_criterion, Operation.GIVE_EVIDENCE, status=204),
    ],
)
write(
    "POST",
    f"{AT_CRITERIA}/paste",
    paste_criteria,
    Operation.EDIT_PLAN,
    told=_pasted,
    told_schema=PASTED,
)
write("POST", f"{AT_CRITERIA}/undo", undo_criteria, Operation.EDIT_PLAN, status=204)
listing(
    "services/{service}/criteria",
    CRITERION,
    lambda call: call.found["service"].criteria.order_by("pk"),
    READ,
)
download("services/{service}/declaration/{suffix}", _declaration, Operation.READ_PLAN, kinds=MADE)
download("plans/{plan}/actions/{number}/lesson/{suffix}", _lesson, Operation.READ_PLAN, kinds=MADE)
download("documents/kept/{kept}/file/{suffix}", _kept_file, Operation.READ_PLAN, kinds=MADE)
answer(
    "documents/{document}/{of_year}/cells",
    _cells,
    summary="A document as data: its sections, tables and cells.",
)
AT_TEXTS = "documents/{document}/{of_year}/texts"
answer(
    AT_TEXTS,
    _texts,
    summary="What people write in a document: each place by name, its text, and where it is from.",
)
write(
    "PUT",
    AT_TEXTS,
    write_texts,
    Operation.PUBLISH_PLAN,
    given={
        "kind": lambda call: kind_for(call.organisation, call.path["document"]),
        "asked": lambda call: _asked(call, call.path["of_year"]),
    },
    told=lambda entry: {"entry": entry},
    told_schema=ENTRY,
)
write("POST", "documents/texts/undo", undo_texts, Operation.PUBLISH_PLAN, status=204)
answer(
    "plans/{plan}/lessons",
    _lessons,
    schema={"type": "array", "items": {"type": "object"}},
    summary="What trials and studies taught, in the public format of lessons.",
)
listing(
    "public-editions",
    PUBLIC,
    lambda call: editions_of(call.organisation),
    summary="What was published: editions of the public page, withdrawn ones included.",
)
answer("public-editions/{edition}", _edition, summary="What an edition says, as it was published.")
download("documents/{document}/{of_year}/{suffix}", _file, Operation.READ_PLAN, kinds=MADE)


def _obligations(call: Call) -> Any:
    language = spoken_language()
    asked = Asked(call.actor, call.organisation, call.today.year, call.today, language)
    return [row.as_json(asked) for row in obligations_of(asked)]


answer(
    "obligations",
    _obligations,
    Operation.READ_BUDGET,
    summary="What the law asks of the organisation: its state, by when, and what is missing.",
    schema={"type": "array", "items": {"type": "object"}},
)
write(
    "PUT",
    "obligations",
    note_obligation,
    Operation.PUBLISH_PLAN,
    given={"today": lambda call: call.today},
    shape=shape(ObligationMet, "id version key year on reference"),
)
