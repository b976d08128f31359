"""What is written in the security journal stays as it was written, but for where from."""

from __future__ import annotations

from portulan.core.guards import Guard, chained, unsalted

# Nothing removes a real organisation; the demonstration may be taken away.
REAL = """NOT EXISTS (
  SELECT 1 FROM accounts_organisation AS organisation
  WHERE organisation.id = OLD.organisation_id AND organisation.fictional
)"""
_JOURNAL = "accounts_securityentry"
_FIELDS = ("at", "event", "organisation_id", "user_id", "person_id", "subject_id", "details")

# Old entries are removed, by the day that a setting says: an entry of the journal says so.
GUARDS = (
    Guard(
        "guard_security_unchanged",
        _JOURNAL,
        on="BEFORE UPDATE",
        refuse=unsalted(_FIELDS, also=["address"]),
    ),
    *chained("security", _JOURNAL, "security"),
)
