"""What was public stays as it was; it is only withdrawn, and its address says why."""

from __future__ import annotations

from portulan.core.guards import Guard

EDITION, FIGURE = "publication_publicedition", "publication_publicfigure"
# Nothing removes a real organisation; the demonstration may be taken away.
REAL = """NOT EXISTS (
  SELECT 1 FROM accounts_organisation AS organisation
  WHERE organisation.id = OLD.organisation_id AND organisation.fictional
)"""

GUARDS = (
    Guard(
        "guard_public_edition_unchanged",
        EDITION,
        on="BEFORE UPDATE OF organisation_id, number, published_on, published_at, digest, content",
        refuse="TRUE",
    ),
    Guard("guard_public_edition_kept", EDITION, on="BEFORE DELETE", refuse=REAL),
    Guard("guard_public_figure_unchanged", FIGURE, on="BEFORE UPDATE", refuse="TRUE"),
    Guard("guard_public_figure_kept", FIGURE, on="BEFORE DELETE", refuse=REAL),
)
