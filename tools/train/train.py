"""Train the encoder. Each stage goes on from its own checkpoint in build/train if it
was stopped, and ends after its minutes in all, or verify after its steps.

    python tools/train/train.py embed  [--minutes 76]  the layers that embed
    python tools/train/train.py read   [--minutes 90]  those that read, with their head
    python tools/train/train.py verify                 what verifies, by the states of those that embed
    ... --device cuda [--batch N]                       on a GPU, in bfloat16

embed: a text goes where the teacher puts it (cosine), to the same neighbours within
the batch (Tung and Mori, Similarity-Preserving Knowledge Distillation, 2019), and
pairs apart from other pairs (InfoNCE, van den Oord et al. 2018). The teacher's
vectors are centred by language and by which side they stand on, so that a
translation is near, and texts need no "query: " or "passage: " before them.

read, verify: cross-entropy of start and end, and of the label. Progress: build/train/STAGE.csv.
"""

import argparse
import os
import random
import time

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

import corpus
import e5
import examples
import heldout
import model
import pairs
import teacher
import vocab

SCALE = 20  # of cosines: a temperature of 0.05


class Embed:
    """The stage that learns to embed."""

    rate, size, minutes = 4e-4, 64, 76

    def __init__(self, args):
        self.device, self.batch, self.waiting = args.device, args.batch or self.size, []
        self.module = model.student(e5.Teacher(), args.layers or 2)
        self.tokenizer = vocab.load()
        rows = pairs.load("pairs.jsonl")
        a, b = teacher.load(len(rows))
        rows = rows[: len(a)]
        self.a, self.b = (self.ids([r[side] for r in rows], most) for side, most in (("a", 64), ("b", 128)))
        sides = [[("query", r["la"]) for r in rows], [("query" if r["kind"] in pairs.SYMMETRIC else "passage", r["lb"]) for r in rows]]
        self.ta, self.tb = self.centred(a, b, *sides)
        self.test = [p for p in corpus.pairs("parallel_ko_en") if p["source"] in heldout.PARALLEL][:500]
        asked = [(q, p) for _, p, q, answer in heldout.questions(True) if answer]
        self.passages = list(dict.fromkeys(p for _, p in asked))
        self.asked = random.Random(1).sample(asked, 300)

    def centred(self, a, b, of_a, of_b):
        for group in set(of_a + of_b):
            in_a, in_b = (np.array([g == group for g in of]) for of in (of_a, of_b))
            mean = np.concatenate([a[in_a], b[in_b]]).mean(0)
            a[in_a] -= mean
            b[in_b] -= mean
        return F.normalize(torch.from_numpy(a), dim=1), F.normalize(torch.from_numpy(b), dim=1)

    def parameters(self):
        return [{"params": [p for p in self.module.parameters() if p.requires_grad], "base": self.rate}]

    def ids(self, texts, most):
        return [[*e.ids[: most - 1], vocab.EOS] for e in self.tokenizer.encode_batch(texts)]

    def vectors(self, rows):
        ids, mask = model.padded(rows)
        device = torch.device(self.device)
        with torch.autocast(device.type, torch.bfloat16, enabled=device.type == "cuda"):
            return self.module(ids.to(device), mask.to(device)).float()

    def draw(self, rng):
        """Pairs of about one length."""
        if not self.waiting:
            order = sorted(rng.sample(range(len(self.a)), min(len(self.a), 16 * self.batch)), key=lambda i: len(self.b[i]))
            self.waiting = [order[i : i + self.batch] for i in range(0, len(order) - self.batch + 1, self.batch)]
            rng.shuffle(self.waiting)
        return self.waiting.pop()

    def loss(self, rng):
        at = self.draw(rng)
        a, b = self.vectors([self.a[i] for i in at]), self.vectors([self.b[i] for i in at])
        p, q = self.ta[at].to(a.device), self.tb[at].to(a.device)
        away = 2 - (a * p).sum(1).mean() - (b * q).sum(1).mean()
        mine, theirs = SCALE * a @ b.T, SCALE * p @ q.T
        alike = sum(F.kl_div(x.log_softmax(1), y.softmax(1), reduction="batchmean") for x, y in ((mine, theirs), (mine.T, theirs.T)))
        here = torch.arange(len(at), device=a.device)
        return [away + 0.5 * alike + 0.1 * (F.cross_entropy(mine, here) + F.cross_entropy(mine.T, here))]

    @torch.no_grad()
    def score(self):
        """Of held-out sentences, how many find their translation first; of questions, their passage."""
        embed = lambda texts, most: torch.cat([self.vectors(self.ids(texts[i : i + 64], most)) for i in range(0, len(texts), 64)])
        ko, en = embed([p["ko"] for p in self.test], 96), embed([p["en"] for p in self.test], 96)
        asked, passages = embed([q for q, _ in self.asked], 64), embed(self.passages, 160)
        first = lambda x, y, right: float(((x @ y.T).argmax(1) == right.to(x.device)).float().mean())
        same = torch.arange(len(ko))
        return {"ko-en": first(ko, en, same), "en-ko": first(en, ko, same), "squad": first(asked, passages, torch.tensor([self.passages.index(p) for _, p in self.asked]))}


