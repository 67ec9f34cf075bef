"""What a package says, and which weights a hash stands for."""

import json
import shutil
from pathlib import Path

import pytest
import torch

from ml_workers.errors import ModelCorrupt
from ml_workers.inference import Spacing, segment_stack
from ml_workers.registry import (
    CARD,
    find_packages,
    identity_of,
    package_named,
    package_with_weights,
)
from ml_workers.training.package import add_member
from ml_workers.weights import load_weights, save_weights
from tests.factories.imaging import small_phantom

NAME = "cine-sax-undertrained"


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    folder = tmp_path / NAME
    shutil.copytree(package_named(NAME).folder, folder)
    return folder


def change(folder: Path, **changes: object) -> None:
    card = json.loads((folder / CARD).read_text())
    (folder / CARD).write_text(json.dumps({**card, **changes}))


def test_a_file_holds_numbers_alone_and_gives_the_same_network_again(tmp_path: Path) -> None:
    model = package_named(NAME).load()
    assert model.architecture is not None
    digests = [
        save_weights(
            tmp_path / f"{k}", model.network.state_dict(), model.architecture, model.convention
        )
        for k in range(2)
    ]
    assert digests[0] == digests[1]
    again = load_weights(tmp_path / "0", expected_sha256=digests[0])
    assert again.convention == model.convention
    for name, values in model.network.state_dict().items():
        assert torch.equal(again.network.state_dict()[name], values)


def test_weights_of_the_former_format_can_still_be_read(tmp_path: Path) -> None:
    model = package_named(NAME).load()
    assert model.architecture is not None
    torch.save(
        {
            "format": 1,
            "architecture": model.architecture.to_json(),
            "input": model.convention.to_json(),
            "state": model.network.state_dict(),
        },
        tmp_path / "old.pt",
    )
    assert load_weights(tmp_path / "old.pt").convention == model.convention


def test_a_project_that_knows_the_former_hash_still_finds_its_weights() -> None:
    for package in find_packages():
        for part in package.card["weights"]:
            if "formerly" in part:
                found = package_with_weights(part["formerly"])
                assert found is not None
                assert (found.name, found.weights_sha256) == (package.name, part["formerly"])
                assert len(found.load().members) == 1
    assert package_with_weights("0" * 64) is None


def test_members_are_one_model_under_one_hash(copied: Path) -> None:
    """An ensemble of the same weights twice draws about what they draw alone."""
    card = json.loads((copied / CARD).read_text())
    parts = [card["weights"][0], card["weights"][0]]
    change(copied, weights=parts, weights_sha256=identity_of(parts))
    (package,) = find_packages(copied.parent)
    assert package.weights_sha256 not in {part["sha256"] for part in parts}
    model = package.load()
    assert len(model.members) == 2
    assert model.confidence is None, "the rule was fitted to another identity"
    phantom = small_phantom(3, 3, 2)
    spacing = Spacing(*phantom.meta.pixel_spacing_mm)
    alone = segment_stack(package_named(NAME).load(), phantom.pixels, spacing)
    assert (segment_stack(model, phantom.pixels, spacing).labels == alone.labels).mean() > 0.99


def test_a_new_member_changes_the_identity_and_empties_what_was_measured(copied: Path) -> None:
    package = find_packages(copied.parent)[0]
    alone = package.load()
    for _ in range(2):  # the second takes the first one's place
        add_member(copied, 2, alone.network.state_dict(), alone.convention, "copied for a test")
    (again,) = find_packages(copied.parent)
    assert len(again.load().members) == 2
    assert again.weights_sha256 != package.weights_sha256
    assert package.card["metrics"]
    assert again.card["metrics"] == []
    assert "copied for a test" in (copied / "README.md").read_text()


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"weights_sha256": "0" * 64}, "not the hash"),
        ({"weights": []}, "1 to 3 files"),
        ({"weights": [{"file": "../w", "sha256": "0" * 64}]}, "own folder"),
    ],
)
def test_a_card_that_can_not_be_trusted_is_refused(
    copied: Path, changes: dict[str, object], says: str
) -> None:
    change(copied, **changes)
    with pytest.raises(ModelCorrupt, match=says):
        find_packages(copied.parent)
