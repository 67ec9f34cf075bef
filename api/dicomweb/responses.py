"""DICOM JSON as Django's answer; STOW-RS uses it."""

from typing import Any

import orjson
from django.http import HttpResponse


def dicom_json(value: Any, status: int = 200) -> HttpResponse:
    return HttpResponse(orjson.dumps(value), status=status, content_type="application/dicom+json")
