"""``python -m bench.codecs FOLDER…``: which lossless codec a stack's frames should travel in.

For each folder of single-frame DICOM files: size, time to encode and to decode a frame, on this
machine. Decoding is measured natively here; what a browser has natively (DEFLATE) is measured in
Chromium too, with the JavaScript that puts the planes together.
"""

import base64
import json
import shutil
import statistics
import sys
import time
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import imagecodecs
import numpy as np
import zstandard
from numpy.typing import NDArray
from pydicom import dcmread

from cmrkit.dicomio import stackstream
from cmrkit.dicomio.stackstream import planes

Frame = NDArray[Any]
MOST = 60  # frames of a folder
IN_BROWSER = """async (frames) => {
  const times = [];
  for (const text of frames) {
    const packed = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
    const began = performance.now();
    const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream('deflate-raw'));
    const data = new Uint8Array(await new Response(stream).arrayBuffer());
    const n = data.length / 2;
    const out = new Uint16Array(n);
    for (let i = 0; i < n; i += 1) out[i] = data[i] | (data[n + i] << 8);
    times.push(performance.now() - began);
  }
  return times;
}"""


def frames_of(folder: Path) -> list[Frame]:
    found = []
    for path in sorted(p for p in folder.rglob("*") if p.is_file())[:2000]:
        try:
            dataset = dcmread(path)
            pixels = np.ascontiguousarray(dataset.pixel_array)
        except Exception:  # noqa: BLE001 - not an image
            continue
        if pixels.ndim == 2 and pixels.dtype.itemsize == 2:
            found.append(pixels)
        if len(found) == MOST:
            break
    return found


def _delta(pixels: Frame) -> Frame:
    """Each pixel minus its left neighbour, modulo 2^16."""
    unsigned = pixels.view(np.uint16)
    found = unsigned.copy()
    found[:, 1:] -= unsigned[:, :-1]
    return found


def _inflate(data: bytes) -> bytes:
    return zlib.decompress(data, -zlib.MAX_WBITS)


def _zstd(level: int) -> Callable[[bytes], bytes]:
    return zstandard.ZstdCompressor(level=level).compress


_unzstd = zstandard.ZstdDecompressor().decompress
CODECS: dict[str, tuple[Callable[[Frame], bytes], Callable[[bytes], Any]]] = {
    "raw": (lambda x: x.tobytes(), lambda b: b),
    "deflate 1, plain": (lambda x: stackstream.deflated(x.tobytes()), _inflate),
    "deflate 1, planes": (lambda x: stackstream.deflated(planes(x)), _inflate),
    "deflate 1, delta + planes": (lambda x: stackstream.deflated(planes(_delta(x))), _inflate),
    "zstd 3, planes": (lambda x: _zstd(3)(planes(x)), _unzstd),
    "zstd 3, delta + planes": (lambda x: _zstd(3)(planes(_delta(x))), _unzstd),
    "zstd 12, planes": (lambda x: _zstd(12)(planes(x)), _unzstd),
    "HTJ2K": (
        lambda x: imagecodecs.htj2k_encode(x, reversible=True),
        imagecodecs.htj2k_decode,
    ),
    "JPEG-LS": (imagecodecs.jpegls_encode, imagecodecs.jpegls_decode),
}


def _measured(frames: list[Frame], encode: Any, decode: Any) -> dict[str, float]:
    encoding, decoding, size = [], [], 0
    for frame in frames:
        began = time.perf_counter()
        data = bytes(encode(frame))
        middle = time.perf_counter()
        decode(data)
        decoding.append(time.perf_counter() - middle)
        encoding.append(middle - began)
        size += len(data)
    return {
        "ratio": round(sum(f.nbytes for f in frames) / size, 2),
        "encode_ms": round(statistics.median(encoding) * 1e3, 2),
        "decode_ms": round(statistics.median(decoding) * 1e3, 2),
    }


def in_browser(frames: list[Frame]) -> float | None:
    """Median milliseconds a frame takes from its packed bytes to its pixels in Chromium."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        return None
    from playwright.sync_api import sync_playwright

    packed = [base64.b64encode(stackstream.packed_frame(f)[4:]).decode() for f in frames]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page()
        page.evaluate(IN_BROWSER, packed[:5])
        times = page.evaluate(IN_BROWSER, packed)
        browser.close()
    return round(statistics.median(times), 2)


def measure(folder: Path) -> dict[str, Any]:
    frames = frames_of(folder)
    found: dict[str, Any] = {"frames": len(frames), "matrix": list(frames[0].shape)}
    for name, (encode, decode) in CODECS.items():
        try:
            found[name] = _measured(frames, encode, decode)
        except Exception as error:  # noqa: BLE001 - a codec that isn't built in is left out
            found[name] = {"error": type(error).__name__}
    found["deflate 1, planes"]["chromium_decode_ms"] = in_browser(frames)
    return found


if __name__ == "__main__":
    print(json.dumps({name: measure(Path(name)) for name in sys.argv[1:]}, indent=1))
