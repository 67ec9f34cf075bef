"""QIDO-RS: studies, series and instances by attribute (PS3.18 10.6)."""

from collections.abc import Iterable
from fnmatch import fnmatchcase
from typing import Any

from django.db.models import Count
from django.http import HttpResponse
from pydicom.datadict import tag_for_keyword
from rest_framework.request import Request

from api.dicomweb.gate import DicomwebView, Visitor, rendition, visit
from api.dicomweb.responses import dicom_json
from api.requests import person
from portal.core.errors import InvalidInput
from portal.imaging.models import Instance, Series, Study

_NOT_FILTERS = {"limit", "offset", "includefield", "fuzzymatching", "accept"}
_INSTANCE_TAGS = ("00080016", "00080018", "00200013", "00280010", "00280011", "00280100")
MAX_RESULTS = 5000

Rows = Iterable[dict[str, Any]]


class StudiesQuery(DicomwebView):
    def get(self, request: Request, slug: str) -> HttpResponse:
        visitor = visit(person(request), slug)
        return _answer(request, _studies(visitor, Study.objects.filter(project=visitor.project)))


class SeriesQuery(DicomwebView):
    def get(self, request: Request, slug: str, study: str = "") -> HttpResponse:
        visitor = visit(person(request), slug)
        rows = Series.objects.filter(study__project=visitor.project)
        if study:
            rows = rows.filter(study__study_uid=visitor.study_uid(study))
        return _answer(request, _series(visitor, rows))


class InstancesQuery(DicomwebView):
    def get(self, request: Request, slug: str, study: str = "", series: str = "") -> HttpResponse:
        visitor = visit(person(request), slug)
        rows = Instance.objects.filter(series__study__project=visitor.project)
        if study:
            rows = rows.filter(series__study__study_uid=visitor.study_uid(study))
        if series:
            rows = rows.filter(series__series_uid=series)
        for key in ("SOPInstanceUID", "00080018"):
            if wanted := request.query_params.get(key):
                rows = rows.filter(sop_instance_uid__in=wanted.replace("\\", ",").split(","))
        return _answer(request, _instances(visitor, rows))


def _studies(visitor: Visitor, rows: Any) -> Rows:
    if not visitor.access.everything:
        rows = rows.filter(study_uid__in=visitor.access.study_uids)
    # counted by the database: loading the instances would load their metadata
    rows = rows.prefetch_related("series").annotate(n_instances=Count("series__instances"))
    for study in rows.order_by("-created_at", "pk"):
        series = list(study.series.all())
        yield {
            **rendition(visitor, study, study.metadata),
            "00080061": _value("CS", *sorted({s.modality for s in series})),
            "00201206": _value("IS", len(series)),
            "00201208": _value("IS", study.n_instances),
        }


def _series(visitor: Visitor, rows: Any) -> Rows:
    if not visitor.access.everything:
        rows = rows.filter(study__study_uid__in=visitor.access.study_uids)
    rows = rows.select_related("study").annotate(n_instances=Count("instances"))
    for series in rows.order_by("number"):
        yield {
            **rendition(visitor, series.study, series.study.metadata),
            **rendition(visitor, series.study, series.metadata),
            "00201209": _value("IS", series.n_instances),
        }


def _instances(visitor: Visitor, rows: Any) -> Rows:
    if not visitor.access.everything:
        rows = rows.filter(series__study__study_uid__in=visitor.access.study_uids)
    rows = rows.select_related("series__study").order_by("series__number", "instance_number")
    for instance in rows[:MAX_RESULTS]:
        study = instance.series.study
        own = {t: instance.metadata[t] for t in _INSTANCE_TAGS if t in instance.metadata}
        yield {
            **rendition(visitor, study, study.metadata),
            **rendition(visitor, study, instance.series.metadata),
            **own,
            "00280008": _value("IS", max(instance.n_frames, 1)),
        }


def _value(vr: str, *values: Any) -> dict[str, Any]:
    return {"vr": vr, "Value": list(values)}


def _answer(request: Request, rows: Rows) -> HttpResponse:
    filters = _filters(request)
    found = [row for row in rows if all(_matches(row, tag, want) for tag, want in filters)]
    offset = _number(request, "offset", 0)
    found = found[offset : offset + _number(request, "limit", MAX_RESULTS)]
    return dicom_json(found) if found else HttpResponse(status=204)


def _number(request: Request, name: str, default: int) -> int:
    text = request.query_params.get(name, str(default))
    if not text.isdigit():
        raise InvalidInput(None, **{name: ["Give a whole number from 0."]})
    return min(int(text), MAX_RESULTS)


def _filters(request: Request) -> list[tuple[str, str]]:
    filters = []
    for key in request.query_params:
        wanted = request.query_params[key]
        if key.lower() in _NOT_FILTERS or not wanted:
            continue
        tag = tag_for_keyword(key)
        name = f"{tag:08X}" if tag is not None else key.upper()
        if len(name) != 8 or any(c not in "0123456789ABCDEF" for c in name):
            raise InvalidInput(f"{key[:40]!r} is not an attribute of DICOM.")
        filters.append((name, wanted))
    return filters


def _matches(row: dict[str, Any], tag: str, wanted: str) -> bool:
    """UID lists, date ranges, wildcards; an attribute that we don't hold matches nothing."""
    values = row.get("00080061" if tag == "00080060" and "00080060" not in row else tag, {})
    held = [v.get("Alphabetic", "") if isinstance(v, dict) else v for v in values.get("Value", [])]
    if values.get("vr") == "UI":
        return any(str(v) in wanted.replace("\\", ",").split(",") for v in held)
    if values.get("vr") in ("DA", "TM", "DT") and "-" in wanted:
        first, _, last = wanted.partition("-")
        return any((not first or str(v) >= first) and (not last or str(v) <= last) for v in held)
    return any(fnmatchcase(str(v).lower(), wanted.lower().replace("[", "[[]")) for v in held)
