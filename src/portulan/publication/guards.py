"""What was public stays as it was; it is only withdrawn, and its address says why."""

from __future__ import annotations

from portulan.accounts.guards import REAL
from portulan.core.guards import Guard

EDITION, FIGURE = "publication_publicedition", "publication_publicfigure"

COPY, SHARING = "publication_sharedcopy", "publication_sharing"
# A copy goes to the group that its sharing names, while it is in force: whoever writes.
UNSHARED = f"""NOT EXISTS (
  SELECT 1 FROM {SHARING} AS sharing
  WHERE sharing.id = NEW.sharing_id AND sharing.receiver_id = NEW.organisation_id
    AND sharing.ended_on IS NULL
)"""

GUARDS = (
    Guard(
        "guard_copy_of_a_sharing",
        COPY,
        on="BEFORE INSERT",
        refuse=UNSHARED,
        hold=f"{SHARING} WHERE id = NEW.sharing_id",
    ),
    Guard("guard_copy_is_made_anew", COPY, on="BEFORE UPDATE", refuse="TRUE"),
    Guard(
        "guard_sharing_ends_with_its_copy",
        SHARING,
        on="AFTER UPDATE OF ended_on",
        refuse=f"NEW.ended_on IS NOT NULL AND EXISTS (SELECT 1 FROM {COPY} AS copy"
        " WHERE copy.sharing_id = NEW.id)",
    ),
    Guard(
        "guard_sharing_parties",
        SHARING,
        on="BEFORE UPDATE OF organisation_id, receiver_id",
        refuse="NEW.organisation_id <> OLD.organisation_id OR NEW.receiver_id <> OLD.receiver_id",
    ),
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