class Read:
    """The stage that learns to read."""

    rate, size, head_rate, minutes = 2e-4, 32, 1e-3, 90

    def __init__(self, args):
        self.batch, self.waiting = args.batch or self.size, []
        self.module = model.Reader(model.student(e5.Teacher(), args.layers or 4))
        self.texts = examples.Texts()
        self.made = pairs.load("reading.jsonl")
        self.given = examples.questions()
        self.kept = examples.reported(random.Random(1), 500)

    def parameters(self):
        heads = [p for n, p in self.module.named_parameters() if not n.startswith("enc.")]
        return [{"params": [p for p in self.module.enc.parameters() if p.requires_grad], "base": self.rate}, {"params": heads, "base": self.head_rate}]

    def loss(self, rng):
        if not self.waiting:
            rows = examples.reading(self.made, self.given, rng, 8 * self.batch)
            rows.sort(key=self.texts.size)
            self.waiting = [rows[i : i + self.batch] for i in range(0, len(rows), self.batch)]
            rng.shuffle(self.waiting)
        yield examples.read(self.module, self.texts, self.waiting.pop())[0]

    def score(self):
        return examples.score(self.module, self.texts, self.kept)


class Verify:
    """The stage that learns to verify, on states that stay as they are. It ends after
    so many steps, however busy the machine is, for it overfits beyond."""

    rate, size, steps = 1e-3, 32, 1500

    def __init__(self, args):
        self.device, self.batch = args.device, args.batch or self.size
        self.tokenizer = vocab.load()
        self.encoder = model.student(e5.Teacher(), args.layers or 2)
        self.encoder.load_state_dict(torch.load(corpus.BUILD / "embed.pt", map_location="cpu")["weights"])
        self.encoder.eval()
        self.module = model.Aligner()
        given, kept = list(heldout.claims(False)), list(heldout.claims(True))
        states = self.states(given)
        self.module.mean.copy_(torch.cat([c for c, _ in states]).mean(0))
        self.sets = [self.rows(given, states, language) for language in (True, False)]
        self.kept = [self.rows(kept, self.states(kept), language) for language in (True, False)]

    def parameters(self):
        return [{"params": [p for p in self.module.parameters() if p.requires_grad], "base": self.rate}]

    @torch.no_grad()
    def states(self, pairs):
        """The states of the tokens of each claim and its evidence, less the last, which ends a text."""
        texts = sorted({t for evidence, claim, _ in pairs for t in (evidence, claim)}, key=len)
        found = {}
        for at in range(0, len(texts), 32):
            ids, mask = model.padded([[*e.ids[:250], vocab.EOS] for e in self.tokenizer.encode_batch(texts[at : at + 32])])
            for text, x, n in zip(texts[at : at + 32], self.encoder.states(ids, mask), mask.sum(1) - 1):
                found[text] = x[:n].clone()
        return [(found[claim], found[evidence]) for evidence, claim, _ in pairs]

    def rows(self, pairs, states, korean):
        return [(*self.module.align(c, e), p[2]) for p, (c, e) in zip(pairs, states) if examples.korean(p[1]) == korean and len(c) and len(e)]

    def logits(self, rows):
        to = lambda parts: nn.utils.rnn.pad_sequence(parts, batch_first=True).to(self.device)
        c, e, near = (to([r[i] for r in rows]) for i in range(3))
        mask = to([torch.ones(len(r[0])) for r in rows])
        return self.module(c, e, near, mask)

    def loss(self, rng):
        """Korean claims weigh two thirds, of which there are ten times as many."""
        yield sum(w * self.part(rng.sample(rows, self.batch)) for w, rows in zip((2 / 3, 1 / 3), self.sets))

    def part(self, rows):
        return examples.label_loss(self.logits(rows), [r[3] for r in rows])

    @torch.no_grad()
    def score(self):
        self.module.eval()
        out = {}
        for name, rows in zip(("nli", "begin"), self.kept):
            p = torch.cat([self.logits(rows[i : i + 64]).softmax(1).cpu() for i in range(0, len(rows), 64)])
            out[name] = examples.auroc(p[:, 0].tolist(), [r[3] == 0 for r in rows])
        self.module.train()
        return out


