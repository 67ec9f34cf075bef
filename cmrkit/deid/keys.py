"""Everything that must come out the same again: UIDs, pseudonyms, shifts of dates.

All of it is HMAC-SHA256 under a key of the project: the same in every file and at any time, without
a table, and not to be computed backwards or by another project.
"""

import base64
import hashlib
import hmac
from dataclasses import dataclass
from functools import lru_cache

_MIN_DAYS, _MAX_DAYS = 366, 3653  # one to ten years


@dataclass(frozen=True)
class ProjectKeys:
    """``secret`` belongs to one project and is never shown."""

    secret: bytes

    def uid(self, sent: str) -> str:
        """The UID that stands for ``sent`` in this project (``2.25.`` and 128 bits, PS3.5 B.2)."""
        return _uid(self.secret, sent)

    def pseudonym(self, patient_key: str) -> str:
        """16 letters and digits (80 bits) that stand for the patient."""
        return base64.b32encode(_digest(self.secret, "pseudonym", patient_key)[:10]).decode()

    def shift_days(self, patient_key: str) -> int:
        """How many days the patient's dates go back: 366 to 3653, one number per patient."""
        number = int.from_bytes(_digest(self.secret, "days", patient_key)[:8], "big")
        return -(_MIN_DAYS + number % (_MAX_DAYS - _MIN_DAYS + 1))

    def mark(self, sent: bytes) -> str:
        """4 hexadecimal digits that tell two texts apart without saying what they were."""
        return _digest(self.secret, "mark", sent.decode("latin-1")).hex()[:4]


def _digest(secret: bytes, purpose: str, text: str) -> bytes:
    return hmac.new(secret, f"{purpose}|{text}".encode(), hashlib.sha256).digest()


@lru_cache(maxsize=4096)
def _uid(secret: bytes, sent: str) -> str:
    return f"2.25.{int.from_bytes(_digest(secret, 'uid', sent)[:16], 'big')}"
