"""The tables of steering, in the order of their foreign keys."""

from portulan.steering.models.committees import AgendaItem, Body, Committee, Decision
from portulan.steering.models.mail import Digest, MailRefusal
from portulan.steering.models.sealed import CommitmentVerdict, SealedPlan, Stamp

__all__ = [
    "AgendaItem",
    "Body",
    "CommitmentVerdict",
    "Committee",
    "Decision",
    "Digest",
    "MailRefusal",
    "SealedPlan",
    "Stamp",
]
