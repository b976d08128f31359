"""Signing in by OpenID Connect: what is asked of the provider, and what is believed of its answers.

The authorization code flow of OpenID Connect Core 1.0, with `state`, `nonce`, and PKCE where the
provider says that it knows it: what ProConnect does not list, it refuses. `acr` is asked by the
parameter `claims`, and checked here after the return. Nothing is believed that is not signed by a
public key of the provider (docs/adr/0054).
"""

from __future__ import annotations

import hashlib
import json
import math
import secrets
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache
from http.client import HTTPException
from time import time
from typing import Any
from urllib.parse import quote, urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from django.conf import settings
from django.utils.crypto import constant_time_compare

# Signatures of public keys alone: with `none` or a shared secret, anybody could have signed.
ALGORITHMS = ("RS256", "PS256", "ES256")
LASTS = 600  # seconds to come back from the provider
_LEEWAY = 60  # seconds between two clocks
_LONGEST = 86_400  # seconds that what a provider says may hold: a clock that is wrong says more
_TIMEOUT = 5  # seconds for the provider to answer
_LARGEST = 1 << 18
_METADATA_LASTS = 3600  # seconds

type Claims = Mapping[str, Any]


class OpenIDError(Exception):
    """The provider refused, or said what is not believed; the text is for who operates."""


class WeakError(OpenIDError):
    """Who came proved less than what is asked of them (`acr`)."""


@dataclass(frozen=True, slots=True)
class Provider:
    """A provider, as the settings say it."""

    issuer: str
    client_id: str
    secret: str
    name: str
    scopes: str
    acr: tuple[str, ...] = ()  # those accepted; any if none is said
    factor_acr: tuple[str, ...] = ()  # those that count as a second factor
    signed: bool = True  # whether what it says of people is signed too


@dataclass(frozen=True, slots=True)
class Arrival:
    """Who a provider says has come. `siret` and `email` are shown, and open nothing by themselves.

    `is_verified` when it says that the address is theirs.
    """

    issuer: str
    subject: str
    email: str
    siret: str
    is_strong: bool
    is_verified: bool
    id_token: str


def provider() -> Provider | None:
    """Return the provider of the settings, if one is said."""
    found: Provider | None = settings.OPENID
    return found


def leave(asked: Provider, *, back: str) -> tuple[str, dict[str, Any]]:
    """Return the address where to send somebody, and what to remember until they are back.

    The parameters are a fixed list. Raises OpenIDError.
    """
    said = _metadata(asked)
    kept = {name: secrets.token_urlsafe(32) for name in ("state", "nonce", "verifier")}
    query = {
        "response_type": "code",
        "client_id": asked.client_id,
        "redirect_uri": back,
        "scope": asked.scopes,
        "state": kept["state"],
        "nonce": kept["nonce"],
    }
    if asked.acr:
        values = {"acr": {"essential": True, "values": list(asked.acr)}}
        query["claims"] = json.dumps({"id_token": values}, separators=(",", ":"))
    if "S256" in said.get("code_challenge_methods_supported", ()):
        digest = hashlib.sha256(kept["verifier"].encode()).digest()
        query["code_challenge"] = urlsafe_b64encode(digest).rstrip(b"=").decode()
        query["code_challenge_method"] = "S256"
    address = said["authorization_endpoint"]
    joint = "&" if urlsplit(address).query else "?"
    return f"{address}{joint}{urlencode(query, quote_via=quote)}", {**kept, "at": time()}


