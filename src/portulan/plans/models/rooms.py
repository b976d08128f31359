"""A room that answers on its phones, and what is kept of what it said."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import models

from portulan.catalogue.models import CatalogueVersion, Practice
from portulan.plans.models.plans import Plan

LIFE = timedelta(hours=8)


class OpenToPhones(models.Model):
    """What phones join by a code, until it is closed or too old; the code leaves with it."""

    code = models.CharField(max_length=12, blank=True)
    opened_at = models.DateTimeField()
    until = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    phones = models.PositiveSmallIntegerField(default=0)

    class Meta:
        abstract = True

    def is_over(self, now: datetime) -> bool:
        return self.closed_at is not None or self.until <= now


class Room(OpenToPhones):
    """A sitting of the workshop; `turn` rises when its screen has something new to show."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="rooms")
    edition = models.ForeignKey(CatalogueVersion, models.CASCADE, related_name="+")
    practice = models.ForeignKey(Practice, models.SET_NULL, null=True, related_name="+")
    turn = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["plan"], condition=models.Q(closed_at=None), name="room_one_open"
            ),
            models.UniqueConstraint(
                fields=["code"], condition=~models.Q(code=""), name="room_code_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan_id} {self.opened_at:%Y-%m-%d}"


class RoomVoice(models.Model):
    """What one phone says of one practice, while the room is open: nobody's name, no hour.

    `mark` comes from the phone and the practice: two answers of one phone have nothing in common.
    """

    room = models.ForeignKey(Room, models.CASCADE, related_name="voices")
    practice = models.ForeignKey(Practice, models.CASCADE, related_name="+")
    mark = models.CharField(max_length=64)
    impact = models.PositiveSmallIntegerField(null=True)
    effort = models.PositiveSmallIntegerField(null=True)
    who = models.CharField(max_length=160, blank=True)
    could = models.BooleanField(default=False)
    word = models.CharField(max_length=200, blank=True)
    is_fresh = models.BooleanField(default=True)  # not on the screen yet

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["room", "practice", "mark"], name="room_voice_once")
        ]

    def __str__(self) -> str:
        return f"{self.room_id} {self.practice_id}"


class RoomTally(models.Model):
    """What a room said of a practice, by threes: counts and words, kept with the choice.

    `heard` is as `plans.rooms.voices.Heard`; `received` is how many phones answered in all.
    """

    room = models.ForeignKey(Room, models.CASCADE, related_name="tallies")
    practice = models.ForeignKey(Practice, models.CASCADE, related_name="+")
    heard = models.JSONField(default=dict)
    received = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["room", "practice"], name="room_tally_once")]

    def __str__(self) -> str:
        return f"{self.room_id} {self.practice_id}"
