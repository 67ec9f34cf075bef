"""Addresses that stand in answers, as whoever asked can reach them."""

from django.conf import settings
from django.http import HttpRequest
from rest_framework.request import Request


def scheme_for(received: str) -> str:
    """Where TLS ends at a proxy the request itself says http."""
    return "https" if settings.ACCORD_PUBLIC_URL.startswith("https://") else received


def absolute(request: Request | HttpRequest, path: str) -> str:
    return f"{scheme_for(request.scheme or 'http')}://{request.get_host()}{path}"
