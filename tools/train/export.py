"""Write the encoder as GGUF, of the architecture `bert`, and the heads behind it.

    python tools/train/export.py OUT.gguf [--layers q8_0|q4_0|f16|f32] [--heads read verify]

The table of pieces is Q4_0, which it was before. llama.cpp refuses tensors that it
does not know, so the layers that read and their heads are a GGUF of their own,
which begins where the key ondol.heads of the first says, and shares its table.
"""

import argparse
import os

import numpy as np
import torch

import corpus
import gguf
import vocab

HEADS = 12
# Parts of a layer, and the heads, as model.py and as GGUF name them.
NAMES = {"o": "attn_output", "an": "attn_output_norm", "up": "ffn_up", "down": "ffn_down", "n": "layer_output_norm"}
READ = 352  # tokens that the layers that read ever see at once: 64 of a question, 256 of passages
HEADS_OF = {"span": "reader.out", "project": "verifier.project", "compare": "verifier.compare", "out": "verifier.out"}


def layers(w, kind):
    """The tensors of an encoder but for the table, by the names of GGUF."""
    out = {
        "position_embd.weight": (w["pos"], min(kind, gguf.F16) if kind <= gguf.F16 else gguf.Q8_0),
        "token_types.weight": (np.stack([0 * w["both"], w["both"]]), gguf.F32),  # the teacher's is in the positions
        "token_embd_norm.weight": (w["en.weight"], gguf.F32),
        "token_embd_norm.bias": (w["en.bias"], gguf.F32),
    }
    for i in range(depth(w)):
        for part in ("weight", "bias"):
            at = f"layers.{i}."
            for name, x in zip("qkv", np.split(w[f"{at}qkv.{part}"], 3)):
                out[f"blk.{i}.attn_{name}.{part}"] = (x, kind if part == "weight" else gguf.F32)
            for name, to in NAMES.items():
                x = w[f"{at}{name}.{part}"]
                out[f"blk.{i}.{to}.{part}"] = (x, kind if x.ndim == 2 else gguf.F32)
    return out


def depth(w):
    return 1 + max(int(name.split(".")[1]) for name in w if name.startswith("layers."))


def about(w, name):
    context, dim = w["pos"].shape
    return {
        "general.architecture": "bert",
        "general.type": "model",
        "general.name": name,
        "general.license": "cc-by-sa-4.0",
        "bert.context_length": context,
        "bert.embedding_length": dim,
        "bert.block_count": depth(w),
        "bert.feed_forward_length": len(w["layers.0.up.bias"]),
        "bert.attention.head_count": HEADS,
        "bert.attention.layer_norm_epsilon": 1e-12,
        "bert.attention.causal": False,
        "bert.pooling_type": 1,
    }


def pieces(entries):
    return {
        "tokenizer.ggml.model": "t5",
        "tokenizer.ggml.pre": "default",
        "tokenizer.ggml.tokens": [piece for piece, _, _ in entries],
        "tokenizer.ggml.scores": np.array([score for _, score, _ in entries], np.float32),
        "tokenizer.ggml.token_type": np.array([2 if i == vocab.UNK else 3 if i < vocab.UNK else 1 for i in range(len(entries))], np.int32),
        "tokenizer.ggml.token_type_count": 2,
        "tokenizer.ggml.bos_token_id": vocab.BOS,
        "tokenizer.ggml.cls_token_id": vocab.BOS,
        "tokenizer.ggml.padding_token_id": vocab.PAD,
        "tokenizer.ggml.eos_token_id": vocab.EOS,
        "tokenizer.ggml.seperator_token_id": vocab.EOS,
        "tokenizer.ggml.unknown_token_id": vocab.UNK,
        "tokenizer.ggml.add_bos_token": False,  # only a pair of texts begins with it
        "tokenizer.ggml.add_eos_token": True,
        "tokenizer.ggml.add_sep_token": True,
        "tokenizer.ggml.add_space_prefix": True,
        "tokenizer.ggml.remove_extra_whitespaces": True,
    }


def write(path, embed, entries, reader, kind, table=gguf.Q4_0):
    """The encoder, and behind it what reads and verifies, which may be None. Both are
    states of model.py as arrays by name."""
    first = {**about(embed, "Ondol encoder"), **pieces(entries)}
    body = {
        "token_embd.weight": (embed["tok.weight"], table),
        **layers(embed, kind),
    }
    gguf.write(path, {**first, "ondol.heads": 0} if reader else first, body)
    if not reader:
        return
    gguf.write(path, {**first, "ondol.heads": os.path.getsize(path)}, body)
    own = {name.removeprefix("enc."): x for name, x in reader.items() if name.startswith("enc.")}
    own["pos"] = own["pos"][:READ]
    heads = {"verifier.mean": (reader["mean"], gguf.F32)}
    for name, to in HEADS_OF.items():
        heads[f"{to}.weight"] = (reader[f"{name}.weight"], min(kind, gguf.F16))
        heads[f"{to}.bias"] = (reader[f"{name}.bias"], gguf.F32)
    behind = str(path) + ".heads"
    gguf.write(behind, about(own, "Ondol reader"), {**layers(own, kind), **heads})
    with open(path, "ab") as f, open(behind, "rb") as h:
        f.write(h.read())
    os.remove(behind)


def trained(name):
    return {k: v.numpy() for k, v in torch.load(corpus.BUILD / f"{name}.pt", map_location="cpu")["weights"].items()}


def main():
    args = argparse.ArgumentParser()
    args.add_argument("out")
    args.add_argument("--layers", default="q4_0", choices=["f32", "f16", "q8_0", "q4_0"])
    args.add_argument("--heads", default=["read", "verify"], nargs="*", help="none: the encoder alone")
    args = args.parse_args()
    write(args.out, trained("embed"), vocab.entries(), {k: v for name in args.heads for k, v in trained(name).items()}, getattr(gguf, args.layers.upper()))
    print(f"{args.out}: layers {args.layers}, heads {' '.join(args.heads) or 'none'}, {os.path.getsize(args.out)} bytes")


if __name__ == "__main__":
    main()
