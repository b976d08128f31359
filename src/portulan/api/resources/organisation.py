"""The organisation, its units, its people by function, its journal.

They are only read: who comes in, with which roles, is said by somebody signed in (docs/adr/0053).
"""

from __future__ import annotations

from portulan.accounts.access import Operation
from portulan.accounts.models import Organisation, Person, Unit
from portulan.accounts.reads import people_of, units_of
from portulan.api.declaring import One, declare, listing, resource
from portulan.api.shapes import More, shape
from portulan.core.models import AuditEntry

ORGANISATION = shape(
    Organisation,
    "id version slug name article put_away legal_form population headcount siren proved_siren "
    "siren_proof siret country population_year currency body_number electricity factor_roles "
    "levels board_floor content_language fictional frozen_on",
)
UNIT = shape(Unit, "id version name parent")
PERSON = shape(
    Person,
    "id version function name unit left_on",
    roles=More(
        lambda row: sorted(one.role for one in row.memberships.all()),
        {"type": "array", "items": {"type": "string"}},
    ),
    # Who names pilots needs to know who they are.
    guarded={"name": Operation.EDIT_PLAN},
    withheld="name",
)
ENTRY = shape(
    AuditEntry,
    "id at person_id subject_type subject_id verb changes",
    withheld="person_id changes",
)

declare(
    One(
        path="organisation",
        name="read-organisation",
        need=Operation.READ_PLAN,
        shape=ORGANISATION,
        row=lambda call: Organisation.objects.get(pk=call.actor.organisation_id),
    )
)
resource("units", "unit", UNIT, lambda call: units_of(call.actor.organisation_id))
resource(
    "people",
    "person",
    PERSON,
    lambda call: people_of(call.actor.organisation_id),
    filters="unit",
)
listing(
    "journal",
    ENTRY,
    lambda call: AuditEntry.objects.filter(organisation_id=call.actor.organisation_id),
    Operation.READ_TRAIL,
    filters=("subject_type", "subject_id", "verb", "person_id"),
)