def arrive(
    asked: Provider, *, answered: Mapping[str, str], kept: Mapping[str, Any], back: str
) -> Arrival:
    """Return who has come, from what the browser brings back. Raises OpenIDError, WeakError."""
    if not kept or time() - kept["at"] > LASTS:
        raise OpenIDError("nobody was sent from here, or too long ago")
    if not constant_time_compare(answered.get("state", ""), kept["state"]):
        raise OpenIDError("state")
    if answered.get("iss", asked.issuer) != asked.issuer:  # RFC 9207
        raise OpenIDError("answered by another issuer")
    if "error" in answered or not answered.get("code"):
        raise OpenIDError(f"refused by the provider: {answered.get('error', 'no code')[:80]!r}")
    said = _metadata(asked)
    tokens = _tokens(asked, said, answered["code"], kept["verifier"], back)
    claims = _id_token(asked, said, tokens["id_token"], kept["nonce"])
    acr = str(claims.get("acr", ""))
    if asked.acr and acr not in asked.acr:
        raise WeakError(f"acr {acr[:80]!r}")
    person = _userinfo(asked, said, tokens["access_token"])
    if person.get("sub") != claims["sub"]:
        raise OpenIDError("userinfo of another subject")
    return Arrival(
        issuer=asked.issuer,
        subject=claims["sub"],
        email=_short(person.get("email")),
        siret=_short(person.get("siret")),
        is_strong=acr in asked.factor_acr,
        is_verified=person.get("email_verified") is True,
        id_token=str(tokens["id_token"]),
    )


def farewell(asked: Provider, *, id_token: str, back: str) -> str:
    """Return the address that ends the session at the provider, "" when it has none."""
    try:
        address = _metadata(asked).get("end_session_endpoint", "")
    except OpenIDError:
        return ""
    query = {
        "id_token_hint": id_token,
        "state": secrets.token_urlsafe(32),
        "post_logout_redirect_uri": back,
    }
    return f"{address}?{urlencode(query)}" if address else ""


# What is believed


def _id_token(asked: Provider, said: Claims, token: object, nonce: str) -> Claims:
    claims = _signed(asked, said, token)
    if "exp" not in claims:
        raise OpenIDError("expired")
    if _moment(claims.get("iat"), absent=math.inf) > time() + _LEEWAY:
        raise OpenIDError("issued later than now")
    if not constant_time_compare(str(claims.get("nonce", "")), nonce):
        raise OpenIDError("nonce")
    subject = claims.get("sub")
    if not isinstance(subject, str) or not 0 < len(subject) <= 255:
        raise OpenIDError("subject")
    return claims


def _userinfo(asked: Provider, said: Claims, access: object) -> Claims:
    headers = {"Authorization": f"Bearer {access}"}
    kind, body = _fetch(said["userinfo_endpoint"], headers=headers)
    if kind == "application/jwt":
        return _signed(asked, said, body.decode("ascii", "replace").strip())
    if asked.signed:
        raise OpenIDError("userinfo is not signed (PORTULAN_OIDC_SIGNED_USERINFO)")
    return _object(body)


def _signed(asked: Provider, said: Claims, token: object) -> Claims:
    """Return the claims of a token that the provider signed for us. Raises OpenIDError."""
    from joserfc import jwt
    from joserfc.errors import JoseError
    from joserfc.jwk import KeySet

    claims: Claims | None = None
    reason: Exception | None = None
    for again in (False, True):
        if again:  # it may have changed its keys
            _keys.cache_clear()
        try:
            keys = KeySet.import_key_set({"keys": _keys(said["jwks_uri"], _hour())})
            claims = jwt.decode(str(token), keys, algorithms=ALGORITHMS).claims
            break
        except (JoseError, ValueError, TypeError, KeyError) as error:
            reason = error
    if claims is None:
        raise OpenIDError(f"signature: {reason}") from reason
    if claims.get("iss") != asked.issuer:
        raise OpenIDError("issuer")
    audience = claims.get("aud")
    several = audience if isinstance(audience, list) else [audience]
    if asked.client_id not in several:
        raise OpenIDError("audience")
    if claims.get("azp", asked.client_id) != asked.client_id or (
        len(several) > 1 and "azp" not in claims
    ):
        raise OpenIDError("authorized party")
    _require_now(claims)
    return claims


