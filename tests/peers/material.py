"""What the peers store and fetch: real short-axis cines, cut down, and files that hearts lack."""

import zipfile
from functools import cached_property
from io import BytesIO
from pathlib import Path

import numpy as np
from pydicom import Dataset, dcmread
from pydicom.dataset import FileMetaDataset
from pydicom.uid import (
    ExplicitVRLittleEndian,
    JPEGLSLossless,
    MultiFrameGrayscaleWordSecondaryCaptureImageStorage,
    generate_uid,
)

from cmrkit.phantom import HeartParameters, simulate_cine
from cmrkit.phantom.dicom import cine_datasets

FRAMES = 4  # of the multi-frame file
LARGE = b"a private element that is too large for metadata " * 200


class Files:
    """DICOM files of one study as they lie on a disk, in acquisition order."""

    def __init__(self, contents: list[bytes]) -> None:
        self.contents = contents

    @cached_property
    def datasets(self) -> list[Dataset]:
        return [dcmread(BytesIO(data)) for data in self.contents]

    @property
    def first(self) -> Dataset:
        return self.datasets[0]

    @property
    def study(self) -> str:
        return str(self.first.StudyInstanceUID)

    @property
    def series(self) -> str:
        return str(self.first.SeriesInstanceUID)

    @property
    def instances(self) -> list[str]:
        return [str(d.SOPInstanceUID) for d in self.datasets]

    @property
    def address(self) -> tuple[str, str, str]:
        """Study, series and instance UID of the first file."""
        return self.study, self.series, self.instances[0]


def sunnybrook(folder: Path, patient: int, n_slices: int) -> Files:
    """The first slices of a patient's cine, all phases of each."""
    with zipfile.ZipFile(folder / "sunnybrook" / f"SCD0000{patient}.zip") as archive:
        members = [archive.read(i) for i in archive.infolist() if not i.is_dir()]
    placed = []
    for data in members:
        header = dcmread(BytesIO(data), stop_before_pixels=True)
        placed.append((round(float(header.SliceLocation), 2), int(header.InstanceNumber), data))
    kept = sorted({location for location, _, _ in placed})[:n_slices]
    return Files([data for location, _, data in sorted(placed) if location in kept])


def phantom(patient: int, n_slices: int) -> Files:
    """A phantom of the same size, where there is no real heart."""
    cine = simulate_cine(HeartParameters(), n_slices=n_slices, n_phases=20, seed=patient)
    return Files([encoded(d) for d in cine_datasets(cine, patient_id=f"SCD0000{patient}")])


def multi_frame() -> Files:
    """One uncompressed file of several frames, each of them a number of its own, that has an
    element too large for metadata."""
    stack = np.arange(1, FRAMES + 1, dtype="<u2")[:, None, None] * np.ones((32, 48), "<u2")
    dataset = _capture(stack)
    block = dataset.private_block(0x0071, "PEERS TEST", create=True)
    block.add_new(0x01, "OB", LARGE)
    return Files([encoded(dataset)])


def compressed() -> Files:
    """One JPEG-LS file of one frame."""
    ramp = np.arange(64 * 64, dtype="<u2").reshape(1, 64, 64)
    dataset = _capture(ramp)
    dataset.compress(JPEGLSLossless, generate_instance_uid=False)
    return Files([encoded(dataset)])


def encoded(dataset: Dataset) -> bytes:
    out = BytesIO()
    dataset.save_as(out, enforce_file_format=True)
    return out.getvalue()


def _capture(stack: np.ndarray) -> Dataset:
    """A secondary capture of (frame, row, column) pixels, as complete as the standard asks."""
    dataset = Dataset()
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dataset.SOPClassUID = MultiFrameGrayscaleWordSecondaryCaptureImageStorage
    dataset.SOPInstanceUID = generate_uid()
    dataset.file_meta.MediaStorageSOPClassUID = dataset.SOPClassUID
    dataset.file_meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
    dataset.StudyInstanceUID, dataset.SeriesInstanceUID = generate_uid(), generate_uid()
    dataset.PatientName, dataset.PatientID = "Screen^Captured", "CAPTURE"
    dataset.PatientBirthDate = dataset.PatientSex = ""
    dataset.StudyDate, dataset.StudyTime = "20240229", "101500"
    dataset.StudyID = dataset.AccessionNumber = dataset.ReferringPhysicianName = ""
    dataset.Modality, dataset.ConversionType = "MR", "WSD"
    dataset.SeriesNumber, dataset.InstanceNumber = 3, 1
    dataset.NumberOfFrames, dataset.Rows, dataset.Columns = stack.shape
    dataset.FrameIncrementPointer = 0x00181063
    dataset.FrameTime = 40.0
    dataset.SamplesPerPixel, dataset.PhotometricInterpretation = 1, "MONOCHROME2"
    dataset.BitsAllocated = dataset.BitsStored = 16
    dataset.HighBit, dataset.PixelRepresentation = 15, 0
    dataset.RescaleIntercept, dataset.RescaleSlope, dataset.RescaleType = 0, 1, "US"
    dataset.BurnedInAnnotation = "NO"
    dataset.PixelData = stack.tobytes()
    return dataset
