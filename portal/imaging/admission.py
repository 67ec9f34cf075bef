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

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from portal.accounts.models import ApiToken, User
from portal.core.prepared import rows, truth
from portal.imaging.access import ImageAccess, image_access, remembered_access
from portal.projects.selectors import get_project

TOUCH_S = 60.0  # a token's last use is written down this often
_SESSIONS_KEPT = 4096

_OF_BEARER = """
    SELECT u.id, t.id, p.id, p.permission_epoch, s.id, s.content_version,
        EXISTS (SELECT 1 FROM imaging_study w WHERE w.project_id = p.id AND NOT w.is_indexed)
    FROM accounts_apitoken t
    JOIN accounts_user u ON u.id = t.user_id AND u.is_active
    JOIN projects_project p ON p.slug = %s
    LEFT JOIN imaging_study s ON s.project_id = p.id AND s.study_uid = %s
    WHERE t.token_sha256 = %s
"""
_OF_SESSION = """
    SELECT u.id, d.session_data, u.password, p.id, p.permission_epoch, s.id, s.content_version,
        EXISTS (SELECT 1 FROM imaging_study w WHERE w.project_id = p.id AND NOT w.is_indexed)
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
    found = rows(_OF_BEARER, [slug, study_uid, digest])
    if not found:
        return None
    user_id, token_id, *standing = found[0]
    _touch(UUID(token_id))
    return _admission(UUID(user_id), slug, study_uid, standing)


def admit_session(session_key: str, slug: str, study_uid: str) -> Admission | None:
    known = _sessions.get(session_key) or _decoded(session_key)
    if known is None:
        return None
    _, user_id, _ = known
    arguments = [user_id, slug, study_uid, session_key, _now()]
    found = rows(_OF_SESSION, arguments)
    if not found:
        _sessions.pop(session_key, None)
        return None
    _, session_data, password, *standing = found[0]
    if session_data != known[0]:  # the session was written to since
        _sessions.pop(session_key, None)
        known = _decoded(session_key)
        if known is None or known[:2] != (session_data, user_id):
            return None
    if not constant_time_compare(known[2], _session_hash(password)):
        return None
    return _admission(user_id, slug, study_uid, standing)


def _admission(
    user_id: UUID, slug: str, study_uid: str, standing: Sequence[Any]
) -> Admission | None:
    project, epoch, study_id, version, stale = standing
    project_id = UUID(project)
    access = remembered_access(user_id, project_id, int(epoch)) or _decided(user_id, slug)
    if access is None:
        return None
    return Admission(
        user_id=user_id,
        project_id=project_id,
        access=access,
        study_uid=study_uid,
        study_id=None if study_id is None else UUID(study_id),
        study_version=None if version is None else int(version),
        index_stale=truth(stale),
    )


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


def _now() -> Any:
    return connection.ops.adapt_datetimefield_value(timezone.now())


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
