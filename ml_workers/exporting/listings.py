"""Files about all cases: lists and tables, streamed from the shards."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from cmrkit.contracts import ExportFormat, Split
from cmrkit.writers import (
    coco_text,
    croissant_json,
    datalist,
    dataset_json,
    splits_final,
    write_csv,
    write_parquet,
)
from ml_workers.errors import BadInput
from ml_workers.exporting.archive import Archive
from ml_workers.exporting.cases import nnunet_folder
from ml_workers.exporting.item import frozen_at
from ml_workers.exporting.readme import BANNER
from ml_workers.exporting.shards import Shards

PARQUET, CSV = "tables/measurements.parquet", "tables/measurements.csv"


class Listings:
    """``n`` is how many shards there are."""

    def __init__(self, archive: Archive, shards: Shards, n: int, dataset: dict[str, Any]) -> None:
        self._archive, self._shards, self._n, self._dataset = archive, shards, n, dataset

    def add(self, formats: list[str]) -> None:
        for name, write in (
            (ExportFormat.NNUNET, self._nnunet),
            (ExportFormat.MONAI, self._monai),
            (ExportFormat.COCO, self._coco),
            (ExportFormat.TABLES, self._tables),
            (ExportFormat.CROISSANT, self._croissant),
        ):
            if name in formats:
                write()

    def _lists(self, name: str) -> Iterator[Any]:
        for index in range(self._n):
            yield self._shards.read(index).lists[name]

    def _nnunet(self) -> None:
        places = [
            (f"{row['case']}_{phase}", Split(row["split"]))
            for row in self._lists("row")
            for phase in row["phases"]
        ]
        folder = nnunet_folder(self._dataset)
        self._archive.add_json(
            f"{folder}/dataset.json",
            dataset_json(
                name=folder.rpartition("_")[2],
                n_training=sum(split != Split.TEST for _, split in places),
                description=BANNER,
                licence=self._licence,
                reference=self._reference,
            ),
        )
        splits = splits_final(places)
        if splits is not None:
            self._archive.add_json(f"{folder}/splits_final.json", splits)

    def _monai(self) -> None:
        items = (
            (Split(row["split"]), entry)
            for row, entries in zip(self._lists("row"), self._lists("monai"), strict=True)
            for entry in entries
        )
        self._archive.add_json(
            "monai_datalist.json",
            datalist(items, name=str(self._dataset["name"]), reference=self._reference),
        )

    def _coco(self) -> None:
        path = self._shards.folder / "annotations.json"
        info = {"description": BANNER, "version": self._reference}
        with path.open("w", encoding="utf-8") as file:
            file.writelines(coco_text(self._coco_frames, info=info))
        self._archive.add_file("coco/annotations.json", path)

    def _coco_frames(self) -> Iterator[tuple[dict[str, Any], list[dict[str, Any]]]]:
        for frames in self._lists("coco"):
            yield from ((image, own) for image, own in frames)

    def _tables(self) -> None:
        for name, write in ((PARQUET, write_parquet), (CSV, write_csv)):
            path = Path(self._shards.folder / Path(name).name)
            with path.open("wb") as file:
                write(file, (row for rows in self._lists("findings") for row in rows))
            self._archive.add_file(name, path)

    def _croissant(self) -> None:
        self._archive.add_json(
            "croissant.json",
            croissant_json(
                name=str(self._dataset["name"]),
                version=int(self._dataset["version"]),
                description=BANNER,
                licence=self._licence,
                date_published=frozen_at(self._dataset).date().isoformat(),
                files=dict(self._archive.files),
                table_path=PARQUET,
            ),
        )

    @property
    def _licence(self) -> str:
        try:
            return str(self._dataset["datasheet"].get("licence") or "not recorded")
        except (KeyError, AttributeError) as error:
            raise BadInput("The dataset comes without its datasheet.") from error

    @property
    def _reference(self) -> str:
        return f"content hash {self._dataset.get('content_hash')}"
