"""What was sealed never changes, and stays."""

from __future__ import annotations

from portulan.accounts.guards import REAL
from portulan.core.guards import Guard

SEALED, STAMP = "steering_sealedplan", "steering_stamp"
STAMP_OF_A_REAL = f"""NOT EXISTS (
  SELECT 1 FROM {SEALED} AS sealed
  JOIN accounts_organisation AS organisation ON organisation.id = sealed.organisation_id
  WHERE sealed.id = OLD.sealed_id AND organisation.fictional
)"""
BROKEN = f"""NEW.number > 1 AND NOT EXISTS (
  SELECT 1 FROM {SEALED} AS before
  WHERE before.organisation_id = NEW.organisation_id
    AND before.number = NEW.number - 1 AND before.seal = NEW.previous
)"""

GUARDS = (
    Guard("guard_seal_unchanged", SEALED, on="BEFORE UPDATE", refuse="TRUE"),
    Guard("guard_seal_kept", SEALED, on="BEFORE DELETE", refuse=REAL),
    Guard(
        "guard_seal_not_replaced",
        SEALED,
        on="BEFORE INSERT",
        refuse=f"EXISTS (SELECT 1 FROM {SEALED} AS sealed WHERE sealed.id = NEW.id)",
    ),
    Guard("guard_seal_follows", SEALED, on="BEFORE INSERT", refuse=BROKEN),
    Guard("guard_stamp_unchanged", STAMP, on="BEFORE UPDATE", refuse="TRUE"),
    Guard("guard_stamp_kept", STAMP, on="BEFORE DELETE", refuse=STAMP_OF_A_REAL),
)
