"""Kind and view of synthetic headers. They mimic vendors' conventions as documented and seen in
public files; none came from a scanner, so they show that the rules hold, not how often."""

from typing import Any

import pytest

from cmrkit.dicomio import AssembledStack, assemble_stacks
from tests.factories.headers import (
    AXIAL,
    CORONAL,
    SAGITTAL,
    Study,
    beats,
    cycle,
    long_axis_plane,
    short_axis_plane,
)

SAX = short_axis_plane()
SSFP = {"ScanningSequence": "GR", "SequenceVariant": ["SK", "SS"], "MRAcquisitionType": "2D"}
IR = {"ScanningSequence": ["GR", "IR"], "SequenceVariant": ["SK", "SP", "MP"], "MRAcquisitionType": "2D"}  # fmt: skip
SIEMENS_M = {"ImageType": ["ORIGINAL", "PRIMARY", "M", "RETRO", "NORM", "DIS2D"]}
SIEMENS_P = {"ImageType": ["ORIGINAL", "PRIMARY", "P", "RETRO", "DIS2D"]}
TI_MOLLI = [{"InversionTime": t} for t in (120, 200, 280, 1020, 1100, 1900, 2700, 3500)]
PHILIPS_PC = {"x20051011": ("CS", "P"), "x20050010": ("LO", "Philips MR Imaging DD 001")}


def one(stacks: list[AssembledStack]) -> AssembledStack:
    assert len(stacks) == 1, [s.classification for s in stacks]
    return stacks[0]


