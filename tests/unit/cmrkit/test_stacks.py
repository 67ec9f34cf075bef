"""Stacks of every kind by closed form: what was written is what comes out, in any order."""

import random
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cmrkit.contracts import StackMeta
from cmrkit.dicomio import AssembledStack, assemble_stacks
from tests.factories.headers import (
    AXIAL,
    LONG_AXIS,
    Study,
    beats,
    cycle,
    header_of,
    long_axis_plane,
    short_axis_plane,
)

SAX = short_axis_plane()
SSFP = {"ScanningSequence": "GR", "SequenceVariant": ["SK", "SS"], "MRAcquisitionType": "2D"}


def codes(stack: AssembledStack) -> set[str]:
    return {f.code for f in stack.findings}


def cine(**changes: Any) -> Study:
    study = Study()
    study.series(SAX, **{"slices": 9, "times": cycle(20), **SSFP, **changes})
    return study


def only(study: Study) -> AssembledStack:
    (stack,) = assemble_stacks(study.headers)
    return stack


def test_a_whole_cine_has_no_problem() -> None:
    stack = only(cine(spacing=8.0))
    assert (stack.meta.n_slices, stack.meta.n_phases) == (9, 20)
    assert stack.findings == ()
    normal = np.cross(stack.meta.row_direction, stack.meta.column_direction)
    assert abs(normal @ LONG_AXIS) == pytest.approx(1)
    assert stack.meta.times_ms[0] == stack.meta.trigger_times_ms[0]


def test_a_missing_slice_is_told_from_an_uneven_one() -> None:
    study = cine(spacing=8.0)
    third = [
        h for h in study.headers if h.sop_instance_uid.split(".")[-1] in map(str, range(41, 61))
    ]
    rest = [h for h in study.headers if h not in third]
    (stack,) = assemble_stacks(rest)
    assert [(f.code, f.slice_index, f.severity) for f in stack.findings] == [
        ("missing_slices", 1, "problem")
    ]
    assert "1 slice is missing between slices 2 and 3" in stack.findings[0].message
    uneven = cine(slices=5, spacing=8.0)
    uneven.headers += cine(slices=4, spacing=8.0, offset=5 * 8.0 + 3.0).headers
    moved = [
        replace(h, sop_instance_uid=f"{h.sop_instance_uid}.{k}")
        for k, h in enumerate(uneven.headers)
    ]
    (stack,) = assemble_stacks(moved)
    assert codes(stack) == {"uneven_slices"}


def test_a_missing_phase_is_a_jump_in_time() -> None:
    times = cycle(20)
    stack = only(cine(spacing=8.0, times=times[:7] + times[8:]))
    assert codes(stack) == {"missing_phases"}
    assert "about 1 missing" in stack.findings[0].message


def test_phases_that_the_scanner_states_and_that_did_not_come() -> None:
    stack = only(cine(spacing=8.0, CardiacNumberOfImages=25))
    assert codes(stack) == {"missing_phases"}


def test_slices_at_another_heart_rate_are_named() -> None:
    study = Study()
    for k in range(9):
        rr = 1200 if k in (3, 4) else 850
        study.series(SAX, offset=8.0 * k, times=cycle(20, rr), **SSFP)
    (stack,) = assemble_stacks(study.headers)
    finding = next(f for f in stack.findings if f.code == "heart_rate_differs")
    assert finding.message.startswith("Slices 4 to 5 had a heart rate of 50, 50")
    assert (stack.meta.n_slices, stack.meta.n_phases) == (9, 20)


def test_few_slices_coarse_phases_gaps_and_no_times() -> None:
    stack = only(cine(slices=5, spacing=10.0, times=cycle(8)))
    assert codes(stack) == {"few_slices", "coarse_phases", "slice_gaps"}
    untimed = only(cine(spacing=8.0, times=[{}] * 20, SeriesDescription="cine"))
    assert codes(untimed) == {"trigger_times_missing"}
    assert untimed.meta.time_axis == "cardiac_phase"
    assert untimed.meta.n_phases == 20


