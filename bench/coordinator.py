"""What a coordinator does before a measurement: look cases up, have them drafted, assign them."""

import time
from typing import Any

import requests

from tests.factories.installation import SLUG, Installation

LIMIT_S = 600.0


class Coordinator:
    """The project of an installation, over REST."""

    def __init__(self, ours: Installation) -> None:
        self._http = requests.Session()
        self._http.headers.update(ours.bearer)
        self._api = f"{ours.web}/api/v1"
        self._project = f"{self._api}/projects/{SLUG}"

    def get(self, path: str) -> Any:
        """``path`` below the project."""
        return self._http.get(f"{self._project}/{path}", timeout=60).json()

    def draft(self, case: dict[str, Any], *, poll_s: float = 0.1) -> None:
        """Have the case drafted, and wait for it."""
        ask = {"case_ids": [case["id"]]}
        (job,) = self._http.post(f"{self._project}/preannotate/", json=ask, timeout=60).json()
        deadline = time.monotonic() + LIMIT_S
        while job["state"] in ("queued", "leased", "running"):
            if time.monotonic() > deadline:
                raise TimeoutError("the draft did not come")
            time.sleep(poll_s)
            job = self._http.get(f"{self._api}/jobs/{job['id']}/", timeout=60).json()
        if job["state"] != "succeeded":
            raise RuntimeError(f"the job ended as {job['state']}: {job['error']}")

    def assign(self, cases: list[dict[str, Any]]) -> list[str]:
        """To the bench's own reader; the cases' labels, in order."""
        (reader,) = self.get("readers/")
        self._http.post(
            f"{self._project}/assignments/",
            json={"case_ids": [case["id"] for case in cases], "user_ids": [reader["user_id"]]},
            timeout=60,
        ).raise_for_status()
        return [str(case["label"]) for case in cases]
