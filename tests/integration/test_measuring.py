"""Numbers are kept by the hash of their inputs and computed once."""

import pytest

from portal.annotations.content import ContourKey
from portal.annotations.models import Annotation
from portal.annotations.services.operations import ContourOp, apply_operations
from portal.measurements.models import Measurement
from portal.measurements.services import measuring
from portal.reads.models import Read
from tests.factories import reading as f

pytestmark = pytest.mark.django_db


@pytest.fixture
def read(world: f.World) -> Read:
    return world.assign(f.make_case(world.project, "C-1"), world.reader_a)[0]


def draw(world: f.World, read: Read, phase: int, radius: float, base: int = 0) -> None:
    key = ContourKey("lv_endo", read.stack.addresses[1][phase][1], 1)
    operation = ContourOp(f.op_id(), key, base, [f.circle(40, 32, radius)])
    (result,) = apply_operations(by=world.reader_a, read=read, operations=[operation])
    assert result.outcome == "applied"


def test_an_empty_read_has_no_numbers(read: Read) -> None:
    function = measuring.measure(read)
    assert function["ed_phase"] is None
    assert function["edv_ml"] is None
    assert function["lv_volume_ml"] == [None] * f.PHASES


def test_the_same_input_is_computed_once(
    world: f.World, read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    draw(world, read, 0, 9.0)
    first = measuring.measure(read)

    def never(*args: object) -> None:
        raise AssertionError("computed again")

    monkeypatch.setattr(measuring, "compute_function", never)
    assert measuring.measure(read)["edv_ml"] == first["edv_ml"]
    assert Measurement.objects.filter(read=read).count() == 1


def test_the_hash_follows_the_content_and_not_the_history(world: f.World, read: Read) -> None:
    draw(world, read, 0, 9.0)
    first = measuring.measure(read)["inputs_hash"]
    draw(world, read, 0, 7.0, base=1)
    second = measuring.measure(read)["inputs_hash"]
    draw(world, read, 0, 9.0, base=2)
    assert first != second
    assert measuring.measure(read)["inputs_hash"] == first
    assert Annotation.objects.get(read=read).version == 3


def test_pins_and_convention_are_part_of_the_hash(world: f.World, read: Read) -> None:
    draw(world, read, 0, 9.0)
    first = measuring.measure(read)["inputs_hash"]
    rules = read.protocol_version.rules
    read.protocol_version.rules = {**rules, "convention": {"papillary": "mass"}}
    changed = measuring.measure(read)
    assert changed["inputs_hash"] != first
    assert changed["convention"] == {"papillary": "mass"}