@pytest.mark.parametrize(
    ("said", "rr"),
    [
        ({"NominalInterval": 900, "CardiacRRIntervalSpecified": 850.0}, 900),
        ({"CardiacRRIntervalSpecified": 850.0}, 850),
        ({"NominalInterval": 0, "CardiacRRIntervalSpecified": 850.0, "HeartRate": 60}, 850),
        ({"HeartRate": 60}, 1000),
        ({"CardiacRRIntervalSpecified": 70.0}, None),
        ({}, None),
    ],
)
def test_the_rr_interval_is_the_one_stated_else_of_the_heart_rate(
    said: dict[str, Any], rr: float | None
) -> None:
    times = [{"TriggerTime": t["TriggerTime"]} for t in cycle(20, 850)]
    assert only(cine(times=times, **said)).meta.rr_interval_ms == rr


def test_a_cycle_that_stops_early() -> None:
    early = [{**t, "NominalInterval": 1300} for t in cycle(20, 850)]
    assert codes(only(cine(spacing=8.0, times=early))) == {"cycle_not_covered"}


def test_the_same_frames_sent_twice_are_doubles() -> None:
    study = cine(spacing=8.0)
    again = [replace(h, sop_instance_uid=f"{h.sop_instance_uid}.9") for h in study.headers[:3]]
    (stack,) = assemble_stacks([*study.headers, *again])
    assert (stack.meta.n_slices, stack.meta.n_phases) == (9, 20)
    (finding,) = stack.findings
    assert (finding.code, finding.slice_index) == ("duplicate_frames", 0)
    assert "3 frames" in finding.message


def test_a_slice_that_was_acquired_again_counts_and_the_earlier_is_kept() -> None:
    study = cine(spacing=8.0, AcquisitionTime="100000")
    later = study.series(SAX, offset=16.0, times=cycle(20, 910), AcquisitionTime="101500", **SSFP)
    whole, earlier = assemble_stacks(study.headers)
    assert (whole.meta.n_slices, earlier.meta.n_slices) == (9, 1)
    assert {a[1] for a in whole.addresses[2]} == {h.sop_instance_uid for h in later}
    assert codes(whole) >= {"repeated_frames"}
    assert "earlier_acquisition" in codes(earlier)
    assert whole.key != earlier.key


def test_a_repeat_that_was_broken_off_does_not_replace_the_whole() -> None:
    study = cine(spacing=8.0, AcquisitionTime="100000")
    first = list(study.headers)
    study.series(SAX, offset=16.0, times=cycle(20)[:6], AcquisitionTime="101500", **SSFP)
    (stack,) = assemble_stacks(study.headers)
    assert {a[1] for row in stack.addresses for a in row if a} == {
        h.sop_instance_uid for h in first
    }
    assert any(f.code == "repeated_frames" and f.severity == "warning" for f in stack.findings)


def test_rest_and_stress_without_names_are_two_stacks() -> None:
    study = Study()
    study.series(SAX, slices=3, times=beats(40))
    study.series(
        SAX,
        slices=3,
        times=[{"AcquisitionTime": t["AcquisitionTime"].replace("10", "11", 1)} for t in beats(40)],
    )
    stacks = assemble_stacks(study.headers)
    assert [(s.meta.n_slices, s.meta.n_phases) for s in stacks] == [(3, 40)] * 2


def test_times_of_each_axis() -> None:
    study = Study()
    study.series(SAX, times=[{"InversionTime": t} for t in (3500, 120, 1020, 200, 1900)])
    study.series(SAX, times=[{"EchoTime": t} for t in (9.5, 2.5, 16.5)], offset=50)
    study.series(SAX, times=beats(30, 800), slices=2, offset=100)
    by_axis = {s.meta.time_axis: s.meta for s in assemble_stacks(study.headers)}
    assert by_axis["inversion_time"].times_ms == ((120, 200, 1020, 1900, 3500),)
    assert by_axis["echo_time"].times_ms == ((2.5, 9.5, 16.5),)
    assert by_axis["dynamic"].times_ms[1] == tuple(800.0 * k for k in range(30))


