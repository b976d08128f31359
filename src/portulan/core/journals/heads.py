"""The head of the journals: where each stood at an instant, sealed, to be kept elsewhere.

Whoever has one can say that nothing of before was taken away or rewritten since, whatever was done
to the database: it is in its table, in each backup, and in the journal of the system.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from portulan import __version__
from portulan.core.journals.findings import NOT_A_HEAD
from portulan.core.journals.guards_laid import is_there
from portulan.core.journals.sealing import canonical, digest_of, journals
from portulan.core.models import ChainLink, JournalHead
from portulan.core.say.text import UnusableInputError

FORMAT = "portulan-journal-head/1"
logger = logging.getLogger("portulan.security")

type Stamp = Callable[[bytes, str], str]


def head_of(now: datetime) -> dict[str, Any]:
    """Return where each journal stands (a query each, and one for the head before)."""
    links = ChainLink.objects.order_by("-id")
    last = JournalHead.objects.order_by("-id").values_list("seal", flat=True).first()
    return {
        "format": FORMAT,
        "at": now.isoformat(timespec="seconds"),
        "portulan": __version__,
        "previous": last,
        "journals": {
            one.code: links.filter(journal=one.code).values("id", "entry_id", "digest").first()
            for one in journals()
        },
    }


def kept(now: datetime) -> dict[str, Any]:
    """Return a head with its seal, as a backup keeps it; nothing of a database of before."""
    if not is_there():
        return {}
    head = head_of(now)
    return {"head": head, "seal": digest_of(head)}


def seal_head(now: datetime, stamp: Stamp | None) -> JournalHead:
    """Seal where the journals stand and keep it; `stamp` dates the seal for third parties.

    An authority that does not answer leaves the head without a time-stamp. It leaves to syslog too.
    """
    head = head_of(now)
    document, seal = canonical(head), digest_of(head)
    token = ""
    if stamp is not None:
        try:
            token = stamp(document, seal)
        except UnusableInputError as error:
            logging.getLogger(__name__).warning("portulan: %s", error)
    row = JournalHead(at=now, document=document.decode(), seal=seal, timestamp=token)
    row.save(force_insert=True)
    logger.info("portulan: %s", json.dumps({"head": seal, "journals": head["journals"]}))
    return row


def read_head(content: object) -> Mapping[str, Any]:
    """Return the head that a document is or keeps, its seal verified. Raises UnusableInputError."""
    found = content.get("journal", content) if isinstance(content, Mapping) else None
    match found:
        case {"head": {"format": str(said), "at": str(), "journals": dict()} as head, "seal": seal}:
            if said == FORMAT and digest_of(head) == seal:
                return dict(head)
    raise UnusableInputError(NOT_A_HEAD.at())
