"""Phones that join by a code, without an account: a workshop's room, a vote on a scenario."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core import signing
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils.crypto import salted_hmac

from portulan.core.errors import NotFoundError
from portulan.plans.models.rooms import OpenToPhones

_CONSONANTS, _VOWELS = "BDFGKLMNPRSTV", "AEIOU"


@dataclass(frozen=True, slots=True)
class Phone[M: OpenToPhones]:
    """A phone, and what it joined: known by what its address says, which is kept nowhere."""

    joined: M
    nonce: str
    salt: str

    def mark(self, *about: int) -> str:
        """Return what its answer about something is known by; no other answer has it."""
        said = ".".join(map(str, (self.joined.pk, *about, self.nonce)))
        return salted_hmac(self.salt, said, algorithm="sha256").hexdigest()


@dataclass(frozen=True, slots=True)
class Joining[M: OpenToPhones]:
    """How phones join what a table holds: how many at most, and what is said to one too many."""

    model: type[M]
    salt: str
    most: int
    full: Any
    related: tuple[str, ...]

    @property
    def _rows(self) -> QuerySet[M]:
        return self.model._default_manager.all()

    def held(self, now: datetime, **only: Any) -> M | None:
        """Return what is open under these conditions, locked until the transaction ends."""
        waiting = self._rows.select_for_update().filter(closed_at=None, until__gt=now)
        return waiting.filter(**only).first()

    @transaction.atomic
    def join(self, code: str, *, now: datetime) -> str:
        """Return the address of a phone that joins by a code.

        Raises NotFoundError for a code that opens nothing, ValidationError where it is full.
        """
        typed = read_code(code)
        found = self.held(now, code=typed) if typed else None
        if found is None:
            raise NotFoundError(typed)
        if found.phones >= self.most:
            raise ValidationError(self.full % {"count": self.most})
        self._rows.filter(pk=found.pk).update(phones=F("phones") + 1)
        return signing.dumps([found.pk, secrets.token_urlsafe(12)], salt=self.salt)

    def phone(self, token: str) -> Phone[M]:
        """Return the phone of an address; what it joined may be over. Raises NotFoundError."""
        try:
            pk, nonce = signing.loads(token, salt=self.salt)
        except (signing.BadSignature, ValueError, TypeError):
            raise NotFoundError(token) from None
        found = self._rows.select_related(*self.related).filter(pk=pk).first()
        if found is None:
            raise NotFoundError(token)
        return Phone(found, nonce, self.salt)


def new_code() -> str:
    """Return a code that is read aloud and typed with ease: some 321 million of them."""
    letters = "".join(secrets.choice(_CONSONANTS) + secrets.choice(_VOWELS) for _pair in range(4))
    return letters[:7] + str(secrets.randbelow(90) + 10)


def read_code(text: str) -> str:
    """Return a code as it is kept, however it was typed."""
    return "".join(one for one in text.upper() if one.isalnum())[:20]
