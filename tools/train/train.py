"""Train the encoder. Each stage begins from what the last one left in build/train,
and goes on from its own checkpoint if it was stopped.

    python tools/train/train.py bag     [--steps N]   the table of tokens, as a bag of words
    python tools/train/train.py layers  [--steps N]   everything, on whole texts
    ... --device cuda                                   on a GPU, in bfloat16

The loss is InfoNCE in both directions, with the other pairs of the batch as
negatives (van den Oord et al. 2018), and where the teacher was asked, the
distance between the batch's similarities by the teacher and by the model
(Tung and Mori, Similarity-Preserving Knowledge Distillation, 2019).
Progress: build/train/STAGE.csv.
"""

import argparse
import json
import time
from dataclasses import replace

import numpy as np
import scipy.sparse
import torch
import torch.nn.functional as F

import corpus
import model
from data import Pairs, flat, padded

SCALE = 20  # of cosines: a temperature of 0.05


def first():
    """The encoder before training: words where the teacher puts them.

    The answers are centred by language, so that a word and its translation meet,
    and cut to their principal components (Tulkens and van Dongen, Model2Vec, 2024);
    the commoner a word, the more ballast (Arora et al., SIF, 2017)."""
    words = (corpus.BUILD / "vocab.txt").read_text(encoding="utf-8").split("\n")
    config = model.Config(vocabulary=len(words))
    encoder = model.Encoder(config)
    w = np.zeros((len(words), 384), np.float32)
    asked = np.fromfile(corpus.BUILD / "teacher-words.f16", np.float16).reshape(-1, 384)[: len(words)]
    w[: len(asked)] = asked
    known = np.abs(w).sum(1) > 0
    korean = np.array([any("가" <= c <= "힣" for c in x) for x in words])
    for group in (known & korean, known & ~korean):
        w[group] -= w[group].mean(0)
    own = config.dim - model.BALLAST
    _, s, v = np.linalg.svd(w[known], full_matrices=False)
    u = w @ v[:own].T
    u /= np.sqrt(s[:own] / s[0])  # half-way to whitening
    u /= np.maximum(np.linalg.norm(u, axis=1, keepdims=True), 1e-6)
    z = np.load(corpus.BUILD / "pairs.npz")
    counts = np.bincount(np.concatenate([z["a"], z["b"]]), minlength=len(words)) + 1
    share = counts / counts.sum()
    weight = 0.9 * (3e-4 / (3e-4 + share)) ** 0.5
    u[~known] = company(z["b"], z["b_end"], u * weight[:, None])[~known]
    rng = np.random.default_rng(1)
    u += 1e-3 * rng.normal(size=u.shape)  # for those never met
    u /= np.linalg.norm(u, axis=1, keepdims=True)
    weight[~known] *= 0.5
    weight[:5] = 0.02
    ballast = np.sqrt(1 - weight**2)[:, None] * np.tile([1, -1], model.BALLAST // 2) / np.sqrt(model.BALLAST)
    e = np.concatenate([u * weight[:, None], ballast], 1) * np.sqrt(config.dim)
    encoder.tokens.weight.data = torch.from_numpy(e.astype(np.float32))
    return encoder


def company(flat, ends, u, most=150_000):
    """Where the words that a word stands with are: the mean of its texts' vectors."""
    ends = ends[:most]
    texts = scipy.sparse.csr_matrix((np.ones(ends[-1], np.float32), flat[: ends[-1]], np.concatenate([[0], ends])), (len(ends), len(u)))
    vectors = texts @ u.astype(np.float32)
    vectors -= vectors.mean(0)
    vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-6)
    out = texts.T @ vectors
    return out / np.maximum(np.linalg.norm(out, axis=1, keepdims=True), 1e-6)


def deeper(encoder, layers, ffn):
    """The same table under layers that do nothing yet."""
    grown = model.Encoder(replace(encoder.config, layers=layers, ffn=ffn))
    grown.tokens.weight.data = encoder.tokens.weight.data
    return grown


