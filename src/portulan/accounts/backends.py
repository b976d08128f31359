"""Signing in with an address and a password."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.hashers import make_password
from django.http import HttpRequest

from portulan.accounts.models import User
from portulan.accounts.reads import find_account, still_opens


class EmailBackend(BaseBackend):
    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **kwargs: Any,
    ) -> User | None:
        user = find_account(username or "")
        if user is None or not user.is_active:
            # The same work as for a known address, so that time does not tell which exist.
            make_password(password)
            return None
        if not password or not user.check_password(password):
            return None
        return still_opens(user.pk)

    def get_user(self, user_id: int) -> User | None:
        return still_opens(user_id)
