"""Which studies a search looks through, and under which names what it finds is shown."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from api.dicomweb.exchange import Ask
from api.dicomweb.matching import Key
from portal.core.errors import NotFound
from portal.imaging.access import Opening
from portal.imaging.aliases import OWN, Names
from portal.imaging.models import Series, Study

STUDY_UID = "0020000D"
_NAMING = ("studies", "series", "instances")


@dataclass(frozen=True, slots=True)
class Shown:
    """All studies of the project for who sees everything (``opening`` None); else one, as one duty
    opens it. A study with two readings is there twice, under different names."""

    project_id: UUID
    stored_uid: str = ""  # of the one study; empty for all
    opening: Opening | None = None

    @property
    def names(self) -> Names:
        return self.opening.names if self.opening else OWN

    @property
    def aliased(self) -> bool:
        return self.names.scope is not None

    def condition(self, prefix: str = "") -> Q:
        """On studies, or with ``study__`` on what belongs to them."""
        found = Q(**{f"{prefix}project_id": self.project_id, f"{prefix}withdrawn_at": None})
        if self.stored_uid:
            found &= Q(**{f"{prefix}study_uid": self.stored_uid})
        return found


def shown_to(ask: Ask, keys: list[Key], study: str = "") -> Iterator[Shown]:
    """Where to look. ``study``: the UID in the address; NotFound where the person may not see it.
    Of what duties open, only what the searched StudyInstanceUIDs name."""
    visitor = ask.visitor
    if study:
        opening = visitor.opening(study)
        if not Study.objects.filter(
            project_id=visitor.project_id, study_uid=opening.study_uid
        ).exists():
            raise NotFound()
        known = None if visitor.access.everything else opening
        return iter([Shown(visitor.project_id, opening.study_uid, known)])
    if visitor.access.everything:
        return iter([Shown(visitor.project_id)])
    wanted = [set(key.values) for key in keys if key.path == (STUDY_UID,)]
    return (
        Shown(visitor.project_id, opening.study_uid, opening)
        for uid, opening in visitor.openings()
        if all(uid in uids for uids in wanted)
    )


def stored_series_uid(shown: Shown, series: str) -> str:
    """The stored UID behind a series' UID in the address; NotFound where the study has none."""
    rows = Series.objects.filter(shown.condition("study__"))
    if shown.aliased:
        uids = rows.values_list("series_uid", flat=True)
        series = shown.names.stored_by_alias(uids).get(series, "")
    if not rows.filter(series_uid=series).exists():
        raise NotFound()
    return series


def renamed_address(address: str, names: Names) -> str:
    """An address below the root with its UIDs under these names."""
    pieces = address.split("/")
    return "/".join(
        names.uid(piece) if before in _NAMING else piece
        for before, piece in zip(["", *pieces], pieces, strict=False)
    )
