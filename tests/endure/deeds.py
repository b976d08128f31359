"""What a person does again and again until killed, each said once it is done; and whether it holds.

Run in the place of a trial, with the name of a deed: it writes `ready`, then one line a deed.
"""

from __future__ import annotations

import hashlib
import io
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from itertools import count
from time import monotonic
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from portulan.cli import django_start

if TYPE_CHECKING:
    from portulan.accounts.actors import Actor
    from portulan.plans.models import Plan
    from portulan.sources.models import Source

SLUG = "region-armorique"


def evidence() -> Iterator[str]:
    """Give files of some hundred kilobytes; a deed is said by the hash of its file."""
    from portulan.evidence.reception import receive
    from portulan.evidence.writes import give

    _organisation, actor = django_start.organisation_and_actor(SLUG, "fr")
    for _ in count():
        content = hashlib.sha512().hexdigest().encode()  # a text, then what makes it unlike others
        content = (content + hashlib.sha256(_drawn()).hexdigest().encode()) * 2_000
        file = receive(io.BytesIO(content), "preuve.txt")
        give(actor, title="Preuve", file=file)
        yield hashlib.sha256(content).hexdigest()


def large() -> Iterator[str]:
    """Give one piece whose file no buffer holds; it is said by its number."""
    from portulan.evidence.reception import receive
    from portulan.evidence.writes import give

    _organisation, actor = django_start.organisation_and_actor(SLUG, "fr")
    content = b"Preuve.\n" * 1_500_000
    yield str(give(actor, title="Preuve", file=receive(io.BytesIO(content), "preuve.txt")).pk)


def evidence_held(said: list[str]) -> None:
    from portulan.core.uploads import known, upload_path

    names = known()
    assert set(said) <= names, "a piece that was given is lost"
    for name in sorted(names):
        found = hashlib.sha256(upload_path(name).read_bytes()).hexdigest()
        assert found == name, f"the file {name} is not what was given"


def seal() -> Iterator[str]:
    """Seal the plan; a deed is said by the number and its seal."""
    from portulan.steering.sealed.writes import seal_plan
    from portulan.steering.words import Occasion

    organisation, actor = django_start.organisation_and_actor(SLUG, "fr")
    actor = replace(actor, person_id=organisation.people.order_by("pk")[0].pk)  # somebody seals
    for turn in count():
        sealed = seal_plan(
            actor,
            plan=_plan(),
            occasion=Occasion.COMMITTEE,
            title=f"Essai {turn}",
            today=organisation.frozen_on,
            texts_read=True,
        )
        yield f"{sealed.number}:{sealed.seal}"


def seal_held(said: list[str]) -> None:
    from portulan.steering.models import SealedPlan

    found = {f"{one.number}:{one.seal}" for one in SealedPlan.objects.all()}
    assert set(said) <= found, "a seal that was said is lost"
    numbers = sorted(SealedPlan.objects.values_list("number", flat=True))
    assert numbers == list(range(1, len(numbers) + 1)), "the chain has a hole"


def source() -> Iterator[str]:
    """Read a tool that refuses, fails and cuts; a deed is said by its snapshot and its reading."""
    from django.conf import settings
    from django.core.exceptions import ValidationError
    from django.utils import timezone

    from portulan.sources import asking
    from portulan.sources.addresses import read_address
    from tests.sources.tool import Tool, serve

    tool = Tool(behave=_badly)
    serve(tool)
    settings.SOURCE_HOSTS = frozenset({tool.place})
    asking.time = SimpleNamespace(monotonic=monotonic, sleep=lambda _seconds: None)  # type: ignore[attr-defined]
    one, actor = _source_at(f"http://{tool.place}")
    turn = one.snapshots.count()
    while True:
        turn += 1
        tool.rows = [_bought(number, turn) for number in range(1, 1203)]
        one.refresh_from_db()
        try:
            taken = read_address(actor, source=one, now=timezone.now(), whole=True)
        except ValidationError:
            continue  # a bad day of the tool: nothing of it is taken
        yield f"{taken.snapshot.pk}:{taken.snapshot.digest}"


def _badly(handler: Any, rank: int) -> bool:
    if rank % 11 == 0:
        handler.send_response(200)
        handler.send_header("Content-Length", "5000")
        handler.end_headers()
        handler.wfile.write(b'{"total": 1202, "rows": [')
        handler.close_connection = True
        return True
    status = 429 if rank % 5 == 0 else 500 if rank % 7 == 0 else 401 if rank % 43 == 0 else 0
    if status:
        handler.say(status, {"status": "error"}, Retry_After="1")
    return status != 0


