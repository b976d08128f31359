"""A provider of OpenID Connect for the tests: a real server, and what stands in front of it to lie.

The server is oidc-provider-mock, as it is. The front may sign what it says of people, as ProConnect
does, publish other keys, and change any answer; it says what it was asked.
"""

from __future__ import annotations

import io
import json
from base64 import urlsafe_b64decode
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import oidc_provider_mock
from joserfc import jwt
from joserfc.jwk import RSAKey
from werkzeug.serving import make_server
from werkzeug.test import run_wsgi_app

from portulan.accounts.openid import Provider

CLIENT = "portulan"
type Said = dict[str, Any]


def key(name: str) -> RSAKey:
    return RSAKey.generate_key(2048, {"kid": name, "use": "sig", "alg": "RS256"})


@dataclass
class Front:
    """What Portulan speaks to. `change` changes the claims of a token, `issue` makes it of them."""

    application: Callable[..., Iterable[bytes]]
    key: RSAKey = field(default_factory=lambda: key("front"))
    signs_userinfo: bool = True
    knows_pkce: bool = False
    extra: Said = field(default_factory=dict)
    change: Callable[[Said], None] = lambda claims: None
    issue: Callable[[Said], str] | None = None
    change_userinfo: Callable[[Said], None] = lambda claims: None
    issue_userinfo: Callable[[Said], str] | None = None
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    issuer: str = ""

    def sign(self, claims: Said) -> str:
        return jwt.encode({"alg": "RS256", "kid": self.key.kid}, claims, self.key)

    def __call__(self, environ: Any, start: Any) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        if environ["REQUEST_METHOD"] == "POST":
            body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
            environ["wsgi.input"] = io.BytesIO(body)
            self.asked.append((path, dict(parse_qsl(body.decode()))))
        else:
            self.asked.append((path, dict(parse_qsl(environ["QUERY_STRING"]))))
        parts, status, headers = run_wsgi_app(self.application, environ)
        content = b"".join(parts)
        kind = headers.get("Content-Type", "")
        if status.startswith("200") and path != "/oauth2/authorize":
            content, kind = self._changed(path, content, kind)
        headers["Content-Length"], headers["Content-Type"] = str(len(content)), kind
        start(status, list(headers))
        return [content]

    def _changed(self, path: str, content: bytes, kind: str) -> tuple[bytes, str]:
        if path.endswith("openid-configuration") and self.knows_pkce:
            said = json.loads(content) | {"code_challenge_methods_supported": ["S256"]}
            return json.dumps(said).encode(), kind
        if path == "/jwks":
            said = json.loads(content)
            said["keys"].append(self.key.as_dict(private=False))
            return json.dumps(said).encode(), kind
        if path == "/oauth2/token":
            said = json.loads(content)
            claims = _claims(said["id_token"]) | self.extra
            self.change(claims)
            said["id_token"] = (self.issue or self.sign)(claims)
            return json.dumps(said).encode(), kind
        if path == "/userinfo":
            claims = json.loads(content) | {"iss": self.issuer, "aud": CLIENT}
            self.change_userinfo(claims)
            if self.issue_userinfo or self.signs_userinfo:
                issued = (self.issue_userinfo or self.sign)(claims)
                return issued.encode(), "application/jwt; charset=utf-8"
            return json.dumps(claims).encode(), kind
        return content, kind

    def know(self, subject: str, **claims: Any) -> None:
        """Tell the server who somebody is."""
        self._send("PUT", f"/users/{subject}", json.dumps(claims), "application/json")

    def authorise(self, address: str, subject: str) -> str:
        """Do as somebody who signs in at the provider; return where the browser is led."""
        assert address.startswith(self.issuer)
        parts = urlsplit(address)
        sent = urlencode({"sub": subject})
        found = self._send(
            "POST", f"{parts.path}?{parts.query}", sent, "application/x-www-form-urlencoded"
        )
        location: str = found.headers["Location"]
        return location

    def _send(self, verb: str, path: str, body: str, kind: str) -> Any:
        connection = HTTPConnection(urlsplit(self.issuer).netloc, timeout=10)
        connection.request(verb, path, body, {"Content-Type": kind})
        answer = connection.getresponse()
        answer.read()
        connection.close()
        return answer

    def asked_at(self, path: str) -> dict[str, str]:
        """Return what was last asked at a path."""
        return next(said for where, said in reversed(self.asked) if where == path)


def _claims(token: str) -> Said:
    part = token.split(".")[1]
    found: Said = json.loads(urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return found


@contextmanager
def running() -> Iterator[Front]:
    """Serve a provider on a free port of the loopback."""
    front = Front(oidc_provider_mock.app())
    server = make_server("127.0.0.1", 0, front, threaded=True)
    front.issuer = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield front
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def provider(front: Front, **more: Any) -> Provider:
    """Return the settings that name it."""
    said = {"name": "ProConnect", "scopes": "openid email siret", **more}
    return Provider(front.issuer, CLIENT, "secret of the client", **said)


def query_of(address: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