def test_series_per_inversion_time_are_one_stack() -> None:
    study = Study()
    for t in (120, 200, 280, 1020, 1100, 1900, 2700):
        study.series(SAX, slices=3, times=[{"InversionTime": t}], SeriesDescription="MOLLI")
    (stack,) = assemble_stacks(study.headers)
    assert (stack.meta.n_slices, stack.meta.n_phases) == (3, 7)
    assert stack.classification.sequence_kind == "t1_source"


def test_a_cine_of_two_echoes_is_two_stacks() -> None:
    times = [{**t, "EchoTime": e} for e in (1.5, 3.0) for t in cycle(20)]
    study = cine(times=times)
    stacks = assemble_stacks(study.headers)
    assert [(s.meta.n_slices, s.meta.n_phases) for s in stacks] == [(9, 20)] * 2


def test_two_matrices_in_one_series_are_told() -> None:
    study = cine(spacing=8.0)
    other = cine(spacing=8.0, slices=2, offset=72.0)
    moved = [
        replace(h, rows=256, columns=256, sop_instance_uid=f"{h.sop_instance_uid}.5")
        for h in other.headers
    ]
    stacks = assemble_stacks([*study.headers, *moved])
    assert len(stacks) == 2
    assert all("mixed_matrix" in codes(s) for s in stacks)


def test_another_number_of_phases_is_placed_by_fraction() -> None:
    study = cine(spacing=8.0)
    study.series(SAX, offset=72.0, times=cycle(10, 900), **SSFP)
    (stack,) = assemble_stacks(study.headers)
    assert (stack.meta.n_slices, stack.meta.n_phases) == (10, 20)
    assert [p for p, a in enumerate(stack.addresses[9]) if a] == list(range(0, 20, 2))
    assert codes(stack) >= {"phase_count", "missing_frames"}


def _holed(times: list[dict[str, Any]], own: list[dict[str, Any]]) -> list[int]:
    """Which places are empty in a slice with ``own`` times among three with ``times``."""
    study = cine(spacing=8.0, slices=3, times=times)
    study.series(SAX, offset=24.0, times=own, **SSFP)
    (stack,) = assemble_stacks(study.headers)
    assert (stack.meta.n_slices, stack.meta.n_phases) == (4, len(times))
    row = [a and int(a[1].split(".")[-1]) for a in stack.addresses[3]]
    assert [number for number in row if number] == sorted(number for number in row if number)
    return [place for place, number in enumerate(row) if number is None]


@pytest.mark.parametrize(("late", "covers"), [(0, 1), (0.5, 1), (0.9, 1), (0, 0.76), (0.5, 0.76)])
@pytest.mark.parametrize("gone", range(20))
def test_one_missing_phase_leaves_one_hole(gone: int, late: float, covers: float) -> None:
    """Retrospective gating: frames come at the same fractions of each slice's own RR interval."""
    whole, own = (cycle(20, rr, late=late, covers=covers) for rr in (900, 960))
    assert _holed(whole, own[:gone] + own[gone + 1 :]) == [gone]


@pytest.mark.parametrize("rr", [1100, None])
@pytest.mark.parametrize("gone", range(20))
def test_one_missing_phase_of_fixed_steps_leaves_one_hole(gone: int, rr: int | None) -> None:
    """Prospective gating: frames come every 40 ms whatever the RR interval."""
    whole = [{"TriggerTime": 40 * k, "NominalInterval": rr and 1000} for k in range(20)]
    own = [{**t, "NominalInterval": rr} for t in whole]
    assert _holed(whole, own[:gone] + own[gone + 1 :]) == [gone]


def test_phases_beyond_the_grid_leave_the_nearest() -> None:
    study = cine(spacing=8.0, slices=8)
    study.series(SAX, offset=64.0, times=cycle(40), **SSFP)
    (stack,) = assemble_stacks(study.headers)
    assert [int(a[1].split(".")[-1]) for a in stack.addresses[8] if a] == list(range(1, 41, 2))
    assert any("20 found no place" in f.message for f in stack.findings)


