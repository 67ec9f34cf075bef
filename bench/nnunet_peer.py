"""nnU-Net's own predictor on one phase of a cine, run by the Python that has nnunetv2.

A 2D network as its planner lays it out for this input, with weights nobody trained: time doesn't
ask what they are. Sliding window, Gaussian, mirroring over both axes: the predictor's defaults.
Reads a NumPy file (slice, row, column); prints one JSON line per round when a line comes in.
"""

import json
import sys
import time
from typing import Any

import numpy as np
import torch
from nnunetv2.experiment_planning.experiment_planners.network_topology import (
    get_pool_and_conv_props,
)
from nnunetv2.inference.predict_from_raw_data import nnUNetPredictor
from nnunetv2.utilities.get_network_from_plans import get_network_from_plans
from nnunetv2.utilities.plans_handling.plans_handler import PlansManager

LABELS = {"background": 0, "RV cavity": 1, "myocardium": 2, "LV cavity": 3}
MOST_FEATURES = 512  # of 2D networks, as in its planner


def architecture(
    spacing_mm: tuple[float, float], patch: tuple[int, int]
) -> tuple[dict[str, Any], list[int]]:
    found = get_pool_and_conv_props(spacing_mm, patch, 4, 999999)
    _, strides, kernels, patch_size, _ = found
    n = len(strides)
    return {
        "network_class_name": "dynamic_network_architectures.architectures.unet.PlainConvUNet",
        "arch_kwargs": {
            "n_stages": n,
            "features_per_stage": [min(MOST_FEATURES, 32 * 2**k) for k in range(n)],
            "conv_op": "torch.nn.modules.conv.Conv2d",
            "kernel_sizes": [list(k) for k in kernels],
            "strides": [list(s) for s in strides],
            "n_conv_per_stage": [2] * n,
            "n_conv_per_stage_decoder": [2] * (n - 1),
            "conv_bias": True,
            "norm_op": "torch.nn.modules.instancenorm.InstanceNorm2d",
            "norm_op_kwargs": {"eps": 1e-5, "affine": True},
            "dropout_op": None,
            "dropout_op_kwargs": None,
            "nonlin": "torch.nn.LeakyReLU",
            "nonlin_kwargs": {"inplace": True},
        },
        "_kw_requires_import": ["conv_op", "norm_op", "dropout_op", "nonlin"],
    }, [int(p) for p in patch_size]


def predictor(spacing_mm: tuple[float, float], shape: tuple[int, int]) -> nnUNetPredictor:
    arch, patch = architecture(spacing_mm, shape)
    plans = {
        "dataset_name": "Dataset001_bench",
        "plans_name": "nnUNetPlans",
        "transpose_forward": [0, 1, 2],
        "transpose_backward": [0, 1, 2],
        "configurations": {"2d": {"patch_size": patch, "architecture": arch}},
        "label_manager": "LabelManager",
    }
    manager = PlansManager(plans)
    dataset = {"labels": LABELS, "channel_names": {"0": "MRI"}, "file_ending": ".nii.gz"}
    network = get_network_from_plans(
        arch["network_class_name"],
        arch["arch_kwargs"],
        arch["_kw_requires_import"],
        1,
        len(LABELS),
        deep_supervision=False,
    ).eval()
    made = nnUNetPredictor(
        device=torch.device("cpu"), perform_everything_on_device=False, allow_tqdm=False
    )
    made.manual_initialization(
        network,
        manager,
        manager.get_configuration("2d"),
        [network.state_dict()],
        dataset,
        "nnUNetTrainer",
        (0, 1),
    )
    return made


def main() -> None:
    pixels = np.load(sys.argv[1]).astype(np.float32)
    torch.set_num_threads(int(sys.argv[2]))
    made = predictor((float(sys.argv[3]),) * 2, pixels.shape[1:])
    image = torch.from_numpy((pixels - pixels.mean()) / pixels.std())[None]
    parameters = sum(p.numel() for p in made.network.parameters())
    print(json.dumps({"patch": made.configuration_manager.patch_size, "parameters": parameters}))
    sys.stdout.flush()
    for _ in sys.stdin:
        began = time.perf_counter()
        with torch.inference_mode():
            logits = made.predict_sliding_window_return_logits(image)
        seconds = time.perf_counter() - began
        print(json.dumps({"seconds": seconds, "shape": list(logits.shape)}), flush=True)


if __name__ == "__main__":
    main()
