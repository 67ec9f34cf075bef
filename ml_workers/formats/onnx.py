"""Networks in ONNX, run by ONNX Runtime on the CPU."""

import os
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from ml_workers.errors import ModelCorrupt, ModelMissing


class OnnxNetwork(nn.Module):
    """One input (n, 1, rows, columns), the first output (n, classes, rows, columns)."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        try:
            import onnxruntime as installed
        except ImportError as error:
            raise ModelMissing(
                "This model is an ONNX file, and onnxruntime isn't installed: "
                "pip install 'accord-cmr[onnx]'."
            ) from error
        runtime: Any = installed
        options = runtime.SessionOptions()
        options.intra_op_num_threads = min(torch.get_num_threads(), os.cpu_count() or 1)
        try:
            self.session = runtime.InferenceSession(
                str(path), options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:  # the runtime's errors share no base of their own
            raise ModelCorrupt(f"{path.name} can't be read as ONNX: {error}") from error
        self.name = self.session.get_inputs()[0].name

    def forward(self, x: Tensor) -> Tensor:
        out = self.session.run(None, {self.name: x.float().cpu().numpy()})[0]
        return torch.from_numpy(out).to(x.device)


def open_onnx(path: Path) -> nn.Module:
    return OnnxNetwork(path)
