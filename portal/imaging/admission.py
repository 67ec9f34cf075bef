"""Who asks for images, and what stands: one statement per request, for the fast DICOMweb path.

A frame costs less than the half-dozen queries that find out whether it may be sent. So one
prepared statement answers, at once and anew for every request, whether the session or token is
alive, its person active and the password unchanged, the project's permission epoch and the study's
content version. Everything else is remembered under those. Only "yes" is decided here: where
anything is missing or odd the answer is None, and the ordinary path decides and names the error.
"""

import hashlib
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

import psycopg
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from portal.accounts.models import ApiToken, User
from portal.imaging.access import ImageAccess, image_access, remembered_access
from portal.projects.selectors import get_project

TOUCH_S = 60.0  # a token's last use is written down this often
_SESSIONS_KEPT = 4096

_STANDING = """
    p.id, p.permission_epoch, s.id, s.content_version,
    EXISTS (SELECT 1 FROM imaging_study w WHERE w.project_id = p.id AND NOT w.is_indexed)
"""
_BY_TOKEN = f"""
    SELECT u.id, t.id, {_STANDING}
    FROM accounts_apitoken t
    JOIN accounts_user u ON u.id = t.user_id AND u.is_active
    JOIN projects_project p ON p.slug = %s
    LEFT JOIN imaging_study s ON s.project_id = p.id AND s.study_uid = %s
    WHERE t.token_sha256 = %s
"""
_BY_SESSION = f"""
    SELECT u.id, d.session_data, u.password, {_STANDING}
    FROM django_session d
    JOIN accounts_user u ON u.id = %s AND u.is_active
    JOIN projects_project p ON p.slug = %s
    LEFT JOIN imaging_study s ON s.project_id = p.id AND s.study_uid = %s
    WHERE d.session_key = %s AND d.expire_date > %s
"""


@dataclass(frozen=True, slots=True)
class Admission:
    """``study_id`` and ``study_version`` are of ``study_uid``, None where the project has no such
    study. ``index_stale``: some study of the project has changed since it was indexed."""

    user_id: UUID
    project_id: UUID
    access: ImageAccess
    study_uid: str
    study_id: UUID | None
    study_version: int | None
    index_stale: bool


def admit_token(token: str, slug: str, study_uid: str) -> Admission | None:
    digest = hashlib.sha256(token.encode()).hexdigest()
    row = _one(_BY_TOKEN, [slug, study_uid, digest])
    if row is None:
        return None
    _touch(_uuid(row[1]))
    return _admission(_uuid(row[0]), slug, study_uid, row[2:])


def admit_session(session_key: str, slug: str, study_uid: str) -> Admission | None:
    known = _sessions.get(session_key) or _decoded(session_key)
    if known is None:
        return None
    _, user_id, _ = known
    arguments = [_parameter(user_id), slug, study_uid, session_key, timezone.now()]
    row = _one(_BY_SESSION, arguments)
    if row is None:
        _sessions.pop(session_key, None)
        return None
    if row[1] != known[0]:  # the session was written to since
        _sessions.pop(session_key, None)
        known = _decoded(session_key)
        if known is None or known[0] != row[1] or known[1] != user_id:
            return None
    if not constant_time_compare(known[2], _session_hash(row[2])):
        return None
    return _admission(user_id, slug, study_uid, row[3:])


def _admission(
    user_id: UUID, slug: str, study_uid: str, standing: Sequence[Any]
) -> Admission | None:
    project_id, epoch, study_id, version, stale = standing
    project_id = _uuid(project_id)
    access = remembered_access(user_id, project_id, epoch)
    if access is None:
        access = _decided(user_id, slug)
    if access is None:
        return None
    known_study = None if study_id is None else _uuid(study_id)
    return Admission(user_id, project_id, access, study_uid, known_study, version, bool(stale))


def _decided(user_id: UUID, slug: str) -> ImageAccess | None:
    user = User.objects.filter(pk=user_id, is_active=True).first()
    return None if user is None else image_access(user, get_project(user, slug))


# ---- sessions: (session_data as stored, user, hash of the password it was made under)

_sessions: dict[str, tuple[str, UUID, str]] = {}


def _decoded(session_key: str) -> tuple[str, UUID, str] | None:
    row = SessionStore.get_model_class().objects.filter(session_key=session_key).first()
    if row is None:
        return None
    content = SessionStore().decode(row.session_data)
    if content.get(BACKEND_SESSION_KEY) not in settings.AUTHENTICATION_BACKENDS:
        return None
    try:
        user_id = UUID(str(content[SESSION_KEY]))
    except (KeyError, ValueError):
        return None
    known = (row.session_data, user_id, str(content.get(HASH_SESSION_KEY, "")))
    if len(_sessions) >= _SESSIONS_KEPT:
        _sessions.clear()
    _sessions[session_key] = known
    return known


@lru_cache(maxsize=_SESSIONS_KEPT)
def _session_hash(password: str) -> str:
    return User(password=password).get_session_auth_hash()


# ---- tokens

_touched: dict[UUID, float] = {}


def _touch(token_id: UUID) -> None:
    now = time.monotonic()
    if now - _touched.get(token_id, -TOUCH_S) >= TOUCH_S:
        if len(_touched) >= _SESSIONS_KEPT:
            _touched.clear()
        _touched[token_id] = now
        ApiToken.objects.filter(pk=token_id).update(last_used_at=timezone.now())


# ---- the statement


def _one(statement: str, arguments: list[Any]) -> Sequence[Any] | None:
    if connection.vendor != "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(statement, arguments)
            found: Sequence[Any] | None = cursor.fetchone()
            return found
    connection.ensure_connection()
    raw = connection.connection
    assert raw is not None
    # the server's own parameters, so that the plan is made once per connection
    with psycopg.Cursor(raw) as prepared:
        prepared.execute(statement, arguments, prepare=True)
        return prepared.fetchone()


def _uuid(value: Any) -> UUID:
    return value if isinstance(value, UUID) else UUID(value)


def _parameter(value: UUID) -> UUID | str:
    return value if connection.vendor == "postgresql" else value.hex