CASES: list[tuple[str, Any, dict[str, Any], str, str, str]] = [
    # name, plane, arguments of the series, kind, view, time axis
    ("Siemens cine, one series per slice", SAX,
     {"slices": 10, "times": cycle(25), "series_per_slice": True, **SSFP, **SIEMENS_M,
      "SequenceName": "*tfi2d1_15", "SeriesDescription": "CINE_segmented_SAX_b"},
     "cine", "SAX", "cardiac_phase"),
    ("GE cine without any description", SAX,
     {"slices": 10, "times": cycle(20), "ScanningSequence": "GR", "SequenceVariant": "SS",
      "ScanOptions": ["FAST_GEMS", "SEQ_GEMS", "CG"], "ImageType": ["ORIGINAL", "PRIMARY", "OTHER"]},
     "cine", "SAX", "cardiac_phase"),
    ("Philips cine", long_axis_plane(15),
     {"times": cycle(30), "ImageType": ["ORIGINAL", "PRIMARY", "M_FFE", "M", "FFE"],
      "ScanningSequence": "GR", "SequenceVariant": "SS", "SeriesDescription": "sBTFE_BH 4CH"},
     "cine", "4CH", "cardiac_phase"),
    ("German words", long_axis_plane(90),
     {"times": cycle(25), **SSFP, "SeriesDescription": "cine 2-Kammer-Blick"},
     "cine", "2CH", "cardiac_phase"),
    ("French words", SAX,
     {"slices": 9, "times": cycle(25), **SSFP, "SeriesDescription": "Ciné petit axe"},
     "cine", "SAX", "cardiac_phase"),
    ("GE delayed enhancement", SAX,
     {"slices": 9, **IR, "InversionTime": 250, "SeriesDescription": "SC 2DDel Enh 250 SAX",
      "ContrastBolusAgent": "Gd"},
     "lge", "SAX", "single"),
    ("LGE without description", SAX,
     {"slices": 9, **IR, "InversionTime": 280, "SequenceName": "*tfl2d1_25",
      "ImageType": ["ORIGINAL", "PRIMARY", "M", "NORM", "DIS2D"]},
     "lge", "SAX", "single"),
    ("Siemens PSIR", SAX,
     {"slices": 9, **IR, "InversionTime": 300, "SeriesDescription": "LGE_PSIR_SAX_PSIR",
      "ImageType": ["DERIVED", "PRIMARY", "R", "PSIR", "NORM"]},
     "lge_psir", "SAX", "single"),
    ("Philips PSIR, real images without description", SAX,
     {"slices": 9, **IR, "InversionTime": 300,
      "ImageType": ["ORIGINAL", "PRIMARY", "R_IR", "R", "IR"]},
     "lge_psir", "SAX", "single"),
    ("MOLLI source", SAX,
     {"slices": 3, "times": TI_MOLLI, **IR, "SeriesDescription": "MOLLI_5(3)3_SAX",
      "ImageType": ["ORIGINAL", "PRIMARY", "M", "DIS2D"]},
     "t1_source", "SAX", "inversion_time"),
    ("MOLLI source without description", SAX,
     {"slices": 3, "times": TI_MOLLI, **IR}, "t1_source", "SAX", "inversion_time"),
    ("Siemens T1 map", SAX,
     {"slices": 3, **IR, "SeriesDescription": "T1Map_LongT1_SAX_T1",
      "ImageType": ["DERIVED", "PRIMARY", "T1 MAP", "DIS2D"]},
     "t1_map", "SAX", "single"),
    ("Philips T1 map", SAX,
     {"slices": 1, **IR, "ImageType": ["DERIVED", "PRIMARY", "T1 MAP", "T1", "UNSPECIFIED"]},
     "t1_map", "SAX", "single"),
    ("T1 map by name alone", SAX,
     {"slices": 3, **IR, "SeriesDescription": "MOLLI T1 map sax"}, "t1_map", "SAX", "single"),
    ("T2 map", SAX,
     {"slices": 3, **SSFP, "SeriesDescription": "T2Map_TrueFISP_SAX",
      "ImageType": ["DERIVED", "PRIMARY", "T2 MAP", "DIS2D"]},
     "t2_map", "SAX", "single"),
    ("T2 source by the comment", SAX,
     {"times": [{"ImageComments": f"T2Prep Duration = {t} ms"} for t in (0, 25, 55)], **SSFP},
     "t2_source", "SAX", "t2_preparation"),
    ("T2* source", SAX,
     {"times": [{"EchoTime": 2.0 + 2.1 * k} for k in range(8)], "ScanningSequence": "GR",
      "SequenceName": "*fl2d8", "SeriesDescription": "T2* 8 echoes"},
     "t2star_source", "SAX", "echo_time"),
    ("T2* source without description", SAX,
     {"times": [{"EchoTime": 2.0 + 2.1 * k} for k in range(8)], "ScanningSequence": "GR"},
     "t2star_source", "SAX", "echo_time"),
    ("T2* map", SAX,
     {"SeriesDescription": "T2Star_Map_SAX", "ImageType": ["DERIVED", "PRIMARY", "T2_STAR_MAP"]},
     "t2star_map", "SAX", "single"),
    ("ECV map", SAX, {"SeriesDescription": "ECV_SAX_mid", "RescaleType": "%"},
     "ecv_map", "SAX", "single"),
    ("Siemens perfusion at rest", SAX,
     {"slices": 3, "times": beats(60), "ScanningSequence": "GR", "SequenceName": "*tfl2d1_77",
      "SeriesDescription": "TFL_REST_perf_SAX", "TriggerTime": 120},
     "perfusion", "SAX", "dynamic"),
    ("perfusion without description", SAX,
     {"slices": 3, "times": beats(50), "ScanningSequence": "GR", "MRAcquisitionType": "2D"},
     "perfusion", "SAX", "dynamic"),
    ("Philips perfusion by temporal positions", SAX,
     {"slices": 3, "times": [{"TemporalPositionIdentifier": k + 1} for k in range(40)],
      "NumberOfTemporalPositions": 40, "AcquisitionTime": "101010",
      "ImageType": ["ORIGINAL", "PRIMARY", "M_FFE", "M", "FFE"]},
     "perfusion", "SAX", "dynamic"),
    ("Siemens velocity", AXIAL,
     {"times": cycle(30), **SIEMENS_P, "SequenceName": "*fl2d1_v150in",
      "SeriesDescription": "flow_aorta_150_P"},
     "flow", "aorta", "cardiac_phase"),
    ("Philips velocity", AXIAL,
     {"times": cycle(30), **PHILIPS_PC, "ScanningSequence": "GR",
      "ImageType": ["ORIGINAL", "PRIMARY", "PHASE CONTRAST M", "P", "PCA"]},
     "flow", "axial", "cardiac_phase"),
    ("GE velocity by private tags", AXIAL,
     {"times": cycle(30), "x00430010": ("LO", "GEMS_PARM_01"), "x0043102F": ("SS", 1),
      "x00190010": ("LO", "GEMS_ACQU_01"), "x001910CC": ("SS", 1500), "ScanningSequence": "GR"},
     "flow", "axial", "cardiac_phase"),
    ("4D flow, one direction", SAGITTAL,
     {"slices": 32, "spacing": 2.5, "times": cycle(20), **SIEMENS_P, "MRAcquisitionType": "3D",
      "SequenceName": "*fl3d1_v150fh"},
     "flow_4d", "sagittal", "cardiac_phase"),
    ("whole heart", AXIAL,
     {"slices": 80, "spacing": 1.5, "MRAcquisitionType": "3D", "ScanningSequence": "GR",
      "TriggerTime": 600, "NominalInterval": 900, "SequenceVariant": "SS"},
     "whole_heart_3d", "axial", "single"),
    ("TI scout by name", SAX,
     {"times": cycle(25), **IR, "SeriesDescription": "TI_scout_SAX"},
     "ti_scout", "SAX", "cardiac_phase"),
    ("TI scout without description", SAX,
     {"times": cycle(25), **IR}, "ti_scout", "SAX", "cardiac_phase"),
    ("black blood", AXIAL,
     {"slices": 20, "ScanningSequence": "SE", "SequenceName": "*h2d1_125",
      "SeriesDescription": "HASTE_dark-blood_tra"},
     "morphology", "axial", "single"),
    ("reformatted", AXIAL,
     {"slices": 5, "ImageType": ["DERIVED", "SECONDARY", "MPR", "CSA MPR"], "ScanningSequence": "GR"},
     "derived", "axial", "single"),
]  # fmt: skip


