"""Estimates and the organisation's own figures never change: they are superseded or withdrawn."""

from __future__ import annotations

from portulan.accounts.guards import REAL
from portulan.core.guards import Guard
from portulan.plans.guards import OF_A_REAL_ORGANISATION

ESTIMATE, OVERRIDE = "impact_estimate", "impact_factoroverride"
ESTIMATED = (
    "id, action_id, moment, view, reach, quality, is_indicative, request, factors, result, engine, "
    "digest, baseline, note, measurement_id, made_on, person_id, recorded_at"
)
GIVEN = (
    "id, organisation_id, name, version, value, spread, geography, year, source, address, licence, "
    "quality, reason, person_id, recorded_at"
)


def there(table: str) -> str:
    """Return the condition that a row of that number is there already."""
    return f"EXISTS (SELECT 1 FROM {table} AS kept WHERE kept.id = NEW.id)"


GUARDS = (
    Guard(
        "guard_estimate_unchanged",
        ESTIMATE,
        on=f"BEFORE UPDATE OF {ESTIMATED}",
        refuse="TRUE",
    ),
    Guard(
        "guard_estimate_kept",
        ESTIMATE,
        on="BEFORE DELETE",
        refuse=OF_A_REAL_ORGANISATION,
    ),
    Guard(
        "guard_estimate_not_replaced",
        ESTIMATE,
        on="BEFORE INSERT",
        refuse=there(ESTIMATE),
    ),
    Guard("guard_override_unchanged", OVERRIDE, on=f"BEFORE UPDATE OF {GIVEN}", refuse="TRUE"),
    Guard("guard_override_kept", OVERRIDE, on="BEFORE DELETE", refuse=REAL),
    Guard("guard_override_not_replaced", OVERRIDE, on="BEFORE INSERT", refuse=there(OVERRIDE)),
)
