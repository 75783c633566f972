"""Ask the teacher, multilingual-e5-small (MIT), where the texts of pairs.py lie.

    python tools/train/teacher.py [--device cuda] [--rows N]

On a CPU all its linear maps but those out of the feed-forward are computed in 8 bits
(cosine with the full ones 0.995). Answers are kept in build/train/teacher, and a run
goes on where the last one was stopped.
"""

import argparse
import os
import time
import warnings

import numpy as np
import torch

import corpus
import e5
import model
import pairs

SHARD = 2000  # pairs
OUT = corpus.BUILD / "teacher"


def quantized(encoder):
    warnings.filterwarnings("ignore")  # torch.ao is on its way to a package of its own
    from torch.ao.quantization import QConfig, per_channel_dynamic_qconfig, quantize_dynamic
    from torch.ao.quantization.observer import PlaceholderObserver

    torch.backends.quantized.engine = "onednn"
    eight = QConfig(activation=PlaceholderObserver.with_args(dtype=torch.quint8, quant_min=0, quant_max=255, is_dynamic=True), weight=per_channel_dynamic_qconfig.weight)
    names = {f"layers.{i}.{n}": eight for i in range(len(encoder.layers)) for n in ("qkv", "o", "up")}
    return quantize_dynamic(encoder, names, dtype=torch.qint8)


@torch.inference_mode()
def encode(encoder, teacher, texts, device):
    """Unit vectors of texts: (texts, dim), half precision."""
    ids = teacher.ids(texts, 112)
    order = sorted(range(len(ids)), key=lambda i: len(ids[i]))
    out = np.zeros((len(ids), teacher.dim), np.float16)
    while order:
        n = max(1, min(len(order), 2048 // len(ids[order[0]])))
        batch, order = order[:n], order[n:]
        x, mask = model.padded([ids[i] for i in batch], teacher.pad)
        out[batch] = encoder(x.to(device), mask.to(device)).cpu().numpy()
    return out


def load(n):
    """The answers to the first pairs: vectors of a and of b, as many as there are."""
    a, b = [], []
    for at in range(0, n, SHARD):
        if not (OUT / f"{at}.npz").exists():
            break
        z = np.load(OUT / f"{at}.npz")
        a.append(z["a"])
        b.append(z["b"])
    return np.concatenate(a).astype(np.float32), np.concatenate(b).astype(np.float32)


def main():
    args = argparse.ArgumentParser()
    args.add_argument("--device", default="cpu")
    args.add_argument("--rows", type=int, help="the first pairs only")
    args = args.parse_args()
    torch.set_num_threads(1)
    OUT.mkdir(parents=True, exist_ok=True)
    teacher = e5.Teacher()
    encoder = model.cut(teacher, list(range(len(teacher.pieces))), teacher.layers).eval().to(args.device)
    if args.device == "cpu":
        encoder = quantized(encoder)
    rows = pairs.load("pairs.jsonl")[: args.rows]
    for at in range(0, len(rows), SHARD):
        path = OUT / f"{at}.npz"
        if path.exists():
            continue
        began, part = time.monotonic(), rows[at : at + SHARD]
        a = encode(encoder, teacher, ["query: " + r["a"] for r in part], args.device)
        b = encode(encoder, teacher, [("query: " if r["kind"] in pairs.SYMMETRIC else "passage: ") + r["b"] for r in part], args.device)
        np.savez(OUT / "part.npz", a=a, b=b)
        os.rename(OUT / "part.npz", path)
        print(f"{at + len(part)} of {len(rows)}, {time.monotonic() - began:.0f} s", flush=True)


if __name__ == "__main__":
    main()