@pytest.mark.parametrize(("plane", "series", "kind", "view", "axis"),
                         [c[1:] for c in CASES], ids=[c[0] for c in CASES])  # fmt: skip
def test_kind_view_and_axis(plane, series, kind: str, view: str, axis: str) -> None:
    study = Study()
    study.series(plane, **series)
    stack = one(assemble_stacks(study.headers))
    found = stack.classification
    assert (found.sequence_kind, found.view, stack.meta.time_axis) == (kind, view, axis), found
    assert 0.4 <= found.confidence < 1
    assert found.reason
    assert (stack.meta.sequence_kind, stack.meta.view) == (kind, view)


def test_localizer_groups_by_direction() -> None:
    study = Study()
    for plane in (AXIAL, CORONAL, SAGITTAL):
        study.series(plane, slices=3, **SSFP)
    same = [_in_series(h, "2.25.9000.1") for h in study.headers]
    stacks = assemble_stacks(same)
    assert [s.classification.sequence_kind for s in stacks] == ["localizer"] * 3
    assert {s.classification.view for s in stacks} == {"axial", "coronal", "sagittal"}


def _in_series(header, uid: str):
    from dataclasses import replace

    return replace(header, series_uid=uid)


def test_magnitude_beside_velocity_is_flow_and_they_know_each_other() -> None:
    study = Study()
    study.series(
        AXIAL, times=cycle(30), **SIEMENS_M, SequenceName="*fl2d1", SeriesDescription="Q_ao"
    )
    study.series(
        AXIAL,
        times=cycle(30),
        **SIEMENS_P,
        SequenceName="*fl2d1_v150in",
        SeriesDescription="Q_ao_P",
    )
    stacks = assemble_stacks(study.headers)
    assert {(s.classification.sequence_kind, s.meta.component) for s in stacks} == {
        ("flow", "magnitude"),
        ("flow", "velocity"),
    }
    assert stacks[0].siblings == (stacks[1].key,)
    velocity = next(s for s in stacks if s.meta.component == "velocity")
    assert velocity.meta.velocity_encoding_cm_s == 150
    assert velocity.meta.velocity_direction == "in"


def test_directions_of_4d_flow_are_stacks_of_their_own() -> None:
    study = Study()
    for direction in ("rl", "ap", "fh"):
        study.series(
            SAGITTAL, slices=24, spacing=2.5, times=cycle(15), **SIEMENS_P,
            MRAcquisitionType="3D", SequenceName=f"*fl3d1_v150{direction}",
        )  # fmt: skip
    study.series(SAGITTAL, slices=24, spacing=2.5, times=cycle(15), **SIEMENS_M,
                 MRAcquisitionType="3D", SequenceName="*fl3d1")  # fmt: skip
    stacks = assemble_stacks(study.headers)
    assert [s.classification.sequence_kind for s in stacks] == ["flow_4d"] * 4
    assert {s.meta.velocity_direction for s in stacks} == {"rl", "ap", "fh", ""}
    assert all(len(s.siblings) == 3 for s in stacks)
    assert {(s.meta.n_slices, s.meta.n_phases) for s in stacks} == {(24, 15)}


