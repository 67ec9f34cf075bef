"""Asking a remote archive: QIDO-RS by dicomweb-client, files as they are by WADO-RS."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import requests
from dicomweb_client.api import DICOMwebClient

from portal.intake.errors import RemoteTooLarge, RemoteUnfit
from portal.intake.models import RemoteArchive
from portal.intake.remote.multipart import first_part
from portal.intake.remote.session import ArchiveSession, problems_named

ANY_ENCODING = 'multipart/related; type="application/dicom"; transfer-syntax=*'
_PIECE = 1 << 18
_MAX_INSTANCES = 100_000  # of one series
_PAGE = 1000
Found = dict[str, Any]  # a dataset as DICOM JSON


@dataclass(frozen=True)
class InstanceRef:
    """Where an instance lies in the archive."""

    study: str
    series: str
    instance: str


class Archive:
    """One archive, asked with its credentials. Every method raises RemoteProblem."""

    def __init__(self, archive: RemoteArchive) -> None:
        self._session = ArchiveSession(archive)
        self._root = archive.base_url.rstrip("/")
        self._client = DICOMwebClient(self._root, session=self._session, permissive_uid=True)
        self._client.set_http_retry_params(retry=False)

    def search(
        self, filters: dict[str, str], *, fields: list[str], limit: int, offset: int
    ) -> list[Found]:
        """Studies, as the archive orders them."""
        with _json_expected():
            found = self._client.search_for_studies(
                search_filters=filters, fields=fields, limit=limit, offset=offset
            )
        return _datasets(found)

    def instances(self, study: str) -> Iterator[InstanceRef]:
        """Every instance of a study, series by series."""
        with _json_expected():
            found = self._client.search_for_series(study_instance_uid=study)
        for series in dict.fromkeys(_uid(row, "0020000E") for row in _datasets(found)):
            for instance in self._instances(study, series):
                yield InstanceRef(study, series, instance)

    def _instances(self, study: str, series: str) -> list[str]:
        """Page by page; an archive that ignores paging ends it by saying nothing new."""
        known: dict[str, None] = {}
        while len(known) < _MAX_INSTANCES:
            with _json_expected():
                found = self._client.search_for_instances(
                    study, series, fields=["SOPInstanceUID"], limit=_PAGE, offset=len(known)
                )
            new = {_uid(row, "00080018") for row in _datasets(found)} - known.keys()
            if not new:
                return list(known)
            known |= dict.fromkeys(sorted(new))
        raise RemoteTooLarge("A series of this size is no MR series. Pull less.")

    @contextmanager
    def file(self, ref: InstanceRef) -> Iterator[Iterator[bytes]]:
        """The file as the archive keeps it, piece by piece."""
        url = f"{self._root}/studies/{ref.study}/series/{ref.series}/instances/{ref.instance}"
        answer = self._session.get(url, stream=True, headers={"Accept": ANY_ENCODING})
        with answer, problems_named():
            yield first_part(answer.headers.get("Content-Type", ""), answer.iter_content(_PIECE))


def _datasets(found: Any) -> list[Found]:
    if not isinstance(found, list) or not all(isinstance(row, dict) for row in found):
        raise RemoteUnfit()
    return found


def first(row: Found, tag: str) -> str:
    """The first value of a tag as text, empty where there is none; of a name, its letters."""
    entry = row.get(tag)
    values = entry.get("Value") if isinstance(entry, dict) else None
    if not isinstance(values, list) or not values or values[0] is None:
        return ""
    value = values[0]
    return str(value.get("Alphabetic", "") if isinstance(value, dict) else value)


def _uid(row: Found, tag: str) -> str:
    found = first(row, tag)
    # it goes into an address
    if not found or len(found) > 64 or set(found) - set("0123456789."):
        raise RemoteUnfit()
    return found


@contextmanager
def _json_expected() -> Iterator[None]:
    try:
        yield
    except (requests.exceptions.JSONDecodeError, ValueError, AttributeError, TypeError) as error:
        # a page of a web server, say
        raise RemoteUnfit() from error
