"""What readers are called in statistics: by name, or by number to those who must not know."""

from collections.abc import Iterable

from portal.core.hashing import digest
from portal.projects.models import Project
from portal.reads.models import Read, ReaderKind, ReadPurpose

REFERENCE = "reference"


class Names:
    """Keys are the same on every request and tell nothing; numbers follow the keys, so neither
    order of assignment nor alphabet gives a reader away."""

    def __init__(self, project: Project, reads: Iterable[Read], *, by_number: bool) -> None:
        self._salt = str(project.pk)
        readers = {
            read.reader_id: read.reader
            for read in reads
            if read.purpose != ReadPurpose.ADJUDICATION
        }
        self._keys = {pk: digest([self._salt, str(pk)])[:12] for pk in readers}
        people = sorted(
            self._keys[pk] for pk, row in readers.items() if row.kind == ReaderKind.PERSON
        )
        self._people = set(people)
        self.labels = {REFERENCE: "Reference"}
        for pk, row in readers.items():
            key = self._keys[pk]
            if row.kind != ReaderKind.PERSON:
                self.labels[key] = f"AI {row.label}"
            elif by_number:
                self.labels[key] = f"Reader {people.index(key) + 1}"
            else:
                self.labels[key] = row.label

    def key(self, read: Read) -> str:
        if read.purpose == ReadPurpose.ADJUDICATION:
            return REFERENCE
        return self._keys[read.reader_id]

    def is_person(self, read: Read) -> bool:
        return self.key(read) in self._people

    def keys(self) -> set[str]:
        return set(self.labels)

    def people(self) -> list[tuple[str, str]]:
        """(key, label) of those who read, by label."""
        return sorted(
            ((key, self.labels[key]) for key in self._people), key=lambda row: (row[1], row[0])
        )
