"""What a person does again and again until killed, each said once it is done; and whether it holds.

Run in the place of a trial, with the name of a deed: it writes `ready`, then one line a deed.
"""

from __future__ import annotations

import hashlib
import io
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import count
from typing import TYPE_CHECKING

from portulan.cli import django_start

if TYPE_CHECKING:
    from portulan.plans.models import Plan

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
}
HELD: dict[str, Callable[[list[str]], None]] = {
    "evidence-held": evidence_held,
    "seal-held": seal_held,
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
