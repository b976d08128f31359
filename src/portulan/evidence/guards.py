"""What a piece was when it was given stays: a later file is another revision."""

from __future__ import annotations

from portulan.core.guards import Guard

_REVISION = "evidence_revision"
GUARDS = (Guard("guard_revision_unchanged", _REVISION, on="BEFORE UPDATE", refuse="TRUE"),)
