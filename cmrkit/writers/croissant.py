"""Croissant metadata 1.0 (https://docs.mlcommons.org/croissant): a dataset for machines."""

from typing import Any

import pyarrow as pa

from cmrkit.writers.tables import COLUMNS

CONTEXT: dict[str, Any] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileProperty": "cr:fileProperty",
    "fileObject": "cr:fileObject",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "parentField": "cr:parentField",
    "path": "cr:path",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}
_TYPES = {pa.string(): "sc:Text", pa.float64(): "sc:Float", pa.bool_(): "sc:Boolean"}
TABLE = "measurements.parquet"


def croissant_json(
    *,
    name: str,
    version: int,
    description: str,
    licence: str,
    date_published: str,
    files: dict[str, dict[str, Any]],
    table_path: str,
) -> dict[str, Any]:
    """``files`` maps each path to ``{"sha256", "bytes"}``; ``table_path`` is the Parquet table,
    whose columns become the record set. Paths are relative to the file."""
    return {
        "@context": CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        "name": name,
        "version": f"{version}.0.0",
        "description": description,
        "license": licence,
        "datePublished": date_published,
        "citeAs": f"{name}, version {version}",
        "url": "https://example.org/not-published",
        "distribution": [_file(path, entry, table_path) for path, entry in sorted(files.items())],
        "recordSet": [
            {
                "@type": "cr:RecordSet",
                "@id": "measurements",
                "name": "measurements",
                "field": [_field(column) for column in COLUMNS],
            }
        ],
    }


def _file(path: str, entry: dict[str, Any], table_path: str) -> dict[str, Any]:
    return {
        "@type": "cr:FileObject",
        "@id": TABLE if path == table_path else path,
        "name": TABLE if path == table_path else path,
        "contentUrl": path,
        "contentSize": f"{entry['bytes']} B",
        "encodingFormat": _format(path),
        "sha256": entry["sha256"],
    }


def _format(path: str) -> str:
    for ending, media_type in (
        (".parquet", "application/x-parquet"),
        (".csv", "text/csv"),
        (".json", "application/json"),
        (".dcm", "application/dicom"),
        (".nii.gz", "application/gzip"),
        (".png", "image/png"),
    ):
        if path.endswith(ending):
            return media_type
    return "text/plain"


def _field(column: Any) -> dict[str, Any]:
    return {
        "@type": "cr:Field",
        "@id": f"measurements/{column.name}",
        "name": column.name,
        "dataType": _TYPES[column.type],
        "source": {"fileObject": {"@id": TABLE}, "extract": {"column": column.name}},
    }
