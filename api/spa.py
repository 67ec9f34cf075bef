"""The single-page application's shell, with this request's style nonce written in."""

from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_safe

NONCE_MARK = "__CSP_NONCE__"


@lru_cache(maxsize=4)
def _shell(path: Path, changed_ns: int) -> str:
    return path.read_text(encoding="utf-8")


@require_safe
@ensure_csrf_cookie
def spa(request: HttpRequest, path: str = "") -> HttpResponse:
    """Every page of the portal; the browser's router picks the page from the path."""
    shell = settings.FRONTEND_DIST / "index.html"
    if not shell.is_file():
        return HttpResponse(
            "The frontend is not built. Run: make setup", status=503, content_type="text/plain"
        )
    text = _shell(shell, shell.stat().st_mtime_ns)
    response = HttpResponse(text.replace(NONCE_MARK, getattr(request, "csp_nonce", "")))
    response.headers["Cache-Control"] = "no-store"
    return response
