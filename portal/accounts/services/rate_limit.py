"""Counts failures per purpose and key in the shared cache; keys are hashed, never stored plain."""

import hashlib

from django.core.cache import cache

from portal.core.errors import TooManyAttempts

MAX_FAILURES = 8
WINDOW_S = 300


def check_rate(purpose: str, key: str, *, limit: int = MAX_FAILURES) -> None:
    """Raise TooManyAttempts when the key failed ``limit`` times within the window."""
    if int(cache.get(_cache_key(purpose, key), 0)) >= limit:
        raise TooManyAttempts(retry_after_s=WINDOW_S)


def note_failure(purpose: str, key: str) -> None:
    """Count one failure; the window starts at the first."""
    cache_key = _cache_key(purpose, key)
    if not cache.add(cache_key, 1, WINDOW_S):
        try:
            cache.incr(cache_key)
        except ValueError:  # expired between the two calls
            cache.set(cache_key, 1, WINDOW_S)


def forget_failures(purpose: str, key: str) -> None:
    cache.delete(_cache_key(purpose, key))


def _cache_key(purpose: str, key: str) -> str:
    return f"rate:{purpose}:{hashlib.sha256(key.lower().encode()).hexdigest()}"
