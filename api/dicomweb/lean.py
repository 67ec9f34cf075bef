"""The fast path of GET requests to ``/dicomweb``, the same for both entry points.

It leaves out Django's middleware and the REST framework, not what they are for: the host is
checked, the person is authenticated and admitted anew for every request
(``portal.imaging.admission``), errors go through the one map, and the security headers are those
of the settings. Whoever isn't admitted here is handed to the ordinary path, which decides and says
why; so is every other method.
"""

import logging
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qs

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection
from django.http.request import split_domain_port, validate_host
from rest_framework.exceptions import APIException

from api import errors
from api.addresses import scheme_for
from api.authentication import token_in
from api.dicomweb.exchange import Ask, Reply, json_reply
from api.dicomweb.gate import Visitor
from api.dicomweb.routes import PREFIX, resolve
from cmrkit.errors import CmrkitError
from portal.core.errors import DomainError
from portal.imaging.access import study_hint
from portal.imaging.admission import Admission, admit_session, admit_token

logger = logging.getLogger(__name__)
_STUDY = "studies/"
_MOST_QUERY = 8192  # characters

# ``default-src`` alone: nothing that is served here is a page
_CONTENT_POLICY = "default-src 'none'; frame-ancestors 'none'; sandbox"


def answer(
    method: str, path: str, query: str, scheme: str, header: Callable[[str], str]
) -> Reply | None:
    """The answer, or None where the ordinary path has to give it. ``header`` answers a request's
    header by its lower-case name, empty where there is none."""
    if method != "GET" or not usable() or len(query) > _MOST_QUERY:
        return None
    prefix = PREFIX.match(path)
    host = header("host")
    if prefix is None or not _host_allowed(host):
        return None
    slug, rest = prefix[1], path[prefix.end() :]
    found = resolve(rest)
    if found is None:
        return None
    try:
        admission = _admitted(header, slug, study_hint(_study_in(rest)))
    except (OperationalError, InterfaceError):
        connection.close()  # a connection that died since the last request
        return None
    except DomainError:
        return None
    if admission is None:
        return None
    visitor = Visitor(admission.user_id, admission.project_id, admission.access, admission)
    root = f"{scheme_for(scheme)}://{host}{prefix[0]}"[:-1]
    ask = Ask(visitor, slug, root, _parsed(query), _Headers(header))
    handler, uids = found
    reply = _safely(lambda: handler(ask, **uids))
    reply.headers.update(_security())
    return reply


@lru_cache(maxsize=1)
def usable() -> bool:
    """Whether the installation's settings leave room for it."""
    return (
        settings.SESSION_ENGINE == "django.contrib.sessions.backends.db"
        and not settings.SECURE_SSL_REDIRECT
    )


def _safely(work: Callable[[], Reply]) -> Reply:
    """Errors in the one shape."""
    try:
        return work()
    except (DomainError, CmrkitError, APIException, OperationalError) as error:
        found = errors.exception_handler(error, {})
        if found is not None:
            return json_reply(found.data, found.status_code, "application/json")
        logger.exception("DICOMweb: the database refused")
        connection.close()
    except Exception:
        logger.exception("DICOMweb: a request failed")
    message = "Something went wrong on the server. It has been logged; nothing was half-written."
    return json_reply(errors.body("server_error", message), 500, "application/json")


def _admitted(header: Callable[[str], str], slug: str, study: str) -> Admission | None:
    """A session before a token, as the ordinary path looks for them."""
    cookie = header("cookie")
    session_key = _session_key(cookie) if cookie else ""
    if session_key:
        admission = admit_session(session_key, slug, study)
        if admission is not None:
            return admission
    token = token_in(header("authorization"))
    return admit_token(token, slug, study) if token else None


@lru_cache(maxsize=1024)
def _session_key(cookie: str) -> str:
    try:
        morsel = SimpleCookie(cookie).get(settings.SESSION_COOKIE_NAME)
    except CookieError:
        return ""
    return morsel.value if morsel else ""


@lru_cache(maxsize=256)
def _host_allowed(host: str) -> bool:
    domain, _ = split_domain_port(host)
    return bool(domain) and validate_host(domain, settings.ALLOWED_HOSTS)


def _study_in(rest: str) -> str:
    return rest[len(_STUDY) :].partition("/")[0] if rest.startswith(_STUDY) else ""


def _parsed(query: str) -> dict[str, list[str]]:
    return parse_qs(query, keep_blank_values=True, max_num_fields=200) if query else {}


class _Headers(Mapping[str, str]):
    """Looked up as they are asked for: most are never."""

    def __init__(self, header: Callable[[str], str]) -> None:
        self._header = header

    def __getitem__(self, name: str) -> str:
        return self._header(name)

    def get(self, name: str, default: str = "") -> str:  # type: ignore[override]
        return self._header(name) or default

    def __iter__(self) -> Iterator[str]:
        raise TypeError("headers are looked up by name")

    def __len__(self) -> int:
        raise TypeError("headers are looked up by name")


@lru_cache(maxsize=1)
def _security() -> dict[str, str]:
    """What the middleware adds to an answer that is no page."""
    found = {
        "Content-Security-Policy": _CONTENT_POLICY,
        "X-Frame-Options": settings.X_FRAME_OPTIONS,
        "Vary": "Accept, Accept-Encoding, Authorization, Cookie",
    }
    if settings.SECURE_CONTENT_TYPE_NOSNIFF:
        found["X-Content-Type-Options"] = "nosniff"
    if settings.SECURE_REFERRER_POLICY:
        found["Referrer-Policy"] = str(settings.SECURE_REFERRER_POLICY)
    if settings.SECURE_CROSS_ORIGIN_OPENER_POLICY:
        found["Cross-Origin-Opener-Policy"] = settings.SECURE_CROSS_ORIGIN_OPENER_POLICY
    if settings.SECURE_HSTS_SECONDS:
        found["Strict-Transport-Security"] = f"max-age={settings.SECURE_HSTS_SECONDS}"
    return found
