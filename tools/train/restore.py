"""Make the checkpoints of the model that ships, to train on from there.

    python tools/train/restore.py [web/app/encoder.gguf]

Writes vocab.json, embed.pt, read.pt and verify.pt to build/train, as the steps before would
have left them: weights as they were quantized, without an optimizer's state.
"""

import json
import sys

import torch

import corpus
import e5
import export
import gguf


def state(tensors, table):
    """The state of a model.Encoder from tensors by their names of GGUF."""
    t = {name: torch.from_numpy(x) for name, x in tensors.items()}
    out = {"tok.weight": table, "pos": t["position_embd.weight"], "both": t["token_types.weight"][1],
           "en.weight": t["token_embd_norm.weight"], "en.bias": t["token_embd_norm.bias"]}
    for i in range(1 + max(int(name.split(".")[1]) for name in t if name.startswith("blk."))):
        for part in ("weight", "bias"):
            out[f"layers.{i}.qkv.{part}"] = torch.cat([t[f"blk.{i}.attn_{x}.{part}"] for x in "qkv"])
            for name, to in export.NAMES.items():
                out[f"layers.{i}.{name}.{part}"] = t[f"blk.{i}.{to}.{part}"]
    return out


def main():
    path = sys.argv[1] if len(sys.argv) > 1 else corpus.ROOT / "web" / "app" / "encoder.gguf"
    about, tensors = gguf.read(path)
    rows = {piece: i for i, (piece, _) in enumerate(e5.Teacher().pieces)}
    pieces, scores = about["tokenizer.ggml.tokens"], about["tokenizer.ggml.scores"]
    entries = [[piece, float(score), rows[piece]] for piece, score in zip(pieces, scores)]
    corpus.BUILD.mkdir(parents=True, exist_ok=True)
    (corpus.BUILD / "vocab.json").write_text(json.dumps(entries, ensure_ascii=False), encoding="utf-8")
    table = torch.from_numpy(tensors["token_embd.weight"])
    _, behind = gguf.read(path, about["ondol.heads"])
    reader = {f"enc.{name}": x for name, x in state(behind, table).items()}
    # The file has the positions that are ever read.
    reader["enc.pos"] = torch.cat([reader["enc.pos"], torch.from_numpy(tensors["position_embd.weight"])[len(reader["enc.pos"]) :]])
    verifier = {"mean": torch.from_numpy(behind["verifier.mean"])}
    for name, to in export.HEADS_OF.items():
        for part in ("weight", "bias"):
            (reader if name == "span" else verifier)[f"{name}.{part}"] = torch.from_numpy(behind[f"{to}.{part}"])
    for name, weights in (("embed", state(tensors, table)), ("read", reader), ("verify", verifier)):
        torch.save({"weights": weights, "spent": 0.0, "step": 0}, corpus.BUILD / f"{name}.pt")


if __name__ == "__main__":
    main()
