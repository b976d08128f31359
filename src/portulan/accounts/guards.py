"""What is written in the security journal stays as it was written, but for where from."""

from __future__ import annotations

from portulan.core.guards import Guard

_JOURNAL = "accounts_securityentry"
_PLAIN = ("organisation_id", "user_id", "person_id", "subject_id")
_SAME = " AND ".join(
    [
        "NEW.at = OLD.at AND NEW.event = OLD.event",
        *(f"COALESCE(NEW.{name}, 0) = COALESCE(OLD.{name}, 0)" for name in _PLAIN),
        "CAST(NEW.details AS TEXT) = CAST(OLD.details AS TEXT)",
    ]
)

# Old entries are removed, by the day that a setting says: nothing stops it.
GUARDS = (
    Guard(
        "guard_security_unchanged",
        _JOURNAL,
        on="BEFORE UPDATE",
        refuse=f"NOT (NEW.address = '' AND {_SAME})",
    ),
    Guard(
        "guard_security_not_replaced",
        _JOURNAL,
        on="BEFORE INSERT",
        refuse=f"EXISTS (SELECT 1 FROM {_JOURNAL} AS entry WHERE entry.id = NEW.id)",
    ),
)