def _require_now(claims: Claims) -> None:
    """Raise OpenIDError for what held, will hold, or holds for longer than anybody signs for."""
    now = time()
    if "exp" in claims and not now - _LEEWAY <= _moment(claims["exp"]) <= now + _LONGEST + _LEEWAY:
        raise OpenIDError("expired, or far too late")
    if "nbf" in claims and _moment(claims["nbf"], absent=math.inf) > now + _LEEWAY:
        raise OpenIDError("not before a time to come")


# What is fetched


def _tokens(
    asked: Provider, said: Claims, code: str, verifier: str, back: str
) -> dict[str, object]:
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": back}
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    if "S256" in said.get("code_challenge_methods_supported", ()):
        form["code_verifier"] = verifier
    ways = said.get("token_endpoint_auth_methods_supported") or ["client_secret_post"]
    if "client_secret_post" in ways:
        form |= {"client_id": asked.client_id, "client_secret": asked.secret}
    else:
        both = f"{quote(asked.client_id, safe='')}:{quote(asked.secret, safe='')}"
        headers["Authorization"] = f"Basic {b64encode(both.encode()).decode()}"
    _kind, body = _fetch(said["token_endpoint"], urlencode(form).encode(), headers)
    found = _object(body)
    if not {"id_token", "access_token"} <= set(found):
        raise OpenIDError("no token")
    return dict(found)


def _metadata(asked: Provider) -> Claims:
    """Return what the provider publishes of itself, asked for once an hour."""
    return _metadata_of(asked.issuer, _hour())


@lru_cache(maxsize=2)
def _metadata_of(issuer: str, _when: int) -> Claims:
    address = f"{issuer.rstrip('/')}/.well-known/openid-configuration"
    said = _object(_fetch(address)[1])
    if said.get("issuer") != issuer:
        raise OpenIDError("metadata of another issuer")
    needed = ("authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri")
    secure = urlsplit(issuer).scheme
    for name in (*needed, *({"end_session_endpoint"} & set(said))):
        if urlsplit(str(said.get(name))).scheme != secure:
            raise OpenIDError(f"{name} is not {secure}")
    return said


@lru_cache(maxsize=4)
def _keys(address: str, _when: int) -> list[dict[str, Any]]:
    """Return the public keys of a provider: a shared secret among them would be no proof."""
    found = _object(_fetch(address)[1]).get("keys")
    keys: Collection[Any] = found if isinstance(found, list) else ()
    return [one for one in keys if isinstance(one, dict) and one.get("kty") in {"RSA", "EC"}]


class _NoRedirect(HTTPRedirectHandler):
    def redirect_request(self, *_args: Any, **_kwargs: Any) -> None:
        """Follow nobody elsewhere: an error is raised."""


_opener = build_opener(_NoRedirect)


def _fetch(
    address: str, data: bytes | None = None, headers: Mapping[str, str] | None = None
) -> tuple[str, bytes]:
    """Return the type and the body of an answer. Raises OpenIDError."""
    accept = {"Accept": "application/json, application/jwt", **(headers or {})}
    request = Request(address, data=data, headers=accept)  # noqa: S310 - of the settings
    try:
        with _opener.open(request, timeout=_TIMEOUT) as answer:
            body: bytes = answer.read(_LARGEST + 1)
            kind = answer.headers.get_content_type()
    except (OSError, HTTPException, ValueError) as error:
        raise OpenIDError(f"{urlsplit(address).path}: {error}") from error
    if len(body) > _LARGEST:
        raise OpenIDError(f"{urlsplit(address).path}: too long")
    return kind, body


def _object(body: bytes) -> Claims:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise OpenIDError("no JSON") from error
    if not isinstance(found, dict):
        raise OpenIDError("no object")
    return found


def _hour() -> int:
    return int(time() // _METADATA_LASTS)


def _moment(value: object, *, absent: float = -math.inf) -> float:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if is_number and math.isfinite(value) else absent  # type: ignore[arg-type]


def _short(value: object) -> str:
    return value[:254] if isinstance(value, str) and value.isprintable() else ""
