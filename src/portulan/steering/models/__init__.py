"""The tables of steering: seals, committees, campaigns, alerts, what leaves by itself."""

from portulan.steering.models.alerts import AlertThresholds, AlertTold, Look, RaisedAlert
from portulan.steering.models.campaigns import Acceptance, ActionReply, Campaign, Change, Reply
from portulan.steering.models.committees import AgendaItem, Body, Committee, Decision
from portulan.steering.models.handover import HandedLine, Handover
from portulan.steering.models.integrations import CalendarAddress, Delivery, Webhook
from portulan.steering.models.mail import Digest, MailRefusal
from portulan.steering.models.sealed import CommitmentVerdict, SealedPlan, Stamp

__all__ = [
    "Acceptance",
    "ActionReply",
    "AgendaItem",
    "AlertThresholds",
    "AlertTold",
    "Body",
    "CalendarAddress",
    "Campaign",
    "Change",
    "CommitmentVerdict",
    "Committee",
    "Decision",
    "Delivery",
    "Digest",
    "HandedLine",
    "Handover",
    "Look",
    "MailRefusal",
    "RaisedAlert",
    "Reply",
    "SealedPlan",
    "Stamp",
    "Webhook",
]
