"""Fills the installation that it runs in with studies of synthetic headers, beside one that came in
through the product: ``python -m bench.filling FIRST LAST``. The rows are that one's, as it was
imported, with other identities; the instances are multiplied inside the database."""

import json
import sys
import time
import uuid
from collections.abc import Iterator
from typing import Any

import django

from bench.headers import SERIES, Header

INSTANCES = 25  # of each series; a study has 250
AT_ONCE = 40  # studies


def main() -> None:
    django.setup()
    first, last = int(sys.argv[1]), int(sys.argv[2])
    began = time.perf_counter()
    _fill(first, last)
    filled = time.perf_counter() - began
    began = time.perf_counter()
    _index()
    print(
        json.dumps({"fill_s": round(filled, 1), "index_s": round(time.perf_counter() - began, 1)})
    )


def _fill(first: int, last: int) -> None:
    from django.db import connection, transaction

    from portal.imaging.models import Instance, Series, Study

    pattern = Instance.objects.select_related("series__study").order_by("created_at")[0]
    for start in range(first, last, AT_ONCE):
        headers = [Header(n) for n in range(start, min(start + AT_ONCE, last))]
        studies = [_copied(pattern.series.study, _study(pattern.series.study, h)) for h in headers]
        series = [
            _copied(pattern.series, {"study_id": study.pk, **changes})
            for study, header in zip(studies, headers, strict=True)
            for changes in _series(pattern.series, header)
        ]
        with transaction.atomic(), connection.cursor() as cursor:
            Study.objects.bulk_create(studies)
            Series.objects.bulk_create(series)
            _multiply(cursor, Instance, pattern.pk, [s.pk for s in series])
    with connection.cursor() as cursor:
        for model in (Study, Series, Instance):
            cursor.execute(f"VACUUM ANALYZE {model._meta.db_table}")


def _copied(pattern: Any, changes: dict[str, Any]) -> Any:
    """A new row with the pattern's values where nothing else is said."""
    kept = {f.attname: getattr(pattern, f.attname) for f in pattern._meta.concrete_fields}
    return type(pattern)(**{**kept, "id": uuid.uuid4(), **changes})


def _study(pattern: Any, header: Header) -> dict[str, Any]:
    own = {
        "00080020": ("DA", header.day),
        "00080050": ("SH", header.accession),
        "00081030": ("LO", header.description),
        "00100010": ("PN", {"Alphabetic": header.patient_name}),
        "00100020": ("LO", header.patient_id),
        "0020000D": ("UI", header.study_uid),
    }
    return {
        "study_uid": header.study_uid,
        "study_date": header.day,
        "description": header.description,
        "label": f"B{header.number:05d}",
        "case_id": None,
        "thumbnail": None,
        "metadata": _changed(pattern.metadata, own),
        **({"is_indexed": False} if hasattr(pattern, "is_indexed") else {}),
    }


def _series(pattern: Any, header: Header) -> Iterator[dict[str, Any]]:
    for number, description in enumerate(SERIES, start=1):
        own = {
            "0008103E": ("LO", description),
            "0020000E": ("UI", header.series_uid(number)),
            "00200011": ("IS", number),
        }
        yield {
            "series_uid": header.series_uid(number),
            "description": description,
            "number": number,
            "metadata": _changed(pattern.metadata, own),
        }


def _changed(metadata: dict[str, Any], own: dict[str, tuple[str, Any]]) -> dict[str, Any]:
    return {**metadata, **{tag: {"vr": vr, "Value": [value]} for tag, (vr, value) in own.items()}}


def _multiply(cursor: Any, instance: Any, pattern: Any, series: list[Any]) -> None:
    """Every series' instances, made by the database from the pattern's row."""
    uid = "s.series_uid || '.' || n"
    other = {
        "id": "gen_random_uuid()",
        "series_id": "s.id",
        "sop_instance_uid": uid,
        "instance_number": "n",
        "metadata": f"""p.metadata || jsonb_build_object(
            '00080018', jsonb_build_object('vr', 'UI', 'Value', jsonb_build_array({uid})),
            '00200013', jsonb_build_object('vr', 'IS', 'Value', jsonb_build_array(n)))""",
    }
    columns = [field.column for field in instance._meta.concrete_fields]
    values = ", ".join(other.get(column, f"p.{column}") for column in columns)
    cursor.execute(
        f"INSERT INTO imaging_instance ({', '.join(columns)}) SELECT {values} "
        "FROM imaging_instance p, imaging_series s, generate_series(1, %s) n "
        "WHERE p.id = %s AND s.id = ANY(%s)",
        [INSTANCES, pattern, series],
    )


def _index() -> None:
    """What an import does at its end for its own studies."""
    from portal.imaging.models import Study
    from portal.imaging.services.indexing import refresh_stale

    refresh_stale(Study.objects.values_list("project_id", flat=True)[0])


if __name__ == "__main__":
    main()