STAGES = {"embed": Embed, "read": Read, "verify": Verify}


def main():
    args = argparse.ArgumentParser()
    args.add_argument("stage", choices=STAGES)
    args.add_argument("--minutes", type=float, help="of the whole stage that embeds or reads, however often it is stopped")
    args.add_argument("--batch", type=int)
    args.add_argument("--layers", type=int)
    args.add_argument("--threads", type=int, default=1)
    args.add_argument("--device", default="cpu")
    args = args.parse_args()
    torch.set_num_threads(args.threads)
    torch.manual_seed(1)
    stage = STAGES[args.stage](args)
    stage.module.to(args.device).train()
    optimizer = torch.optim.AdamW(stage.parameters(), lr=stage.rate, weight_decay=0.01, betas=(0.9, 0.98))
    path, spent, step = corpus.BUILD / f"{args.stage}.pt", 0.0, 0
    if path.exists():
        saved = torch.load(path, map_location=args.device)
        stage.module.load_state_dict(saved["weights"])
        if "optimizer" in saved:
            optimizer.load_state_dict(saved["optimizer"])
        spent, step = saved["spent"], saved["step"]
    rng = random.Random(step + 1)
    began, told, running = time.monotonic() - spent, spent, []

    def keep():
        torch.save({"weights": stage.module.state_dict(), "optimizer": optimizer.state_dict(), "spent": spent, "step": step}, str(path) + ".part")
        os.replace(str(path) + ".part", path)
        line = f"{step},{spent:.0f},{np.mean(running):.4f}," + ",".join(f"{k} {v:.3f}" for k, v in stage.score().items())
        print(line, flush=True)
        with open(corpus.BUILD / f"{args.stage}.csv", "a") as log:
            log.write(line + "\n")
        running.clear()

    def done():
        return step / stage.steps if isinstance(stage, Verify) else spent / (60 * (args.minutes or stage.minutes))

    while done() < 1:
        for group in optimizer.param_groups:
            group["lr"] = group["base"] * min(1, (step + 1) / 100) * max(0.02, 1 - done())
        optimizer.zero_grad(set_to_none=True)
        total = 0.0
        for loss in stage.loss(rng):
            loss.backward()
            total += float(loss.detach())
        torch.nn.utils.clip_grad_norm_(stage.module.parameters(), 1.0)
        optimizer.step()
        running.append(total)
        step, spent = step + 1, time.monotonic() - began
        if spent - told > 480:
            told = spent
            keep()
    if running:
        keep()


if __name__ == "__main__":
    main()