class Teacher:
    """The teacher's vectors of some pairs."""

    def __init__(self):
        path = corpus.BUILD / "teacher-texts.f16"
        known = np.fromfile(path, np.float16).reshape(-1, 384) if path.exists() else np.zeros((0, 384), np.float16)
        pairs = [json.loads(line)["pair"] for line in open(corpus.BUILD / "teach.jsonl")][: len(known) // 2 * 2 : 2]
        self.pairs = np.array(pairs, int)
        v = known[: 2 * len(pairs)].astype(np.float32).reshape(-1, 2, 384)
        self.vectors = torch.from_numpy(v - v.mean((0, 1)) if len(v) else v)

    def draw(self, rng, size):
        at = rng.integers(0, len(self.pairs), size)
        return self.pairs[at], self.vectors[at]


def contrast(a, b):
    logits = SCALE * a @ b.T
    here = torch.arange(len(a), device=a.device)
    return (F.cross_entropy(logits, here) + F.cross_entropy(logits.T, here)) / 2


def likeness(a, b, teacher):
    """How far the similarities of a batch's texts are from the teacher's."""
    mine, t = torch.cat([a, b]), F.normalize(teacher.to(a.device).transpose(0, 1).reshape(-1, teacher.shape[2]), dim=1)
    off = ~torch.eye(len(mine), dtype=torch.bool, device=a.device)
    return F.mse_loss((mine @ mine.T)[off], (t @ t.T)[off])


@torch.no_grad()
def across(encoder, pairs, embed):
    """Of held-out parallel sentences, how many find their translation first."""
    at = pairs.test[:1000]
    a, b = embed(encoder, pairs, 0, at), embed(encoder, pairs, 1, at)
    return float(((a @ b.T).argmax(1) == torch.arange(len(at), device=a.device)).float().mean())


def bag(encoder, pairs, side, at):
    return encoder.bag(*flat(pairs.rows(side, at, (40, 160)[side])))


def whole(encoder, pairs, side, at):
    ids, mask = padded(pairs.rows(side, at, (32, 96)[side]))
    device = encoder.types.device
    with torch.autocast(device.type, torch.bfloat16, enabled=device.type == "cuda"):
        return encoder(ids.to(device), mask.to(device)).float()


STAGES = {
    # name: (how a text is embedded, stage before, steps, pairs of a batch, learning rate of the table, of the rest)
    "bag": (bag, None, 480, 1024, 2e-2, 0),
    "layers": (whole, "bag", 1000, 128, 2e-3, 5e-4),
}


def main():
    args = argparse.ArgumentParser()
    args.add_argument("stage", choices=STAGES)
    args.add_argument("--steps", type=int, help="of the whole stage, however often it is stopped")
    args.add_argument("--batch", type=int)
    args.add_argument("--layers", type=int, default=2, help="of the stage layers")
    args.add_argument("--ffn", type=int, default=512)
    args.add_argument("--threads", type=int, default=1)
    args.add_argument("--device", default="cpu")
    args = args.parse_args()
    embed, before, total, size, table_rate, rate = STAGES[args.stage]
    size, total = args.batch or size, args.steps or total
    torch.set_num_threads(args.threads)
    torch.manual_seed(1)
    path = corpus.BUILD / f"{args.stage}.pt"
    spent, step, state = 0.0, 0, None
    if path.exists():
        encoder, saved = model.load(path)
        spent, step, state = saved["spent"], saved["step"], saved["optimizer"]
    elif before:
        encoder = deeper(model.load(corpus.BUILD / f"{before}.pt")[0], args.layers, args.ffn)
    else:
        encoder = first()
    encoder.to(args.device).train()
    rest = [p for n, p in encoder.named_parameters() if n != "tokens.weight"] if before else []
    rates = [table_rate, rate]
    optimizer = torch.optim.AdamW([{"params": [encoder.tokens.weight]}, {"params": rest}], betas=(0.9, 0.98), weight_decay=0)
    if state:
        optimizer.load_state_dict(state)
    pairs, teacher = Pairs(), Teacher()
    rng = np.random.default_rng(1 + step)
    log = open(corpus.BUILD / f"{args.stage}.csv", "a")
    began, told, running = time.monotonic() - spent, spent, []
    while step < total:
        for group, r in zip(optimizer.param_groups, rates):
            group["lr"] = r * min(1, (step + 1) / 100) * max(0.02, 1 - step / total)
        at = pairs.draw(rng, size)
        loss = contrast(embed(encoder, pairs, 0, at), embed(encoder, pairs, 1, at))
        if len(teacher.pairs) and step % 2 == 0:
            at, wanted = teacher.draw(rng, size // 2)
            loss = loss + 20 * likeness(embed(encoder, pairs, 0, at), embed(encoder, pairs, 1, at), wanted)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(rest, 1.0)
        optimizer.step()
        step += 1
        running.append(float(loss.detach()))
        spent = time.monotonic() - began
        if spent - told > 40 or step == total:
            told = spent
            line = f"{step},{spent:.0f},{np.mean(running):.4f},{across(encoder, pairs, embed):.4f}"
            print(line, flush=True)
            log.write(line + "\n")
            log.flush()
            running = []
            encoder.save(path, spent=spent, step=step, optimizer=optimizer.state_dict())


if __name__ == "__main__":
    main()
