"""Budget lines: verdicts, attributions to NR and their rules, the queue, sheets of decisions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.api.batches import Items, together, written
from portulan.api.call import Call
from portulan.api.declaring import COUNTED, act, answer, door, listing, resource, write
from portulan.api.shapes import More, said_as, shape
from portulan.budget.attributions.evidence import prove_attribution
from portulan.budget.attributions.orders import orders_of
from portulan.budget.attributions.proposals import accept, propose_alike, refuse, take_back
from portulan.budget.attributions.reads import rules
from portulan.budget.attributions.rule_writes import make_rule, propose_again, withdraw_rule
from portulan.budget.attributions.suggestions import suggestions_for
from portulan.budget.attributions.writes import (
    Given,
    attribute,
    attribute_lines,
    edit_attribution,
    restore,
    review,
    review_many,
    withdraw,
)
from portulan.budget.decisions import writes as sheets
from portulan.budget.decisions.reads import sheets_of
from portulan.budget.decisions.report import report_of
from portulan.budget.green.ratings import rate, ratings_of
from portulan.budget.indicator.reads import default_stage
from portulan.budget.lines.reads import get_line, lines_in_force
from portulan.budget.models import (
    Attribution,
    AttributionRule,
    BudgetLine,
    DecisionSheet,
    FiscalYear,
    Gift,
    GreenRating,
    Order,
    PurchasePart,
    ReceivedShare,
)
from portulan.budget.perimeter.verdicts import clear_override, override_line
from portulan.budget.provided.document import MOST_BYTES, plain
from portulan.budget.provided.reads import file_of, last_said
from portulan.budget.provided.writes import attach, receive, say_to_members
from portulan.budget.purchases.writes import qualify, set_gift, set_part
from portulan.budget.queue.following import take_verdicts, verdicts_from
from portulan.budget.queue.reads import proposals_for
from portulan.budget.queue.writes import accept_proposals, decide_lines
from portulan.budget.queue.writes import take_back as take_verdicts_back
from portulan.budget.words import AttributionStatus, Method, Stage
from portulan.core.batches import judged
from portulan.core.errors import NotFoundError
from portulan.core.merge.digests import digest_of
from portulan.core.say.language import spoken_language
from portulan.core.storing import get_one
from portulan.plans.models import Action

READ, EDIT, PROPOSE = Operation.READ_BUDGET, Operation.EDIT_BUDGET, Operation.PROPOSE
ORIGINALS = Operation.READ_ORIGINALS
LINE = shape(
    BudgetLine,
    "id fiscal_year batch row section budget chapter nature function operation service manager "
    "supplier order_ref contract_ref label dated_on voted opened committed realised carried_over "
    "verdict it_share post run_build verdict_reason overridden nr_share claimed_share reviewed_on",
    file=More(lambda row: row.batch.file_name, {"type": "string"}),
    guarded={"supplier": ORIGINALS},
    withheld="supplier manager file",
)
ORDER = shape(
    Order,
    "id fiscal_year batch row nature chapter function service manager supplier contract_ref "
    "order_ref label committed realised",
    guarded={"supplier": ORIGINALS},
    withheld="supplier manager",
)
ATTRIBUTION = shape(
    Attribution,
    "id version line action share amount stage outside_it key rule provided method status reason "
    "evidence recorded_at",
)
RULE = shape(
    AttributionRule,
    "id version action first_year nature_prefix service supplier contract_ref label share method "
    "reason evidence recorded_at withdrawn_at",
    guarded={"supplier": ORIGINALS},
    withheld="supplier",
)
SHEET = shape(
    DecisionSheet,
    "id version fiscal_year status file_name rows_read rows_same ignored again leaves_conflicts",
    withheld="file_name",
    # The names that these days had when the contract was made.
    created_at=said_as(DecisionSheet, "read_at"),
    confirmed_at=said_as(DecisionSheet, "written_at"),
    rolled_back_at=said_as(DecisionSheet, "undone_at"),
)
PART = shape(
    PurchasePart,
    "id version line category origin amount ht vat invoice_year read_from recorded_at",
)
GIFT = shape(Gift, "id version year category label quantity unit_value source")
RATING = shape(GreenRating, "id version line nature axis rating share reason recorded_at")
SHARE = shape(
    ReceivedShare,
    "id siren name year stage basis value lower upper denominator key published_on by_file "
    "received_at",
)
GIVEN = {
    "type": "object",
    "properties": {"lines": {"type": "integer"}, "entry": {"type": "integer"}},
    "required": ["lines", "entry"],
    "additionalProperties": False,
}
YEAR = "years/{year}"
AT = f"{YEAR}/lines/{{line}}"


def _given(found: Any) -> dict[str, Any]:
    return {"lines": found.lines, "entry": found.entry}


@door(AT, "fiscal_year", "line")
def _line(call: Call) -> dict[str, Any]:
    found = get_line(actor=call.actor, year=call.path["year"], pk=call.path["line"], need=call.need)
    return {"line": found, "fiscal_year": found.fiscal_year}


def _lines(call: Call) -> Any:
    return lines_in_force(call.found["fiscal_year"]).select_related("batch")


# --- lines, and what is IT of them ------------------------------------------------------------
def clear_verdict(actor: Actor, *, line: BudgetLine) -> BudgetLine:
    """Give a line back to the rules of the perimeter."""
    return clear_override(actor, line=line)


resource(
    f"{YEAR}/lines",
    "line",
    LINE,
    _lines,
    read=READ,
    filters="section budget nature service verdict batch chapter",
    acts=[
        act("verdict", override_line, EDIT),
        act("clear-verdict", clear_verdict, EDIT),
        act("review", review, EDIT, given={"on": lambda call: call.today}),
        act("purchase", set_part, EDIT),
        act("provided", attach, EDIT),
    ],
)
listing(f"{AT}/orders", ORDER, lambda call: orders_of(call.found["line"]), READ)
listing(f"{AT}/purchases", PART, lambda call: call.found["line"].purchase_parts.all(), READ)


def review_lines(
    actor: Actor,
    *,
    fiscal_year: FiscalYear,
    lines: Sequence[BudgetLine],
    today: date,
    reviewed: bool = True,
) -> int:
    """Say that nothing of these lines is dedicated to NR, or take it back; all or none."""
    return review_many(actor, lines=lines, on=today, reviewed=reviewed)


write("POST", f"{YEAR}/queue/review", review_lines, EDIT, **COUNTED)
write("POST", f"{YEAR}/queue/verdicts", decide_lines, EDIT, told=_given, told_schema=GIVEN)
write("POST", f"{YEAR}/queue/accepted", accept_proposals, EDIT, told=_given, told_schema=GIVEN)
write(
    "POST",
    f"{YEAR}/queue/taken-back",
    take_verdicts_back,
    EDIT,
    **COUNTED,
)


def _proposed(call: Call) -> Any:
    year = call.found["fiscal_year"]
    waiting = list(lines_in_force(year).filter(it_share__isnull=True).order_by("pk")[:300])
    return {
        str(pk): {"verdict": one.verdict, "share": one.share, "lines": one.lines, "of": one.of}
        for pk, one in proposals_for(year, waiting).items()
    }


answer(f"{YEAR}/queue", _proposed, READ, summary="What past decisions propose for lines that wait.")


def follow_verdicts(
    actor: Actor, *, fiscal_year: FiscalYear, source: FiscalYear, digest: str
) -> Any:
    """Give the lines of a year the verdicts of another, as they were shown (`digest`)."""
    return take_verdicts(actor, fiscal_year=fiscal_year, source=source, digest=digest)


def _following(call: Call) -> Any:
    year, other = call.found["fiscal_year"], call.path["other"]
    source = get_one(FiscalYear.objects.filter(organisation=call.actor.organisation_id), year=other)
    found = verdicts_from(year, source)
    return {"source": source.pk, "digest": found.digest}


answer(f"{YEAR}/queue/following/{{other}}", _following, EDIT)
write(
    "POST",
    f"{YEAR}/queue/following",
    follow_verdicts,
    EDIT,
    names={"source": "nothing"},
    told=_given,
    told_schema=GIVEN,
)

# --- attributions -----------------------------------------------------------------------------
resource(
    f"{AT}/attributions",
    "attribution",
    ATTRIBUTION,
    lambda call: Attribution.objects.filter(line=call.found["line"]).select_related(
        "line__fiscal_year", "action__plan"
    ),
    read=READ,
    write=PROPOSE,
    create=attribute,
    created={"without": frozenset({"key"})},
    change=edit_attribution,
    acts=[
        act("withdraw", withdraw, PROPOSE),
        act("restore", restore, PROPOSE),
        act(
            "evidence",
            prove_attribution,
            Operation.GIVE_EVIDENCE,
            told=lambda new: {"new": new},
        ),
    ],
)
listing(
    f"{YEAR}/attributions",
    ATTRIBUTION,
    lambda call: Attribution.objects.filter(line__fiscal_year=call.found["fiscal_year"]),
    READ,
    filters=("status", "action", "line", "method"),
)


class ShareSaid(NamedTuple):
    """A share of a line dedicated to NR, among others."""

    line: BudgetLine
    method: Method
    reason: str
    share: Decimal | None = None
    amount: Decimal | None = None
    stage: Stage | None = None
    action: Action | None = None
    status: AttributionStatus = AttributionStatus.DECLARED
    evidence: str = ""
    outside_it: bool = False
    again: bool = False


def _require_of(fiscal_year: FiscalYear, one: ShareSaid) -> None:
    if one.line.fiscal_year_id != fiscal_year.pk:
        raise NotFoundError(fiscal_year.year)


def attribute_these(
    actor: Actor, *, fiscal_year: FiscalYear, items: Items[ShareSaid], each: bool = False
) -> list[dict[str, Any]]:
    """Attribute shares of the lines of a year together."""

    def make(some: Sequence[ShareSaid]) -> list[Attribution]:
        judged(some, partial(_require_of, fiscal_year), NotFoundError)
        return attribute_lines(actor, given=[Given(**one._asdict()) for one in some])

    return written(actor, items, make, ATTRIBUTION, each=each)


together(
    f"{YEAR}/attributions/batch",
    attribute_these,
    PROPOSE,
    ATTRIBUTION,
    "Attribute shares of lines together: all or none, or each with its verdict.",
)


def _answering(service: Any, name: str) -> Any:
    def answer_proposals(
        actor: Actor, *, fiscal_year: FiscalYear, proposals: Sequence[Attribution]
    ) -> int:
        if any(one.line.fiscal_year_id != fiscal_year.pk for one in proposals):
            raise ValidationError({"proposals": _("Rien n’a cet identifiant ici.")})
        found: int = service(actor, **{name: proposals})
        return found

    answer_proposals.__doc__ = service.__doc__
    answer_proposals.__name__ = service.__name__
    return answer_proposals


for word, service, name, need in (
    ("accepted", accept, "proposals", EDIT),
    ("refused", refuse, "proposals", PROPOSE),
    ("taken-back", take_back, "accepted", EDIT),
):
    write(
        "POST",
        f"{YEAR}/proposals/{word}",
        _answering(service, name),
        need,
        **COUNTED,
    )


def propose_like(
    actor: Actor, *, fiscal_year: FiscalYear, action: Action, lines: Sequence[int]
) -> int:
    """Propose for an action the shares that resemblance suggests on these lines."""
    stage = default_stage(fiscal_year)
    found = suggestions_for(action, fiscal_year, stage) if stage else []
    chosen = [one for one in found if one.line.pk in set(lines)]
    if len(chosen) != len(set(lines)):
        raise ValidationError({"lines": _("Rien n’a cet identifiant ici.")})
    return propose_alike(actor, action=action, suggested=chosen)


write(
    "POST",
    f"{YEAR}/suggestions",
    propose_like,
    PROPOSE,
    **COUNTED,
)


def _proposed_by_rule(found: Any) -> dict[str, Any]:
    return {"new": found.new, "changed": found.changed, "not_proposed": found.not_proposed}


resource(
    "attribution-rules",
    "rule",
    RULE,
    lambda call: rules(actor=call.actor),
    read=READ,
    write=PROPOSE,
    create=make_rule,
    created={"made": lambda made: made[0]},
    acts=[
        act("propose", propose_again, PROPOSE, told=_proposed_by_rule),
        act("withdraw", withdraw_rule, PROPOSE),
    ],
)


# --- sheets of decisions ----------------------------------------------------------------------
def _sheets(call: Call) -> Any:
    return sheets_of(call.found["fiscal_year"]).select_related("fiscal_year")


def _report(call: Call) -> Any:
    sheet = call.found["sheet"]
    outcomes = sheets.outcomes_of(sheet)
    said = report_of(sheet, outcomes, spoken_language())
    return said | {"seen": digest_of(sheets.shown(outcomes))}


resource(
    f"{YEAR}/decisions",
    "sheet",
    SHEET,
    _sheets,
    read=READ,
    write=EDIT,
    create=sheets.preview,
    created={
        "upload": lambda _call, file: {"stream": file, "file_name": str(file.name)},
        "uploaded": ("stream", "file_name"),
        "apart": True,
    },
    remove=sheets.discard,
    acts=[
        act("answer", sheets.answer, EDIT),
        act(
            "confirm",
            sheets.confirm,
            EDIT,
            given={"on": lambda call: call.today},
        ),
        act("take-back", sheets.take_back, EDIT),
    ],
)
answer(f"{YEAR}/decisions/{{sheet}}/report", _report, EDIT, withheld=frozenset({"lines"}))

# --- purchases, gifts, the green budget, what providers declare --------------------------------
listing(
    f"{YEAR}/purchases",
    PART,
    lambda call: PurchasePart.objects.filter(line__fiscal_year=call.found["fiscal_year"]),
    READ,
    filters=("category", "origin"),
)
write(
    "POST",
    f"{YEAR}/purchases",
    qualify,
    EDIT,
    told=lambda found: {"lines": found[0], "parts": found[1]},
)


def _gifts(call: Call) -> Any:
    return Gift.objects.filter(organisation=call.actor.organisation_id)


listing("gifts", GIFT, _gifts, READ, filters=("year", "category"))
write("PUT", "gifts", set_gift, EDIT, status=204)
listing(f"{YEAR}/green", RATING, lambda call: ratings_of(call.found["fiscal_year"]), READ)
write("PUT", f"{YEAR}/green", rate, EDIT, status=204)
listing(
    "provided",
    SHARE,
    lambda call: ReceivedShare.objects.filter(organisation=call.actor.organisation_id),
    READ,
    filters=("year", "siren"),
)


def receive_file(actor: Actor, *, file: Any) -> ReceivedShare:
    """Take the file of a provider's share; it is shown on the line of its contribution."""
    return receive(actor, content=file.read(MOST_BYTES + 1))


write(
    "POST",
    "provided",
    receive_file,
    EDIT,
    upload=lambda _call, file: {"file": file},
    uploaded=("file",),
    shape=SHARE,
    status=201,
)
write(
    "POST",
    f"{YEAR}/members",
    say_to_members,
    Operation.PUBLISH,
    told=lambda share: {"members": len(share.members)},
)


def _share_file(call: Call) -> Any:
    share = last_said(call.found["fiscal_year"])
    if share is None:
        raise NotFoundError(call.path["year"])
    return plain(file_of(share))


answer(f"{YEAR}/members", _share_file, READ)
