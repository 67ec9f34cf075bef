"""Which images a file of annotations is of, as far as it says so."""

from collections.abc import Iterator

from pydicom.dataset import Dataset

from cmrkit.annotations_in.cvi42 import workspace_uids
from cmrkit.annotations_in.files import AnnotationFile, Form, parsed


def referenced_uids(file: AnnotationFile) -> frozenset[str]:
    """SOPInstanceUIDs and StudyInstanceUIDs that the file names, as it writes them; empty for the
    forms that name none (NIfTI, contour files)."""
    if file.form == Form.XML:
        return frozenset(workspace_uids(file.data))
    if file.form != Form.DICOM:
        return frozenset()
    dataset = parsed(file.data)
    return frozenset({str(dataset.StudyInstanceUID), *_referenced(dataset)})


def _referenced(dataset: Dataset) -> Iterator[str]:
    for element in dataset:
        if element.VR == "SQ":
            for item in element.value or []:
                yield from _referenced(item)
        elif element.keyword == "ReferencedSOPInstanceUID" and element.value:
            yield str(element.value)
