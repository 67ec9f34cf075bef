"""What the loop has done so far, on disk: a run that was killed goes on where it stopped."""

import json
from pathlib import Path
from typing import Any

from ml_workers.errors import BadInput


class Store:
    """A folder of JSON records by name, each written whole or not at all, and of weights by
    hash."""

    def __init__(self, folder: Path) -> None:
        self._records = folder / "state"
        self.weights = folder / "weights"
        for made in (self._records, self.weights):
            made.mkdir(parents=True, exist_ok=True)

    def get(self, name: str) -> Any:
        """The record; None where there is none yet."""
        path = self._records / f"{name}.json"
        return json.loads(path.read_text()) if path.is_file() else None

    def put(self, name: str, record: Any) -> None:
        path = self._records / f"{name}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(".new")
        draft.write_text(json.dumps(record, indent=1) + "\n")
        draft.replace(path)

    def fix(self, name: str, record: Any) -> None:
        """Write it the first time; afterwards raise BadInput unless it is still the same."""
        held = self.get(name)
        if held is None:
            self.put(name, record)
        elif held != json.loads(json.dumps(record)):
            raise BadInput(
                f"This folder holds a run with another {name}. Go on as it began, or take a new "
                "folder."
            )
