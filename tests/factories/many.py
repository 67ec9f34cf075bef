"""As many small DICOM files as a test wants, all of one phantom's kind, each another instance."""

from io import BytesIO

from pydicom import dcmread
from pydicom.uid import generate_uid

from tests.factories.imaging import phantom_files


def many_files(n: int, seed: int = 1, per_series: int = 100) -> list[bytes]:
    """The same for the same arguments: UIDs are made from them."""
    template = phantom_files()[0].read_bytes()
    found = []
    for k in range(n):
        dataset = dcmread(BytesIO(template))
        series, index = divmod(k, per_series)
        dataset.StudyInstanceUID = generate_uid(entropy_srcs=[f"study {seed}"])
        dataset.SeriesInstanceUID = generate_uid(entropy_srcs=[f"series {seed} {series}"])
        dataset.SOPInstanceUID = generate_uid(entropy_srcs=[f"instance {seed} {k}"])
        dataset.file_meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
        dataset.InstanceNumber, dataset.SeriesNumber = index + 1, series + 1
        x, y, z = dataset.ImagePositionPatient
        dataset.ImagePositionPatient = [x, y, float(z) + 10.0 * series]
        dataset.TriggerTime = 7.0 * index
        out = BytesIO()
        dataset.save_as(out)
        found.append(out.getvalue())
    return found