def test_views_without_words_come_from_the_short_axis() -> None:
    study = Study()
    study.series(SAX, slices=10, times=cycle(25), **SSFP)
    for degrees in (10, 88, 143):
        study.series(long_axis_plane(degrees), times=cycle(25), **SSFP)
    study.series(SAX, slices=3, **IR, InversionTime=290)
    stacks = assemble_stacks(study.headers)
    views = sorted(
        s.classification.view for s in stacks if s.classification.sequence_kind == "cine"
    )
    assert views == ["2CH", "3CH", "4CH", "SAX"]
    late = next(s for s in stacks if s.classification.sequence_kind == "lge")
    assert late.classification.view == "SAX"
    assert "short-axis" in late.classification.view_reason
    for stack in stacks:
        if stack.classification.view in ("2CH", "3CH", "4CH"):
            assert stack.classification.view_confidence < 0.7


WRONG: list[tuple[str, dict[str, Any], str]] = [
    ("a cine named LGE", {"slices": 9, "times": cycle(25), **SSFP, "SeriesDescription": "LGE"}, "cine"),
    ("one image named cine", {**IR, "InversionTime": 280, "SeriesDescription": "cine"}, "lge"),
    ("perfusion named T1 map",
     {"slices": 3, "times": beats(60), "SeriesDescription": "T1 map"}, "perfusion"),
    ("velocity named cine",
     {"times": cycle(25), **SIEMENS_P, "SequenceName": "*fl2d1_v100in", "SeriesDescription": "cine"},
     "flow"),
]  # fmt: skip


@pytest.mark.parametrize(("series", "kind"), [c[1:] for c in WRONG], ids=[c[0] for c in WRONG])
def test_tags_stand_against_wrong_words(series, kind: str) -> None:
    study = Study()
    study.series(SAX, **series)
    assert one(assemble_stacks(study.headers)).classification.sequence_kind == kind


def test_a_conflict_lowers_the_confidence_and_is_told() -> None:
    plain, wrong = Study(), Study()
    plain.series(SAX, slices=9, times=cycle(25), **SSFP)
    wrong.series(SAX, slices=9, times=cycle(25), **SSFP, SeriesDescription="LGE")
    sure = one(assemble_stacks(plain.headers)).classification
    doubtful = one(assemble_stacks(wrong.headers)).classification
    assert doubtful.confidence < sure.confidence
    assert "Against it" in doubtful.reason


def test_an_axial_volume_like_ct_is_not_called_a_heart() -> None:
    study = Study()
    study.series(AXIAL, slices=120, spacing=1.0, MRAcquisitionType="3D", ScanningSequence="GR")
    found = one(assemble_stacks(study.headers)).classification
    assert found.sequence_kind == "unknown"
    assert found.confidence < 0.2
    assert found.view == "axial"


def test_reasons_hold_no_text_of_the_header() -> None:
    study = Study()
    study.series(SAX, slices=9, times=cycle(25), SeriesDescription="cine MUSTERMANN sax")
    found = one(assemble_stacks(study.headers)).classification
    assert "MUSTERMANN" not in (found.reason + found.view_reason).upper()


def test_conditions() -> None:
    study = Study()
    study.series(SAX, slices=3, times=beats(60), SeriesDescription="perf STRESS")
    study.series(SAX, slices=3, times=beats(60), SeriesDescription="perf REST")
    study.series(SAX, **IR, SeriesDescription="T1map native", ImageType=["D", "P", "T1 MAP"])
    study.series(
        SAX,
        **IR,
        SeriesDescription="T1map",
        ContrastBolusAgent="Gd",
        ImageType=["D", "P", "T1 MAP"],
    )
    conditions = {
        (s.classification.sequence_kind, s.meta.condition) for s in assemble_stacks(study.headers)
    }
    assert conditions == {
        ("perfusion", "stress"), ("perfusion", "rest"),
        ("t1_map", "native"), ("t1_map", "post_contrast"),
    }  # fmt: skip
