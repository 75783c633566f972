"""Batches of the pairs, each of one language so that its negatives are hard."""

import numpy as np
import torch

import corpus
from pairs import KINDS

CLS, SEP = 2, 3


class Pairs:
    def __init__(self):
        z = np.load(corpus.BUILD / "pairs.npz")
        self.kind = z["kind"]
        self.sides = [(z["a"], z["a_end"]), (z["b"], z["b_end"])]
        words = (corpus.BUILD / "vocab.txt").read_text(encoding="utf-8").split("\n")
        korean = np.array([any("가" <= c <= "힣" for c in w) for w in words])
        b, ends = self.sides[1]
        share = np.add.reduceat(korean[b], np.concatenate([[0], ends[:-1]])) / np.diff(ends, prepend=0)
        language = (share > 0.3).astype(int)
        k = {name: i for i, name in enumerate(KINDS)}
        train = self.kind != k["PARALLEL_TEST"]
        across = self.kind == k["PARALLEL"]
        # Groups that batches are drawn from, with their share of the batches.
        self.groups = [(np.flatnonzero(train & ~across & (language == l)), 0.4) for l in (0, 1)] + [(np.flatnonzero(across), 0.2)]
        self.test = np.flatnonzero(~train)

    def text(self, side, i):
        flat, ends = self.sides[side]
        return flat[ends[i - 1] if i else 0 : ends[i]]

    def rows(self, side, at, most):
        return [np.concatenate([[CLS], self.text(side, i)[: most - 2], [SEP]]) for i in at]

    def draw(self, rng, size):
        group = self.groups[rng.choice(len(self.groups), p=[g[1] for g in self.groups])][0]
        return group[rng.integers(0, len(group), size)]


def flat(rows):
    """Texts in a row and where each starts, for Encoder.bag."""
    starts = np.cumsum([0, *map(len, rows[:-1])])
    return torch.from_numpy(np.concatenate(rows).astype(np.int64)), torch.from_numpy(starts)


def padded(rows):
    """(texts, tokens) and the mask of what is no padding, for Encoder."""
    out = np.zeros((len(rows), max(map(len, rows))), np.int64)
    for i, r in enumerate(rows):
        out[i, : len(r)] = r
    return torch.from_numpy(out), torch.from_numpy(np.arange(out.shape[1]) < np.array([len(r) for r in rows])[:, None])
