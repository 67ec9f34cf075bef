"""Models from elsewhere: our own network, exported, has to draw what it draws here."""

import json
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from cmrkit.agreement import dice
from ml_workers.errors import BadInput, ModelCorrupt
from ml_workers.formats.register import register
from ml_workers.inference import Spacing, segment_stack
from ml_workers.registry import package_named
from tests.factories.imaging import small_phantom

pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),  # torch's plans for its exporters
    pytest.mark.filterwarnings("ignore::torch.jit.TracerWarning"),
    pytest.mark.filterwarnings("ignore:ONNX export mode"),
]
ABOUT = {
    "name": "from-elsewhere",
    "version": "1",
    "title": "Ours, by another road",
    "summary": "A test.",
    "licence": "CC BY-NC 4.0",
    "noncommercial": True,
    # the channels are turned round on purpose
    "labels": {"3": "background", "2": "RV cavity", "1": "myocardium", "0": "LV cavity"},
}


class Turned(nn.Module):
    """The network's plain scores, with the channels in reverse."""

    def __init__(self) -> None:
        super().__init__()
        self.inner = package_named("cine-sax-free").load().network

    def forward(self, x: Tensor) -> Tensor:
        scores: Tensor = self.inner(x)[0]
        return scores.flip(1)


@pytest.fixture(scope="module")
def turned() -> nn.Module:
    return Turned().eval()


def about_in(folder: Path, **changes: Any) -> Path:
    path = folder / "about.json"
    path.write_text(json.dumps({**ABOUT, **changes}))
    return path


def onnx_file(network: nn.Module, folder: Path) -> Path:
    path = folder / "model.onnx"
    torch.onnx.export(
        network,
        (torch.zeros(1, 1, 128, 128),),
        path,
        dynamo=False,
        input_names=["image"],
        dynamic_axes={"image": {0: "n"}},
    )
    return path


def bundle(network: nn.Module, folder: Path) -> Path:
    (folder / "configs").mkdir(parents=True)
    (folder / "models").mkdir()
    metadata = {"version": "0.3", "name": "Bundle", "description": "From a zoo."}
    (folder / "configs" / "metadata.json").write_text(json.dumps(metadata))
    torch.jit.trace(network, torch.zeros(1, 1, 128, 128)).save(folder / "models" / "model.ts")
    return folder


@pytest.mark.parametrize("kind", ["onnx", "bundle"])
def test_it_draws_what_ours_draws(
    turned: nn.Module, kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if kind == "onnx":
        pytest.importorskip("onnx")
        pytest.importorskip("onnxruntime")
        source = onnx_file(turned, tmp_path)
    else:
        source = bundle(turned, tmp_path / "bundle")
    out = tmp_path / "models" / "noncommercial" / "from-elsewhere"
    card = register(source, about_in(tmp_path), out)
    assert card["noncommercial"] is True
    monkeypatch.setenv("ACCORD_MODELS_DIR", str(tmp_path / "models"))
    package = package_named("from-elsewhere")
    monkeypatch.delenv("ACCORD_MODELS_DIR")
    phantom = small_phantom(3, 3, 2)
    spacing = Spacing(*phantom.meta.pixel_spacing_mm)
    ours = segment_stack(package_named("cine-sax-free").load(), phantom.pixels, spacing)
    theirs = segment_stack(package.load(), phantom.pixels, spacing)
    for code in (1, 2, 3):
        assert (ours.labels == code).any()
        assert (dice(ours.labels == code, theirs.labels == code) or 0) > 0.97
    with (package.folder / package.card["weights"][0]["file"]).open("ab") as file:
        file.write(b"\0")
    with pytest.raises(ModelCorrupt, match="Fetch the model package again"):
        package.load()


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"licence": None, "labels": {"0": "background"}}, "RV cavity"),
        ({"labels": {**ABOUT["labels"], "9": "LV cavity"}}, "4 channels"),  # type: ignore[dict-item]
    ],
)
def test_labels_that_do_not_fit_are_refused(
    turned: nn.Module, tmp_path: Path, changes: dict[str, Any], says: str
) -> None:
    with pytest.raises(BadInput, match=says):
        register(bundle(turned, tmp_path / "b"), about_in(tmp_path, **changes), tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_bundle_without_torchscript_is_refused(tmp_path: Path) -> None:
    (tmp_path / "b" / "configs").mkdir(parents=True)
    (tmp_path / "b" / "configs" / "metadata.json").write_text("{}")
    with pytest.raises(BadInput, match="ckpt_export"):
        register(tmp_path / "b", about_in(tmp_path), tmp_path / "out")


def test_a_network_of_another_shape_is_refused(tmp_path: Path) -> None:
    classifier = nn.Sequential(nn.Flatten(), nn.Linear(128 * 128, 4))
    with pytest.raises(BadInput, match=r"\(1, 4\)"):
        register(bundle(classifier, tmp_path / "b"), about_in(tmp_path), tmp_path / "out")
