"""The audit trail (who changed what, from which value to which), work under way, what was sent."""

from __future__ import annotations

from typing import Any, NoReturn

from django.db import models

from portulan.core.words import AT_WORK, LetterStatus, TaskStatus


class Versioned(models.Model):
    """A row that people edit: its version rises by one each time that it is written.

    Who edits says at which version it was read (forms, tables, API alike): the one thing that is
    done in `save`, since forgetting it anywhere would let one person undo another unknowingly. What
    writes without it (`update`) raises `version` itself: `update(…, version=F("version") + 1)`.
    """

    version = models.PositiveIntegerField(default=1, db_default=1, editable=False)

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        before = self.version
        if self.pk is None:
            self.version = 1  # a copy of a row is a row of its own
        elif not self._state.adding:
            self.version = models.F("version") + 1
            if kwargs.get("update_fields") is not None:
                kwargs["update_fields"] = {*kwargs["update_fields"], "version"}
        try:
            super().save(*args, **kwargs)
        except BaseException:
            self.version = before
            raise


class Sealed(models.Model):
    """An entry of a chained journal (`core.journals`): what it says never changes but for its salt.

    `commitment` hides whom it is about, and can be checked as long as there is a `salt`: erasing
    somebody destroys it, and the `seal` holds all the same.
    """

    salt = models.CharField(max_length=32, blank=True, default="", db_default="")
    commitment = models.CharField(max_length=64, blank=True, default="", db_default="")
    seal = models.CharField(max_length=64, blank=True, default="", db_default="")

    class Meta:
        abstract = True


class AuditEntry(Sealed):
    """One thing done to one object. Append-only, written by `core.audit.record` alone.

    People and objects are plain identifiers: erasing a person leaves the trail readable.
    """

    at = models.DateTimeField()
    organisation_id = models.BigIntegerField(null=True)
    person_id = models.BigIntegerField(null=True)
    subject_type = models.CharField(max_length=40)
    subject_id = models.BigIntegerField()
    verb = models.CharField(max_length=40)
    changes = models.JSONField(default=dict)

    class Meta:
        indexes = [
            # An object's history, newest first.
            models.Index(fields=["subject_type", "subject_id", "-id"], name="audit_subject"),
            # An organisation's journal, newest first.
            models.Index(fields=["organisation_id", "-id"], name="audit_organisation"),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.subject_type} {self.subject_id}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise TypeError("The audit trail is append-only.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError("The audit trail is append-only.")


class ChainLink(models.Model):
    """Where an entry stands in its journal: the digest of the link before, the entry and its seal.

    Guards alone write it: on PostgreSQL at the end of the transaction, so that a journal has one
    order and nobody waits for who writes at length.
    """

    journal = models.CharField(max_length=8)
    entry_id = models.BigIntegerField()
    digest = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["journal", "entry_id"], name="chain_once")]
        indexes = [models.Index(fields=["journal", "-id"], name="chain_last")]

    def __str__(self) -> str:
        return f"{self.journal} {self.entry_id}"


class GuardsLaid(Sealed):
    """When guards were laid by this program, why, and which it found missing before."""

    at = models.DateTimeField()
    why = models.CharField(max_length=12)
    stamp = models.CharField(max_length=80)
    found = models.JSONField(default=list)

    def __str__(self) -> str:
        return f"{self.why} {self.at}"


class JournalHead(models.Model):
    """Where the journals stood one night: a canonical document, its seal, its time-stamp."""

    at = models.DateTimeField()
    document = models.TextField()
    seal = models.CharField(max_length=64, unique=True)
    timestamp = models.TextField(blank=True, default="")

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d} {self.seal}"


class Task(models.Model):
    """Long work asked by a person: what it is about, where it stands, and how it ended.

    `core.tasks` alone writes it. `process` is the one at work (`core.processes`), `seen_at` when it
    last said that it lived: one that is gone was interrupted. `failure` is the sentence shown when
    it could not be done.
    """

    organisation_id = models.BigIntegerField()
    person_id = models.BigIntegerField(null=True)
    kind = models.CharField(max_length=40)
    subject_id = models.BigIntegerField()
    status = models.CharField(
        max_length=11, choices={s: s.value for s in TaskStatus}, default=TaskStatus.WAITING
    )
    stage = models.CharField(max_length=40, blank=True)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    details = models.JSONField(default=dict)
    failure = models.TextField(blank=True)
    cancel_asked = models.BooleanField(default=False)
    process = models.CharField(max_length=100, blank=True, default="")
    created_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            # One at a time on one subject: of two who ask, the second sees the work of the first.
            models.UniqueConstraint(
                fields=["kind", "subject_id"],
                condition=models.Q(status__in=[TaskStatus.WAITING, TaskStatus.RUNNING]),
                name="task_one_at_work",
            )
        ]
        indexes = [models.Index(fields=["kind", "subject_id", "-id"], name="task_latest")]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject_id} {self.status}"

    @property
    def at_work(self) -> bool:
        return self.status in AT_WORK


class SharedFolder(models.Model):
    """The mark of the folder of files that goes with this database (`core.shared_folder`)."""

    mark = models.CharField(max_length=32)

    def __str__(self) -> str:
        return self.mark


