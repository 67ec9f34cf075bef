"""The search index: a study's and its series' rows, and one document per series.

The database counts every change of instances (``content_version``) and takes ``is_indexed`` away;
here it is given back. Whoever imports calls :func:`index_series` and :func:`refresh_study` at the
end; whoever searches meets :func:`refresh_stale`, so that a search never answers old rows.
"""

import hashlib
from collections.abc import Iterable
from typing import Any
from uuid import UUID

import orjson
import zstandard
from django.db import transaction
from django.db.models import Count

from portal.imaging.aliases import OWN, Names
from portal.imaging.columns import INSTANCE_TAGS, found_columns, picked
from portal.imaging.models import DocumentKind, Instance, Series, SeriesDocument, Study
from portal.imaging.relabelling import relabelled

# stands for ``https://host/dicomweb/<project>`` in everything prepared
ROOT_MARK = b"@@root@@"
_AT_ONCE = 200  # studies refreshed in one transaction


def index_series(series_ids: Iterable[UUID]) -> None:
    """Prepare the documents of these series as stored."""
    for series in Series.objects.filter(pk__in=list(series_ids)).select_related("study"):
        for kind in DocumentKind:
            document(series, kind, "")


def refresh_study(study_ids: Iterable[UUID]) -> None:
    """Bring the rows of these studies and of their series up to date."""
    ids = list(study_ids)
    for start in range(0, len(ids), _AT_ONCE):
        _refresh(ids[start : start + _AT_ONCE])


def refresh_stale(project_id: UUID) -> None:
    """The same for all studies of the project whose instances changed since."""
    rows = Study.objects.filter(project_id=project_id, is_indexed=False)
    refresh_study(rows.values_list("pk", flat=True))


@transaction.atomic
def _refresh(study_ids: list[UUID]) -> None:
    # locked first, in one order: an import that adds instances holds the row until it commits
    studies = list(
        Study.objects.select_for_update(no_key=True)
        .filter(pk__in=study_ids)
        .order_by("pk")
        .defer("thumbnail")
    )
    series_of: dict[UUID, list[Series]] = {study.pk: [] for study in studies}
    counted = Series.objects.filter(study__in=studies).annotate(n=Count("instances"))
    for one in counted.order_by("number", "series_uid"):
        series_of[one.study_id].append(one)
    changed = []
    for study in studies:
        for series in series_of[study.pk]:
            row = orjson.dumps(_series_row(study, series)).decode()
            if series.found_row != row:
                series.found_row = row
                changed.append(series)
        _fill(study, series_of[study.pk])
    Series.objects.bulk_update(changed, ["found_row"], batch_size=_AT_ONCE)
    Study.objects.bulk_update(studies, _FILLED, batch_size=_AT_ONCE)


_FILLED = [*found_columns({}), "found_modalities", "found_row", "is_indexed"]


def _fill(study: Study, series: list[Series]) -> None:
    for name, value in found_columns(study.metadata).items():
        setattr(study, name, value)
    modalities = sorted({s.modality for s in series})
    study.found_modalities = ("\\" + "\\".join(modalities) + "\\")[:330] if modalities else ""
    study.found_row = orjson.dumps(_study_row(study, series, modalities)).decode()
    study.is_indexed = True


def _value(vr: str, *values: Any) -> dict[str, Any]:
    return {"vr": vr, "Value": list(values)} if values else {"vr": vr}


def _retrieve(*path: str) -> dict[str, Any]:
    return _value("UR", "/".join([ROOT_MARK.decode(), *path]))


def _ordered(row: dict[str, Any]) -> dict[str, Any]:
    return {tag: row[tag] for tag in sorted(row)}


def _study_row(study: Study, series: list[Series], modalities: list[str]) -> dict[str, Any]:
    """PS3.18 table 10.6.3-3."""
    return _ordered(
        {
            **study.metadata,
            "0020000D": _value("UI", study.study_uid),
            "00080056": _value("CS", "ONLINE"),
            "00080061": _value("CS", *modalities),
            "00081190": _retrieve("studies", study.study_uid),
            "00201206": _value("IS", len(series)),
            "00201208": _value("IS", sum(s.n for s in series)),  # type: ignore[attr-defined]
        }
    )


