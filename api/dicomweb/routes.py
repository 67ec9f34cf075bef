"""Addresses of DICOMweb that answer GET, and who answers; both entry points read this list."""

import re
from collections.abc import Callable

from api.dicomweb import frames, instances, metadata, qido, rendered, stacks
from api.dicomweb.exchange import Reply

Handler = Callable[..., Reply]
STUDY = "studies/<str:study>"
SERIES = f"{STUDY}/series/<str:series>"
INSTANCE = f"{SERIES}/instances/<str:instance>"

ROUTES: list[tuple[str, Handler]] = [
    ("studies", qido.search_studies),
    ("series", qido.search_series),
    ("instances", qido.search_instances),
    (STUDY, instances.study_files),
    (f"{STUDY}/series", qido.search_series),
    (f"{STUDY}/instances", qido.search_instances),
    (f"{STUDY}/metadata", metadata.study_metadata),
    (SERIES, instances.series_files),
    (f"{SERIES}/instances", qido.search_instances),
    (f"{SERIES}/metadata", metadata.series_metadata),
    (INSTANCE, instances.instance_file),
    (f"{INSTANCE}/metadata", metadata.instance_metadata),
    (f"{INSTANCE}/frames/<str:numbers>", frames.frames),
    (f"{INSTANCE}/bulkdata/<path:path>", instances.bulk_data),
    ("stacks/<uuid:stack_id>", stacks.stack),
    (f"{STUDY}/rendered", rendered.rendered_study),
    (f"{SERIES}/rendered", rendered.rendered_series),
    (f"{INSTANCE}/rendered", rendered.rendered_instance),
    (f"{INSTANCE}/frames/<str:numbers>/rendered", rendered.rendered_frames),
    (f"{STUDY}/thumbnail", rendered.study_thumbnail),
    (f"{SERIES}/thumbnail", rendered.series_thumbnail),
    (f"{INSTANCE}/thumbnail", rendered.instance_thumbnail),
    (f"{INSTANCE}/frames/<str:number>/thumbnail", rendered.frame_thumbnail),
]

_KINDS = {"str": "[^/]+", "path": ".+", "uuid": "[0-9a-f-]{36}"}


def _expression(route: str) -> str:
    return re.sub(r"<(\w+):(\w+)>", lambda m: f"(?P<{m[2]}>{_KINDS[m[1]]})", route)


_PATTERNS = [(re.compile(_expression(route)), handler) for route, handler in ROUTES]
PREFIX = re.compile(r"/dicomweb/([-a-zA-Z0-9_]+)/")


def resolve(path: str) -> tuple[Handler, dict[str, str]] | None:
    """The handler of what comes after ``/dicomweb/<project>/``, with its arguments."""
    for pattern, handler in _PATTERNS:
        found = pattern.fullmatch(path)
        if found is not None:
            return handler, found.groupdict()
    return None