class Sending(models.Model):
    """A form that somebody sent and what it was answered, so that sent twice it counts once.

    `core.sending` alone writes it, in the transaction of the deed. `token` is what the form (or the
    client of the API) says of itself, `digest` what was sent, `location` where the answer leads,
    `content` what it said where nothing could be read there again (zlib).
    """

    user_id = models.BigIntegerField()
    token = models.CharField(max_length=80)
    digest = models.CharField(max_length=64)
    at = models.DateTimeField()
    status = models.PositiveSmallIntegerField(default=0)
    location = models.TextField(blank=True)
    content = models.BinaryField(default=b"")

    class Meta:
        constraints = [
            # Of two that say the same, the second waits for the first, and hears its answer.
            models.UniqueConstraint(fields=["user_id", "token"], name="sending_once")
        ]
        indexes = [models.Index(fields=["at"], name="sending_at")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.token}"


class DutyRun(models.Model):
    """The last run of a duty of the instance, and whose turn it is.

    `core.schedule` alone writes it. `holder` is the process at work (`core.processes`) until
    `until`, which it puts off while it lives; `turn` rises each time that somebody takes the duty.
    `counts` is what was done, `failure` the sentence or the kind of error that stopped it.
    """

    name = models.CharField(max_length=40, unique=True)
    holder = models.CharField(max_length=100, blank=True, default="")
    turn = models.PositiveIntegerField(default=0)
    until = models.DateTimeField(null=True)
    begun_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    status = models.CharField(max_length=11, choices={s: s.value for s in TaskStatus})
    counts = models.JSONField(default=dict)
    failure = models.TextField(blank=True, default="")

    def __str__(self) -> str:
        return f"{self.name} {self.status}"


class OrganisationDuty(models.Model):
    """What a duty has to do for one organisation: `core.by_organisation` alone writes it.

    It is done once `due_at` has come; None when there is nothing to do until the duty is due again.
    `holder`, `turn` and `until` are as those of a `DutyRun`. `tries` counts what was begun and did
    not end well, one after the other; after too many it is set aside until somebody says to try.
    """

    name = models.CharField(max_length=40)
    organisation_id = models.BigIntegerField()
    holder = models.CharField(max_length=100, blank=True, default="")
    turn = models.PositiveIntegerField(default=0)
    until = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    begun_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    status = models.CharField(
        max_length=11, choices={s: s.value for s in TaskStatus}, default=TaskStatus.WAITING
    )
    tries = models.PositiveSmallIntegerField(default=0)
    counts = models.JSONField(default=dict)
    failure = models.TextField(blank=True, default="")
    aside_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["name", "organisation_id"], name="organisation_duty")
        ]
        indexes = [models.Index(fields=["name", "due_at"], name="organisation_duty_due")]

    def __str__(self) -> str:
        return f"{self.name} {self.organisation_id} {self.status}"


class Letter(Versioned):
    """A message that will leave, or left: `core.mail` alone writes it.

    `key` says what it is about: nobody is told twice of one thing. `message_id` is given once, when
    it is put, and never again. People are plain identifiers; `address` is blank once somebody is
    erased. `holder` is the process that sends it (`core.processes`); `dot_at` when it was about to
    say the final dot, before which nothing has left. `tried_since` is when it was first refused.
    What is `urgent` leaves first, at any hour: somebody waits for it.
    """

    organisation_id = models.BigIntegerField()
    person_id = models.BigIntegerField(null=True, blank=True)
    key = models.CharField(max_length=80)
    address = models.EmailField(blank=True)
    language = models.CharField(max_length=2, default="fr")
    subject = models.CharField(max_length=200)
    body = models.TextField()
    unsubscribe = models.CharField(max_length=300, blank=True)
    calendar = models.TextField(blank=True, default="", db_default="")
    due_at = models.DateTimeField()
    status = models.CharField(
        max_length=8, choices={s: s.value for s in LetterStatus}, default=LetterStatus.WAITING
    )
    message_id = models.CharField(max_length=200, unique=True)
    holder = models.CharField(max_length=100, blank=True, default="")
    attempts = models.PositiveSmallIntegerField(default=0)
    urgent = models.BooleanField(default=False, db_default=False)
    dot_at = models.DateTimeField(null=True, blank=True)
    tried_since = models.DateTimeField(null=True, blank=True)
    failure = models.CharField(max_length=250, blank=True, default="")
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation_id", "person_id", "key"], name="letter_once"
            )
        ]
        indexes = [models.Index(fields=["status", "due_at"], name="letter_due")]

    def __str__(self) -> str:
        return f"{self.key} {self.status}"


class Bounce(models.Model):
    """An address that receives nothing: nobody writes to it before somebody says that it is right.

    `core.mail` alone writes it. Another address of the same person is written to. `status` is what
    servers said, in code (RFC 3463, or three digits), `said` in words.
    """

    organisation_id = models.BigIntegerField()
    person_id = models.BigIntegerField(unique=True)
    address = models.EmailField()
    status = models.CharField(max_length=12)
    said = models.CharField(max_length=250, blank=True)
    since = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["organisation_id", "-since"], name="bounce_latest")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.status}"