def _bought(number: int, turn: int) -> dict[str, Any]:
    from tests.sources.tool import device

    # An age has two decimals: less than four days apart, two readings may say the same.
    day = date(2022, 1, 1) + timedelta(days=5 * (turn % 200))
    return device(number) | {"purchase_date": {"date": day.isoformat()}}


def _source_at(url: str) -> tuple[Source, Actor]:
    """Return the source that is read, made at the first round: it feeds an indicator by itself."""
    from django.utils import timezone

    from portulan.accounts.actors import command_line
    from portulan.accounts.models import Organisation
    from portulan.indicators.models import Indicator
    from portulan.indicators.words import Kind
    from portulan.sources.addresses import give_secret
    from portulan.sources.apis import Api
    from portulan.sources.feeding import Entrance, Manner
    from portulan.sources.models import Source
    from portulan.sources.writes import feed, save_source, say_meanings
    from tests.sources.inventory import MEANINGS
    from tests.sources.tool import TOKEN

    organisation = Organisation.objects.order_by("pk")[0]
    actor, now = command_line(organisation.pk), timezone.now()
    made = save_source(
        actor,
        source=Source.objects.filter(name="Essai").first(),
        name="Essai",
        entrance=Entrance.ADDRESS,
        api=Api.SNIPE_IT,
        url=url,
        now=now,
    )
    give_secret(actor, source=made, secret={"token": TOKEN})
    say_meanings(actor, source=made, meanings=MEANINGS, now=now)
    age, _made = Indicator.objects.get_or_create(
        organisation=organisation, name="Essai", kind=Kind.QUANTITY, unit="années"
    )
    feed(actor, source=made, indicator=age, formula="age-mean", manner=Manner.AUTOMATIC)
    made.refresh_from_db()
    return made, actor


def source_held(said: list[str]) -> None:
    """Hold that each snapshot is whole: its entry, its reading accepted, the last one counts."""
    from portulan.core.models import AuditEntry
    from portulan.indicators.models import Measurement
    from portulan.sources.models import ItemsSnapshot, ProposedReading
    from portulan.sources.verbs import Verb

    rows = list(ItemsSnapshot.objects.filter(source__name="Essai").order_by("pk"))
    assert set(said) <= {f"{one.pk}:{one.digest}" for one in rows}, "a reading said is lost"
    told = AuditEntry.objects.filter(verb=Verb.PHOTOGRAPHED, subject_type="source")
    digests = {changes["digest"][1] for changes in told.values_list("changes", flat=True)}
    read = ProposedReading.objects.filter(snapshot__in=rows).select_related("measurement")
    by_snapshot = {one.snapshot_id: one for one in read}
    for one in rows:
        assert (one.read, one.kept) == (1202, 1202), "half a list is kept"
        assert one.digest in digests, "a snapshot has no entry"
        reading = by_snapshot.get(one.pk)
        assert reading is not None, "a snapshot proposes nothing"
        assert reading.answer == "accepted", "a reading waits that enters by itself"
        kept = reading.measurement
        assert kept is not None, "an accepted reading is lost"
        assert kept.value == reading.value, "an accepted reading says another value"
    alive = Measurement.objects.filter(indicator__name="Essai", withdrawn_at=None)
    last = [by_snapshot[rows[-1].pk].measurement_id] if rows else []
    assert list(alive.values_list("pk", flat=True)) == last, "another reading counts"


def _plan() -> Plan:
    from portulan.plans.models import Plan

    return Plan.objects.order_by("pk")[0]


def _drawn() -> bytes:
    from secrets import token_bytes

    return token_bytes(32)


DEEDS: dict[str, Callable[[], Iterator[str]]] = {
    "evidence": evidence,
    "seal": seal,
    "large": large,
    "source": source,
}
HELD: dict[str, Callable[[list[str]], None]] = {
    "evidence-held": evidence_held,
    "seal-held": seal_held,
    "source-held": source_held,
}


def main(name: str, said: list[str]) -> None:
    django_start.start()
    if name in HELD:
        HELD[name](said)
        return
    deeds = DEEDS[name]()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    for deed in deeds:
        sys.stdout.write(f"{deed}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