def _series_row(study: Study, series: Series) -> dict[str, Any]:
    """PS3.18 table 10.6.3-4."""
    return _ordered(
        {
            **series.metadata,
            "0020000E": _value("UI", series.series_uid),
            "00080056": _value("CS", "ONLINE"),
            "00081190": _retrieve("studies", study.study_uid, "series", series.series_uid),
            "00201209": _value("IS", series.n),  # type: ignore[attr-defined]
        }
    )


def _instance_row(study_uid: str, series_uid: str, metadata: dict[str, Any]) -> dict[str, Any]:
    """PS3.18 table 10.6.3-5; ``metadata`` is what :func:`_full` made."""
    path = ("studies", study_uid, "series", series_uid, "instances")
    row = picked(metadata, INSTANCE_TAGS)
    row["00080056"] = _value("CS", "ONLINE")
    row["00081190"] = _retrieve(*path, metadata["00080018"]["Value"][0])
    row["00083002"] = metadata.get("00083002", _value("UI"))
    if "00280010" in metadata:
        row["00280008"] = metadata.get("00280008", _value("IS", 1))
    return _ordered(row)


# ---- documents


def document(series: Series, kind: DocumentKind, label: str) -> SeriesDocument:
    """The series' document, made now where it is missing or older than the series. ``label`` is
    the study's for people who see relabelled renditions, and empty for all others. ``series`` must
    be fresh from the database, with its study."""
    return _current(series, kind, label) or _make(series, kind, label)


def _current(series: Series, kind: DocumentKind, label: str) -> SeriesDocument | None:
    return SeriesDocument.objects.filter(
        series=series, kind=kind, label=label, content_version=series.content_version
    ).first()


def _make(series: Series, kind: DocumentKind, label: str) -> SeriesDocument:
    # the version was read before the instances: one that comes in between is in the document,
    # which then counts as old and is made again
    content = _content(series, kind, label, OWN)
    found, _ = SeriesDocument.objects.update_or_create(
        series=series,
        kind=kind,
        label=label,
        defaults={
            "content_version": series.content_version,
            "etag": hashlib.sha256(content).hexdigest()[:32],
            "zstd": zstandard.ZstdCompressor(level=6).compress(content),
        },
    )
    return found


def assigned_content(series: Series, kind: DocumentKind, label: str, names: Names) -> bytes:
    """The document as one assignment shows it. Not kept with the others: there are as many as
    assignments, and each is asked for in a few days alone."""
    return _content(series, kind, label, names)


def _content(series: Series, kind: DocumentKind, label: str, names: Names) -> bytes:
    rows = Instance.objects.filter(series=series).order_by("instance_number", "sop_instance_uid")
    columns = rows.values_list("sop_instance_uid", "n_frames", "metadata")
    study_uid, uid = names.uid(series.study.study_uid), names.uid(series.series_uid)
    found = []
    for sop, n_frames, metadata in columns.iterator():
        kept = relabelled(metadata, label, names) if label else metadata
        found.append(_full(study_uid, uid, names.uid(sop), n_frames, kept))
    if kind == DocumentKind.ROWS:
        found = [_instance_row(study_uid, uid, metadata) for metadata in found]
    return orjson.dumps(found)


def _full(
    study_uid: str, series_uid: str, sop: str, n_frames: int, metadata: dict[str, Any]
) -> dict[str, Any]:
    """The metadata with its identifiers and the addresses of its bulk data."""
    path = ["studies", study_uid, "series", series_uid, "instances", sop, "bulkdata"]
    address = "/".join([ROOT_MARK.decode(), *path])
    full = {
        tag: {**entry, "BulkDataURI": f"{address}/{tag}"} if "BulkDataURI" in entry else entry
        for tag, entry in metadata.items()
    }
    full["00080018"] = _value("UI", sop)
    full["0020000D"], full["0020000E"] = _value("UI", study_uid), _value("UI", series_uid)
    if n_frames:
        full["7FE00010"] = {"vr": "OW", "BulkDataURI": f"{address}/7FE00010"}
    return full
