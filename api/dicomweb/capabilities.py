"""What the service offers (PS3.18 8.9): JSON, or WADL for clients that read that."""

from xml.sax.saxutils import escape, quoteattr

from api.dicomweb.accept import choose
from api.dicomweb.exchange import ASK_AGAIN, Ask, Reply, json_reply

_JSON, _WADL = "application/json", "application/vnd.sun.wadl+xml"
_DICOM = 'multipart/related; type="application/dicom"'
_META = "application/dicom+json"
_OCTETS = 'multipart/related; type="application/octet-stream"'
_PICTURES = ["image/jpeg", "image/png", "image/gif"]
_PIXELS = [
    _OCTETS,
    "application/octet-stream",
    *(f'multipart/related; type="image/{name}"' for name in ("jpeg", "jls", "jp2", "jphc")),
    'multipart/related; type="image/dicom-rle"',
]
_STUDY, _SERIES = "studies/{study}", "studies/{study}/series/{series}"
_INSTANCE = _SERIES + "/instances/{instance}"
_SEARCH = ["limit", "offset", "includefield", "fuzzymatching"]
_LOOK = ["accept", "viewport", "window", "quality"]


def _offered() -> list[dict[str, object]]:
    """One entry per address: methods, media types, parameters."""
    found = []
    for path in (
        "studies", "series", "instances", f"{_STUDY}/series", f"{_STUDY}/instances",
        f"{_SERIES}/instances",
    ):  # fmt: skip
        found.append(_entry(path, "GET", [_META], _SEARCH))
    for level in (_STUDY, _SERIES, _INSTANCE):
        found += [
            _entry(level, "GET", [_DICOM], ["accept"]),
            _entry(level, "DELETE", [], []),
            _entry(f"{level}/metadata", "GET", [_META], []),
            _entry(f"{level}/rendered", "GET", _PICTURES, _LOOK),
            _entry(f"{level}/thumbnail", "GET", ["image/png", "image/jpeg"], ["viewport"]),
        ]
    frames = f"{_INSTANCE}/frames/{{frames}}"
    found += [
        _entry(frames, "GET", _PIXELS, ["accept"]),
        _entry(f"{frames}/rendered", "GET", _PICTURES, _LOOK),
        _entry(f"{frames}/thumbnail", "GET", ["image/png", "image/jpeg"], ["viewport"]),
        _entry(f"{_INSTANCE}/bulkdata/{{path}}", "GET", [_OCTETS, "application/octet-stream"], []),
        _entry("studies", "POST", [_META], []),
        _entry(_STUDY, "POST", [_META], []),
        _entry("stacks/{stack}", "GET", ["application/vnd.accord.stack"], []),
    ]
    return found


def _entry(path: str, method: str, types: list[str], parameters: list[str]) -> dict[str, object]:
    return {"path": path, "method": method, "mediaTypes": types, "parameters": parameters}


def capabilities(ask: Ask) -> Reply:
    chosen = choose(ask.accept, (_JSON, _WADL, "application/xml"))
    if chosen == _JSON:
        reply = json_reply({"base": ask.root, "resources": _offered()}, media_type=_JSON)
    else:
        reply = Reply(200, _wadl(ask.root).encode(), chosen)
    reply.headers["Cache-Control"] = ASK_AGAIN
    return reply


def _wadl(root: str) -> str:
    resources = []
    for entry in _offered():
        parameters = "".join(
            f"<param name={quoteattr(str(p))} style='query'/>"
            for p in entry["parameters"]  # type: ignore[attr-defined]
        )
        types = "".join(
            f"<representation mediaType={quoteattr(str(t))}/>"
            for t in entry["mediaTypes"]  # type: ignore[attr-defined]
        )
        request = f"<request>{parameters}</request>" if parameters else ""
        resources.append(
            f"<resource path={quoteattr(str(entry['path']))}>"
            f"<method name={quoteattr(str(entry['method']))}>{request}"
            f"<response>{types}</response></method></resource>"
        )
    return (
        "<?xml version='1.0' encoding='UTF-8'?>"
        "<application xmlns='http://wadl.dev.java.net/2009/02'>"
        f"<resources base='{escape(root)}/'>{''.join(resources)}</resources></application>"
    )
