"""Fiscal years, the IT perimeter, imports of accounts, and the share that is published."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, TypedDict

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.api.call import Call
from portulan.api.declaring import (
    COUNTED,
    Sent,
    act,
    answer,
    door,
    download,
    listing,
    resource,
    write,
)
from portulan.api.questions.asking import Inquiry
from portulan.api.shapes import shape
from portulan.budget.access import get_year, years
from portulan.budget.imports.ahead import start
from portulan.budget.imports.answers import answer as answer_questions_of_file
from portulan.budget.imports.answers import take_back as take_answer_back
from portulan.budget.imports.columns import forget_columns, remember_columns
from portulan.budget.imports.documents import date_document
from portulan.budget.imports.split import split, unsplit
from portulan.budget.imports.suppliers import erase_suppliers
from portulan.budget.imports.typed import type_figures
from portulan.budget.imports.words import KIND
from portulan.budget.imports.writes import discard, hand_over, preview, roll_back
from portulan.budget.indicator.adjustments import (
    adjust,
    restore_adjustment,
    withdraw_adjustment,
)
from portulan.budget.indicator.contract import as_document, percentage
from portulan.budget.indicator.published import runs_of
from portulan.budget.indicator.reads import default_stage, figure_of
from portulan.budget.indicator.writes import compute_run, publish_run
from portulan.budget.models import (
    Adjustment,
    ColumnMapping,
    FiscalYear,
    ImportBatch,
    IndicatorRun,
    ITPerimeter,
    PerimeterRule,
)
from portulan.budget.perimeter.reads import get_draft
from portulan.budget.perimeter.rule_writes import add_rule, edit_rule, move_rule, remove_rule
from portulan.budget.perimeter.writes import (
    answer_questions,
    bring_into_force,
    draft_perimeter,
    judge_year,
)
from portulan.budget.words import Post, RunBuild, Stage, Verdict
from portulan.budget.years.writes import edit_year, forget_year, open_year, say_whole
from portulan.core.errors import NotFoundError
from portulan.core.tasks import latest
from portulan.observatory.proof import part_proved
from portulan.plans.models import Action

READ, EDIT, PUBLISH = Operation.READ_BUDGET, Operation.EDIT_BUDGET, Operation.PUBLISH
YEAR = shape(
    FiscalYear,
    "id version year starts_on ends_on status tax_basis costing costing_on whole_on judged_under",
)
BATCH = shape(
    ImportBatch,
    "id fiscal_year status format quality file_name sha256 size encoding siret entity nomenclature "
    "stages delta act number voted_on piece budgets replaced_by mapping report created_at "
    "confirmed_at rolled_back_at",
    withheld="file_name report mapping",
)
RUN = shape(
    IndicatorRun,
    "id fiscal_year stage perimeter basis numerator denominator justified proposed outside_it "
    "value lower upper coverage document inputs_hash computed_at published_at",
)
ADJUSTMENT = shape(
    Adjustment,
    "id version fiscal_year line stage amount nr_amount reason evidence known_on recorded_at "
    "withdrawn_at",
)
PERIMETER = shape(
    ITPerimeter,
    "id version edition status service_codes with_school_equipment with_staff decided_on",
)
RULE = shape(
    PerimeterRule,
    "id version perimeter order nature_prefix service function supplier label operation verdict "
    "share post run_build reason",
    guarded={"supplier": Operation.READ_ORIGINALS},
    withheld="supplier",
)
COLUMNS = shape(ColumnMapping, "id tool columns recorded_at")
AT = "years/{year}"


@door(AT, "fiscal_year")
def _year(call: Call) -> dict[str, Any]:
    return {"fiscal_year": get_year(actor=call.actor, year=call.path["year"], need=call.need)}


resource(
    "years",
    "fiscal_year",
    YEAR,
    lambda call: years(actor=call.actor),
    part="year",
    key="year",
    read=READ,
    write=EDIT,
    create=open_year,
    created={"key": "year"},
    change=edit_year,
    remove=forget_year,
    acts=[
        act("judge", judge_year, EDIT),
        act("whole", say_whole, EDIT, given={"on": lambda call: call.today}),
    ],
)


# --- the share --------------------------------------------------------------------------------
def _indicator(call: Call) -> Any:
    year = call.found["fiscal_year"]
    asked = call.query.get("stage")
    stage = Stage(asked) if asked else default_stage(year)
    if stage is None:
        raise NotFoundError(year.year)
    part = part_proved(year, stage)
    proved = percentage(None if part is None else part * 100)
    return as_document(figure_of(year, stage)) | {"proved": proved}


answer(
    f"{AT}/indicator",
    _indicator,
    READ,
    asked={"stage": {"type": "string", "enum": [one.value for one in Stage]}},
    summary="The share of the IT budget dedicated to NR, as `portulan budget indicator` says it.",
)


def _summary(call: Call) -> Any:
    """Return what the lines of a year add up to, by action, axis, post or section.

    Each sum has its stage and tax basis; what no action receives is under the empty key.
    """
    inquiry = Inquiry(call.actor, call.organisation, {"year": call.path["year"], **call.query})
    figure = inquiry.known.figure(inquiry.fiscal_year, inquiry.stage).figure
    by = call.query.get("by", "action")
    rows: dict[str, dict[str, Decimal]] = {}
    if by in ("action", "axis"):
        named = {
            one.pk: str(one.number if by == "action" else one.axis_id or "")
            for one in Action.objects.filter(pk__in=[pk for pk in figure.by_action if pk])
        }
        for pk, amount in figure.by_action.items():
            its = rows.setdefault(named.get(pk or 0, ""), {"nr": Decimal(0)})
            its["nr"] += amount
    elif by == "post":
        for (post, _kind), sums in figure.by_post.items():
            its = rows.setdefault(post, {"amount": Decimal(0), "nr": Decimal(0)})
            its["amount"] += sums.amount
            its["nr"] += sums.nr
    else:
        for section, tally in figure.by_section.items():
            rows[section] = {"amount": tally.amount}
    return {
        **inquiry.money,
        "it_budget": figure.denominator.amount,
        "nr": figure.numerator,
        "by": by,
        "sums": [{"key": key, **its} for key, its in sorted(rows.items())],
    }


answer(
    f"{AT}/summary",
    _summary,
    READ,
    asked={
        "by": {
            "type": "string",
            "enum": ["action", "axis", "post", "section"],
            "description": "What the sums are by.",
        },
        "stage": {"type": "string", "enum": [one.value for one in Stage]},
    },
    summary="Sums of a year, by action, axis, post or section, at a stage.",
)
resource(
    f"{AT}/runs",
    "run",
    RUN,
    lambda call: runs_of(call.found["fiscal_year"]),
    read=READ,
    write=PUBLISH,
    create=compute_run,
    acts=[act("publish", publish_run, PUBLISH)],
)
resource(
    f"{AT}/adjustments",
    "adjustment",
    ADJUSTMENT,
    lambda call: Adjustment.objects.filter(fiscal_year=call.found["fiscal_year"]).select_related(
        "fiscal_year"
    ),
    read=READ,
    write=EDIT,
    create=adjust,
    created={"given": {"on": lambda call: call.today}},
    acts=[act("withdraw", withdraw_adjustment, EDIT), act("restore", restore_adjustment, EDIT)],
)


# --- imports ----------------------------------------------------------------------------------
def _batches(call: Call) -> Any:
    return ImportBatch.objects.filter(fiscal_year=call.found["fiscal_year"]).select_related(
        "fiscal_year"
    )


def confirm_file(
    actor: Actor,
    *,
    batch: ImportBatch,
    replace: bool = False,
    piece: bool = False,
    in_euros: bool = False,
) -> ImportBatch:
    """Write the lines of a file that was read; a large one goes on apart (its status says so)."""
    start(actor, batch=batch, replace=replace, piece=piece, in_euros=in_euros)
    return batch


def rename_of_batch(actor: Actor, *, batch: ImportBatch, name: str) -> ImportBatch:
    """Take an answer back: the file is read again without it."""
    return take_answer_back(actor, batch=batch, name=name)


resource(
    f"{AT}/imports",
    "batch",
    BATCH,
    _batches,
    part="import",
    read=READ,
    write=EDIT,
    create=preview,
    created={
        "upload": lambda _call, file: {"stream": file, "file_name": str(file.name)},
        "uploaded": ("stream", "file_name"),
        "without": frozenset({"batch", "recalled"}),
        "apart": True,
    },
    remove=discard,
    filters="status format",
    acts=[
        act("confirm", confirm_file, EDIT, apart=True),
        act("roll-back", roll_back, EDIT),
        act("answer", answer_questions_of_file, EDIT, apart=True),
        act("answer-back", rename_of_batch, EDIT, apart=True),
        act("document-date", date_document, EDIT),
        act("suppliers-erased", erase_suppliers, EDIT),
        act(
            "split",
            split,
            EDIT,
            apart=True,
            told=lambda made: {"count": len(made)},
            told_schema=COUNTED["told_schema"],
        ),
        act("unsplit", unsplit, EDIT, **COUNTED),
    ],
)


def _original(call: Call) -> Sent:
    batch = call.found["batch"]
    path = hand_over(call.actor, batch=batch)
    return Sent(content=path.read_bytes(), kind="application/octet-stream", name=batch.file_name)


download(f"{AT}/imports/{{import}}/original", _original, Operation.READ_ORIGINALS)
write(
    "POST",
    f"{AT}/typed-figures",
    type_figures,
    EDIT,
    given={"on": lambda call: call.today},
    shape=BATCH,
    at=f"{AT}/imports/{{key}}",
    status=201,
)
resource(
    "columns",
    "mapping",
    COLUMNS,
    lambda call: ColumnMapping.objects.filter(organisation=call.actor.organisation_id),
    read=READ,
    write=EDIT,
    create=remember_columns,
    remove=forget_columns,
)


# --- the perimeter ----------------------------------------------------------------------------
class RuleDecides(TypedDict):
    """What any rule of the perimeter says."""

    verdict: Verdict
    reason: str


class RuleSaid(RuleDecides, total=False):
    """What a rule of the perimeter says, and what it is about."""

    share: Decimal | None
    post: Post
    run_build: RunBuild
    nature_prefix: str
    service: str
    function: str
    operation: str
    supplier: str
    label: str


def _perimeters(call: Call) -> Any:
    return ITPerimeter.objects.filter(organisation=call.actor.organisation_id)


@door("perimeter/draft", "perimeter")
def _draft(call: Call) -> dict[str, Any]:
    return {"perimeter": get_draft(actor=call.actor)}


resource("perimeters", "perimeter", PERIMETER, _perimeters, read=READ)
listing(
    "perimeters/{perimeter}/rules", RULE, lambda call: call.found["perimeter"].rules.all(), READ
)
write("POST", "perimeter/draft", draft_perimeter, EDIT, shape=PERIMETER, door=None)
write("PUT", "perimeter/draft", answer_questions, EDIT, shape=PERIMETER)
write(
    "POST",
    "perimeter/draft/force",
    bring_into_force,
    EDIT,
    given={"on": lambda call: call.today},
    **COUNTED,
)
resource(
    "perimeter/draft/rules",
    "rule",
    RULE,
    lambda call: call.found["perimeter"].rules.select_related("perimeter"),
    read=EDIT,
    write=EDIT,
    create=add_rule,
    created={"typed": RuleSaid},
    change=edit_rule,
    changed={"typed": RuleSaid},
    remove=remove_rule,
    acts=[act("move", move_rule, EDIT)],
)


def _work(call: Call) -> Any:
    """Return where the writing of a large file stands."""
    found = latest(KIND, call.found["batch"].pk)
    if found is None:
        raise NotFoundError(call.found["batch"].pk)
    return {"status": found.status, "done": found.done, "total": found.total}


answer(f"{AT}/imports/{{import}}/work", _work, READ)
