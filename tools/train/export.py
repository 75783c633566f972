"""Write the encoder as GGUF, of the architecture `bert`, and the heads behind it.

    python tools/train/export.py OUT.gguf [--type q8_0|q5_0|q4_0|f16|f32] [--heads reader,verifier]

The type is that of the table of tokens; the layers are Q8_0 below f16. llama.cpp
refuses tensors that it does not know, so the heads are a GGUF of their own, which
begins where the key ondol.heads of the first says.
"""

import argparse

import os

import numpy as np
import torch

import corpus
import gguf
import train_heads


def tensors(encoder, table):
    w = {k: v.detach().numpy() for k, v in encoder.state_dict().items()}
    dense = min(table, gguf.F16) if table <= gguf.F16 else gguf.Q8_0
    out = {
        "token_embd.weight": (w["tokens.weight"], table),
        "position_embd.weight": (w["positions"], dense),
        "token_types.weight": (np.stack([w["types"]] * 2), gguf.F32),
        "token_embd_norm.weight": (w["first_norm.weight"], gguf.F32),
        "token_embd_norm.bias": (w["first_norm.bias"], gguf.F32),
    }
    names = {"q": "attn_q", "k": "attn_k", "v": "attn_v", "o": "attn_output", "attention_norm": "attn_output_norm",
             "up": "ffn_up", "down": "ffn_down", "norm": "layer_output_norm"}
    for i in range(encoder.config.layers):
        for name, to in names.items():
            for part in ("weight", "bias"):
                x = w[f"layers.{i}.{name}.{part}"]
                out[f"blk.{i}.{to}.{part}"] = (x, dense if x.ndim == 2 else gguf.F32)
    return out


def head_tensors(names):
    out = {}
    for name in names:
        for key, x in torch.load(corpus.BUILD / f"{name}.pt", weights_only=False)["weights"].items():
            wide = x.ndim == 2 and x.shape[1] % 32 == 0 and x.shape[0] > 1
            out[f"{name}.{key}"] = (x.numpy(), gguf.F16 if wide else gguf.F32)
    return out


def write(path, encoder, table, heads):
    """The encoder with its table in a type of blocks, and the heads behind it."""
    about, body = metadata(encoder), tensors(encoder, table)
    gguf.write(path, {**about, "ondol.heads": 0} if heads else about, body)
    if not heads:
        return
    gguf.write(path, {**about, "ondol.heads": os.path.getsize(path)}, body)
    behind = str(path) + ".heads"
    gguf.write(behind, {"general.architecture": "ondol-heads"}, heads)
    with open(path, "ab") as f, open(behind, "rb") as h:
        f.write(h.read())
    os.remove(behind)


def metadata(encoder):
    c = encoder.config
    vocabulary = (corpus.BUILD / "vocab.txt").read_text(encoding="utf-8").split("\n")
    special = {"[PAD]": 3, "[UNK]": 2, "[CLS]": 3, "[SEP]": 3, "[MASK]": 3}
    return {
        "general.architecture": "bert",
        "general.type": "model",
        "general.name": "Ondol encoder",
        "general.license": "cc-by-sa-4.0",
        "bert.context_length": c.context,
        "bert.embedding_length": c.dim,
        "bert.block_count": c.layers,
        "bert.feed_forward_length": c.ffn,
        "bert.attention.head_count": c.heads,
        "bert.attention.layer_norm_epsilon": c.eps,
        "bert.attention.causal": False,
        "bert.pooling_type": 1,
        "ondol.still": encoder.still,
        "tokenizer.ggml.model": "bert",
        "tokenizer.ggml.pre": "default",
        "tokenizer.ggml.tokens": [w if w in special else w[2:] if w.startswith("##") else "▁" + w for w in vocabulary],
        "tokenizer.ggml.token_type": np.array([special.get(w, 1) for w in vocabulary], np.int32),
        "tokenizer.ggml.token_type_count": 2,
        "tokenizer.ggml.padding_token_id": 0,
        "tokenizer.ggml.unknown_token_id": 1,
        "tokenizer.ggml.cls_token_id": 2,
        "tokenizer.ggml.bos_token_id": 2,
        "tokenizer.ggml.seperator_token_id": 3,
        "tokenizer.ggml.mask_token_id": 4,
        "tokenizer.ggml.normalizer.lowercase": True,
        "tokenizer.ggml.normalizer.strip_accents": False,
    }


def main():
    args = argparse.ArgumentParser()
    args.add_argument("out")
    args.add_argument("--type", default="q8_0", choices=["f32", "f16", "q8_0", "q5_0", "q4_0"])
    args.add_argument("--heads", default="reader,verifier", help="those to put in; \"\" for none")
    args = args.parse_args()
    encoder, path = train_heads.encoder()
    write(args.out, encoder, getattr(gguf, args.type.upper()), head_tensors(filter(None, args.heads.split(","))))
    print(f"{args.out}: {path.name}, {args.type}, heads {args.heads or 'none'}, {os.path.getsize(args.out)} bytes")


if __name__ == "__main__":
    main()
