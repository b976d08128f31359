"""Sealed plans, committees from agenda to minutes, the bodies that decide, messages."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, TypedDict

from django.conf import settings
from django.db.models import Count, Q
from django.utils import timezone

from portulan.accounts.access import Operation
from portulan.api.call import Call
from portulan.api.declaring import COUNTED, Sent, act, answer, download, listing, resource, write
from portulan.api.shapes import More, shape
from portulan.core.mail import bounces_of
from portulan.core.models import Bounce, Letter
from portulan.core.say.language import spoken_language
from portulan.plans.models import Deliverable
from portulan.plans.words import CommitmentLevel
from portulan.steering.campaigns.reads import campaigns_of
from portulan.steering.committees.bodies import bodies_of, save_body
from portulan.steering.committees.convening import convene
from portulan.steering.committees.holding import (
    answer_item,
    attach_act,
    close_session,
    mark_done,
    note_session,
    open_session,
)
from portulan.steering.committees.minutes import close_minutes, undo_session, write_minutes
from portulan.steering.committees.preparing import (
    add_item,
    arrange_agenda,
    prepare_committee,
    refresh_agenda,
)
from portulan.steering.committees.reads import committees_of, items_of, past_decisions
from portulan.steering.differences.reads import as_text, since
from portulan.steering.end_of_plan import close_plan, commitments_of, judge_commitments
from portulan.steering.mail.digest import set_digest
from portulan.steering.mail.writes import (
    confirm_address,
    edit,
    resume,
    stop,
    try_mail,
)
from portulan.steering.models import (
    AgendaItem,
    Body,
    Campaign,
    Committee,
    Decision,
    Digest,
    SealedPlan,
)
from portulan.steering.sealed.content import content_of, mark_of
from portulan.steering.sealed.reads import file_of, sealed_of
from portulan.steering.sealed.writes import seal_plan, stamp_seal

READ, HOLD, SEAL = Operation.READ_PLAN, Operation.HOLD_COMMITTEE, Operation.SEAL
MAIL = Operation.RUN_CAMPAIGN
SEALED = shape(SealedPlan, "id plan number occasion title sealed_on sealed_at previous seal")
BODY = shape(Body, "id version name power members quorum founded_by names_abstentions")
COMMITTEE = shape(
    Committee,
    "id version body plan held_on place state opened_at closed_at present observations act_number "
    "act_page votes number chair secretary minutes_by minutes_on signed_seal convened_on "
    "transmitted_on published_on executory_on",
)
ITEM = shape(AgendaItem, "id version committee order source action about title why duration kept")
DECISION = shape(
    Decision,
    "id version item matter status reason level scope follow_up_function deliverable function "
    "due_on year amount words done_on adopted_in option in_favour against abstentions abstained "
    "by_consensus wording",
)
LETTER = shape(
    Letter,
    "id version key address language subject body due_at status attempts failure created_at "
    "sent_at",
    withheld="address body",
)
BOUNCE = shape(Bounce, "id address status said since", withheld="address said")
DIGEST = shape(Digest, "id version weekday hour")
PLAN = "plans/{plan}"


# --- sealed plans -----------------------------------------------------------------------------
resource(
    f"{PLAN}/sealed",
    "sealed",
    SEALED,
    lambda call: sealed_of(call.found["plan"]),
    part="seal",
    key="number",
    write=SEAL,
    create=seal_plan,
    created={"key": "number", "without": frozenset({"sealed", "commitments"})},
    acts=[act("stamp", stamp_seal, SEAL, given={"url": lambda _call: settings.TIMESTAMP_URL})],
)


def _sealed_file(call: Call) -> Sent:
    sealed = call.found["sealed"]
    return Sent(content=file_of(sealed), kind="application/json", name=f"plan-{sealed.number}.json")


def _to_seal(call: Call) -> Any:
    """Return the mark of what would be sealed today: sent back, nothing else is sealed."""
    return {"read": mark_of(content_of(call.actor, plan=call.found["plan"], today=call.today))}


def _since(call: Call) -> Any:
    told = since(call.actor, sealed=call.found["sealed"], against=None, today=call.today)
    return {"text": as_text(told.before, told.after, told.found, spoken_language())}


download(f"{PLAN}/sealed/{{seal}}/file", _sealed_file, READ, kinds=("application/json",))
answer(f"{PLAN}/sealed/{{seal}}/differences", _since)
answer(f"{PLAN}/to-seal", _to_seal, SEAL)


def _commitments(call: Call) -> Any:
    voted = commitments_of(call.found["plan"])
    said = [(one, getattr(one, "commitment_verdict", None)) for one in voted]
    return [
        {
            "action": action.number,
            "verdict": verdict.verdict if verdict else None,
            "reason": verdict.reason if verdict else "",
        }
        for action, verdict in said
    ]


answer(f"{PLAN}/commitments", _commitments, schema={"type": "array", "items": {"type": "object"}})
write("PUT", f"{PLAN}/commitments", judge_commitments, SEAL, **COUNTED)
write(
    "POST",
    f"{PLAN}/closing",
    close_plan,
    SEAL,
    shape=SEALED,
    at=f"{PLAN}/sealed/{{key}}",
    key="number",
    status=201,
)

# --- committees -------------------------------------------------------------------------------
resource(
    "bodies",
    "body",
    BODY,
    lambda call: bodies_of(call.actor),
    write=HOLD,
    create=save_body,
    change=save_body,
)


class Said(TypedDict, total=False):
    """What a decision says, by its matter."""

    reason: str
    level: CommitmentLevel | None
    scope: str
    follow_up_function: str
    deliverable: Deliverable | None
    function: str
    due_on: date | None
    year: int | None
    amount: Decimal | None
    words: str
    in_favour: int | None
    against: int | None
    abstentions: int | None
    abstained: str
    by_consensus: bool


COMMITTEES = f"{PLAN}/committees"
COMMITTEE_AT = f"{COMMITTEES}/{{committee}}"
resource(
    COMMITTEES,
    "committee",
    COMMITTEE,
    lambda call: committees_of(call.found["plan"]).select_related("plan__organisation", "body"),
    write=HOLD,
    create=prepare_committee,
    acts=[
        act("refresh", refresh_agenda, HOLD),
        act("arrange", arrange_agenda, HOLD),
        act("open", open_session, HOLD),
        act("note", note_session, HOLD),
        act("close", close_session, HOLD),
        act("act", attach_act, HOLD),
        act("convene", convene, HOLD, given={"now": lambda _call: _now()}),
        act("minutes", write_minutes, HOLD),
        act("close-minutes", close_minutes, HOLD),
        act("undo", undo_session, HOLD),
    ],
)
resource(
    f"{COMMITTEE_AT}/items",
    "item",
    ITEM,
    lambda call: items_of(call.found["committee"]),
    write=HOLD,
    create=add_item,
    acts=[
        act(
            "answer",
            answer_item,
            HOLD,
            typed=Said,
            refetch=None,
            shape=DECISION,
        )
    ],
)
resource(
    f"{PLAN}/committee-decisions",
    "decision",
    DECISION,
    lambda call: past_decisions(call.found["plan"]),
    write=HOLD,
    acts=[act("done", mark_done, HOLD)],
)


# --- messages ---------------------------------------------------------------------------------
def _letters(call: Call) -> Any:
    call.actor.require(MAIL)
    return Letter.objects.filter(organisation_id=call.actor.organisation_id)


resource(
    "letters",
    "letter",
    LETTER,
    _letters,
    read=MAIL,
    write=MAIL,
    change=edit,
    acts=[
        act("stop", stop, MAIL),
        act("resume", resume, MAIL, given={"now": lambda _call: _now()}),
    ],
    filters="status",
)
resource(
    "bounces",
    "bounce",
    BOUNCE,
    lambda call: bounces_of(call.actor.organisation_id),
    read=MAIL,
    write=MAIL,
    acts=[act("confirm", confirm_address, MAIL)],
)
CAMPAIGN = shape(
    Campaign,
    "id version plan kind title state way opens_on closes_on remind_every opened_at closed_at",
    asked=More(lambda row: row.tally.get("asked", row.asked), {"type": "integer"}),
    answered=More(lambda row: row.tally.get("answered", row.answered), {"type": "integer"}),
)
listing(
    f"{PLAN}/campaigns",
    CAMPAIGN,
    lambda call: campaigns_of(call.found["plan"]).annotate(
        asked=Count("replies"),
        answered=Count("replies", filter=Q(replies__answered_at__isnull=False)),
    ),
    Operation.RUN_CAMPAIGN,
    summary="The campaigns of a plan: what was asked, until when, how many answered.",
)
listing(
    "digest",
    DIGEST,
    lambda call: Digest.objects.filter(organisation=call.actor.organisation_id),
    MAIL,
)
write("PUT", "digest", set_digest, MAIL, shape=DIGEST)
write(
    "POST",
    "letters/test",
    try_mail,
    MAIL,
    given={"now": lambda _call: _now()},
    shape=LETTER,
    status=201,
)


def _now() -> Any:
    return timezone.now()
