"""Who a proxy says is there: SAML, CAS or Kerberos are its business (`PORTULAN_USER_HEADER`)."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse

from portulan.accounts.models import User
from portulan.accounts.peers import is_from_proxy
from portulan.accounts.proving import prove_address
from portulan.accounts.reads import find_account, still_opens
from portulan.accounts.words import AddressProof
from portulan.web.accounts.signin.opening import open_session

# In a session that a proxy opened.
BY_PROXY = "by_proxy"


class ProxyUserMiddleware:
    """Sign in the account of the address that a trusted proxy gives, and out when it gives none.

    Nothing is made: an address that has no account here signs nobody in, and what anybody but a
    proxy of `PORTULAN_PROXIES` says is not read.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.USER_HEADER:
            self._settle(request, self._said_by(request))
        return self.get_response(request)

    def _said_by(self, request: HttpRequest) -> str:
        return request.headers.get(settings.USER_HEADER, "") if is_from_proxy(request) else ""

    def _settle(self, request: HttpRequest, said: str) -> None:
        here = request.user if isinstance(request.user, User) else None
        if here is not None and here.email.lower() == said.strip().lower():
            return
        if here is not None and (said or BY_PROXY in request.session):
            logout(request)
        found = find_account(said.strip()) if said else None
        if found is not None and (user := still_opens(found.pk)) is not None:
            user = prove_address(user, by=AddressProof.PROVIDER)
            open_session(request, user, bound_to=None, details={"by": "proxy"})
            request.session[BY_PROXY] = True
