"""Where the bytes of a series' instances lie; remembered under the study's content version."""

from dataclasses import dataclass
from uuid import UUID

from api.dicomweb.gate import Visitor
from portal.core.caching import Recent
from portal.core.errors import NotFound
from portal.imaging.aliases import Names
from portal.imaging.models import Instance, Series, Study

SERIES_KEPT = 512


@dataclass(frozen=True, slots=True)
class Place:
    """``ranges``: for each frame offset and length in the file, several pairs where a compressed
    frame is split into fragments. ``tag`` names the bytes towards the client."""

    sha256: str
    tag: str
    transfer_syntax: str
    ranges: tuple[tuple[int, ...], ...]


_series: Recent[dict[str, Place]] = Recent(SERIES_KEPT)


def study_of(visitor: Visitor, study: str) -> tuple[UUID, int]:
    """Id and content version of a visible study; NotFound else."""
    return standing(visitor, visitor.opening(study).study_uid)


def standing(visitor: Visitor, uid: str) -> tuple[UUID, int]:
    """The same by the stored UID of a study that is visible."""
    known = visitor.admission
    if known is not None and known.study_uid == uid:
        if known.study_id is None or known.study_version is None:
            raise NotFound()
        return known.study_id, known.study_version
    row = (
        Study.objects.filter(project_id=visitor.project_id, study_uid=uid)
        .values_list("pk", "content_version")
        .first()
    )
    if row is None:
        raise NotFound()
    return row


def places_of(visitor: Visitor, study: str, series: str) -> dict[str, Place]:
    """By SOPInstanceUID as the person knows it, in the order of instance numbers; empty where
    there is no such series."""
    opening = visitor.opening(study)
    study_id, version = standing(visitor, opening.study_uid)
    key = (study_id, version, opening.names.scope, series)
    places = _series.get(key)
    if places is None:
        places = _series.put(key, _places(study_id, series, opening.names))
    return places


def stored_series(study_id: UUID, series: str, names: Names) -> str:
    """The stored UID of a study's series; empty where none has that name."""
    if names.scope is None:
        return series
    uids = Series.objects.filter(study_id=study_id).values_list("series_uid", flat=True)
    return names.stored_by_alias(uids).get(series, "")


def place_of(visitor: Visitor, study: str, series: str, instance: str) -> Place:
    place = places_of(visitor, study, series).get(instance)
    if place is None:
        raise NotFound()
    return place


def _places(study_id: UUID, series: str, names: Names) -> dict[str, Place]:
    uid = stored_series(study_id, series, names)
    rows = Instance.objects.filter(series__study_id=study_id, series__series_uid=uid)
    rows = rows.order_by("instance_number", "sop_instance_uid")
    columns = ("sop_instance_uid", "blob_id", "transfer_syntax_uid", "frame_ranges")
    return {
        names.uid(uid): Place(sha256, names.tag(sha256), syntax, tuple(tuple(r) for r in ranges))
        for uid, sha256, syntax, ranges in rows.values_list(*columns)
    }