def _mixed() -> Study:
    study = cine(spacing=8.0, series_per_slice=True, SeriesDescription="cine_sax")
    study.series(SAX, slices=2, times=cycle(20), offset=16, **SSFP, SeriesDescription="cine_sax")
    for degrees in (12, 91, 140):
        study.series(long_axis_plane(degrees), times=cycle(20), **SSFP)
    study.series(SAX, slices=3, times=[{"InversionTime": t} for t in (100, 900, 1800, 2700)])
    study.series(AXIAL, slices=4, times=beats(12))
    doubles = [replace(h, sop_instance_uid=f"{h.sop_instance_uid}.7") for h in study.headers[::37]]
    study.headers += doubles
    return study


MIXED = _mixed()
EXPECTED = assemble_stacks(MIXED.headers)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(seed=st.integers(0, 2**32 - 1))
def test_order_of_files_never_matters(seed: int) -> None:
    headers = list(MIXED.headers)
    random.Random(seed).shuffle(headers)
    assert assemble_stacks(headers) == EXPECTED


@settings(max_examples=60, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from([
            "00080008", "0008103E", "00180020", "00180023", "00180081", "00180082", "00181060",
            "00181062", "00181088", "00181090", "00200011", "00200013", "00200032", "00200037",
            "00280030", "00180050", "00180088", "00080032", "00180024", "00189197", "00409096",
            "00281054", "52009230", "52009229", "0043102F", "2001101A", "00204000", "00180022",
        ]),
        st.one_of(
            st.none(), st.integers(-5, 5), st.text(max_size=8), st.floats(allow_nan=True),
            st.lists(st.one_of(st.none(), st.floats(), st.text(max_size=4)), max_size=7),
        ),
        max_size=10,
    )
)  # fmt: skip
def test_nonsense_in_headers_never_raises(changes: dict[str, Any]) -> None:
    study = cine(slices=2, times=cycle(3))
    for k, header in enumerate(study.headers[::2]):
        metadata = dict(header.metadata)
        for tag, value in changes.items():
            metadata[tag] = {"vr": "LO", "Value": value if isinstance(value, list) else [value]}
        study.headers[2 * k] = header_of(metadata, 1, 2 * k)
    for stack in assemble_stacks(study.headers):
        assert StackMeta.from_json(stack.meta.to_json()) == stack.meta


@pytest.mark.parametrize(
    ("modality", "sop_class"),
    [
        ("SEG", "1.2.840.10008.5.1.4.1.1.66.4"),
        ("SEG", "1.2.840.10008.5.1.4.1.1.66.7"),
        ("MR", "1.2.840.10008.5.1.4.1.1.66.4"),  # a file that says so of its series
        ("PR", "1.2.840.10008.5.1.4.1.1.11.1"),
    ],
)
def test_what_is_no_image_is_in_no_stack(modality: str, sop_class: str) -> None:
    study = cine(SeriesDescription="Segmentation of cine_sax")
    drawn = [replace(h, modality=modality, sop_class_uid=sop_class) for h in study.headers]
    assert assemble_stacks(drawn) == []


def test_old_descriptions_still_load() -> None:
    data = only(cine()).meta.to_json()
    for name in (
        "time_axis", "times_ms", "component", "condition", "velocity_direction",
        "velocity_encoding_cm_s",
    ):  # fmt: skip
        del data[name]
    meta = StackMeta.from_json(data)
    assert (meta.time_axis, meta.times_ms, meta.component) == ("cardiac_phase", (), "unknown")


def test_ten_thousand_frames_take_seconds() -> None:
    """Generous: the machine may be shared. A quadratic step would take minutes."""
    from time import process_time

    study = Study()
    study.series(AXIAL, slices=40, times=cycle(25), MRAcquisitionType="3D")
    for k in range(180):
        study.series(long_axis_plane(k), slices=2, times=cycle(25), **SSFP)
    assert len(study.headers) == 10_000
    begun = process_time()
    assemble_stacks(study.headers)
    assert process_time() - begun < 15
