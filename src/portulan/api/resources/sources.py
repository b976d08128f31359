"""Sources: what they are, what they feed, what they said, the readings that they propose."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from portulan.accounts.access import Operation
from portulan.api.call import Call
from portulan.api.declaring import act, listing, resource, write
from portulan.api.shapes import shape
from portulan.plans.feeds import answer_reading
from portulan.sources.addresses import give_secret, read_address
from portulan.sources.models import ItemsSnapshot, ProposedReading, Source, SourceFeed
from portulan.sources.packs import unpacked
from portulan.sources.reads import sources_of
from portulan.sources.taking import read_now
from portulan.sources.writes import (
    end_feed,
    feed,
    remove_source,
    resume_source,
    save_source,
    say_meanings,
    stop_source,
)

READ, SOURCE, UPDATE = Operation.READ_PLAN, Operation.SOURCE, Operation.UPDATE_ACTION
SHAPE = shape(
    Source,
    "id version name kind entrance api url every function person scope refused_under warned_under "
    "meanings said_at "
    "token_until secret_until heard_at "
    "created_at tried_at failure stopped",
)
FEED = shape(SourceFeed, "id version source formula indicator manner")
SNAPSHOT = shape(
    ItemsSnapshot,
    "id source on kind digest read kept dropped words figures held invoices moved moved_since "
    "problems scope entities version entrance taken_at",
)
READING = shape(
    ProposedReading,
    "id version snapshot indicator formula on before value numerator denominator coverage "
    "questions answer why answered_at measurement",
)
ONE = "sources/{source}"


def _now(_call: Call) -> Any:
    return timezone.now()


resource(
    "sources",
    "source",
    SHAPE,
    lambda call: sources_of(actor=call.actor),
    write=SOURCE,
    create=save_source,
    created={"given": {"now": _now}},
    change=save_source,
    changed={"given": {"now": _now}},
    remove=remove_source,
    acts=[act("stop", stop_source, SOURCE), act("resume", resume_source, SOURCE)],
)
resource(
    f"{ONE}/feeds",
    "feed",
    FEED,
    lambda call: call.found["source"].feeds.order_by("pk"),
    write=SOURCE,
    create=feed,
    remove=end_feed,
)
write(
    "PUT",
    f"{ONE}/meanings",
    say_meanings,
    SOURCE,
    given={"now": _now},
    shape=SHAPE,
)
write("PUT", f"{ONE}/secret", give_secret, Operation.SOURCE_SECRET, shape=SHAPE)
write(
    "POST",
    f"{ONE}/read",
    read_address,
    SOURCE,
    given={"now": _now},
    made=lambda taken: taken.snapshot,
    shape=SNAPSHOT,
    status=201,
    apart=True,
)
listing(f"{ONE}/snapshots", SNAPSHOT, lambda call: call.found["source"].snapshots.order_by("-pk"))
write(
    "POST",
    f"{ONE}/snapshots",
    read_now,
    SOURCE,
    given={"now": _now},
    upload=lambda _call, file: {"files": unpacked(file.name or "", file.read())},
    uploaded=("files",),
    made=lambda taken: taken.snapshot,
    shape=SNAPSHOT,
    status=201,
    apart=True,
)
resource(
    f"{ONE}/readings",
    "reading",
    READING,
    lambda call: (
        ProposedReading.objects.filter(snapshot__source=call.found["source"])
        .select_related("indicator", "snapshot__source")
        .order_by("pk")
    ),
    filters="answer indicator",
    acts=[
        act(
            "answer",
            answer_reading,
            UPDATE,
            names={"proposal": "reading"},
            given={"now": _now},
        )
    ],
)
