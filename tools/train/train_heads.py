"""Train a head on the states of the encoder, which stays as it is.

    python tools/train/train_heads.py reader   [--steps N]
    python tools/train/train_heads.py verifier [--steps N]

The reader learns from questions made of plain text (cloze.py) and, oftener than
their share, from the supervised ones; a part of all passages has lost its answer.
The verifier learns from the NLI sets and BEGIN, and from sentences against their
own passage: as they are, with a number, a name or a negation changed, or against
another passage. heldout.py says what neither has seen. Progress: HEAD.csv.
"""

import argparse
import json
import random
import re
import time

import numpy as np
import torch
import torch.nn.functional as F

import corpus
import heads
import heldout
import model
import vocab
from data import CLS, SEP, padded

ENCODER = ("layers.pt", "bag.pt")  # the last stage that there is


def encoder():
    path = next(corpus.BUILD / p for p in ENCODER if (corpus.BUILD / p).exists())
    return model.load(path)[0].eval(), path


class Texts:
    """Texts as states of an encoder's tokens."""

    def __init__(self, device):
        self.encoder, self.tokenizer, self.device = encoder()[0].to(device), vocab.load(), device
        self.table = self.encoder.table().detach() if self.encoder.still else None

    @torch.no_grad()
    def states(self, ids):
        """(texts, tokens, dim) without the ends, and the mask."""
        x, mask = padded([np.array([CLS, *i, SEP]) for i in ids])
        x, mask = x.to(self.device), mask.to(self.device)
        h = self.encoder.hidden(x, mask) if self.table is None else self.table[x]
        lengths = mask.sum(1)
        inside = torch.arange(x.shape[1] - 2, device=self.device) < (lengths - 2)[:, None]
        return h[:, 1:-1], inside

    def encode(self, texts, most):
        return [(e.ids[:most], e.offsets[:most]) for e in self.tokenizer.encode_batch(texts)]


# Reading


def questions():
    """[(question, passage, start, end)] of the supervised sets; start is None where
    the passage does not answer."""
    return [(q, p, *(a or (None, None))) for _, p, q, a in heldout.questions(False)]


def crop(passage, start, rng, size=420):
    """A window of a passage that holds a place."""
    if len(passage) <= size:
        return 0, passage
    at = min(max(0, (start or rng.randrange(len(passage))) - rng.randrange(size)), len(passage) - size)
    at = max(at, start - size + 60) if start else at
    at = passage.rfind(" ", 0, at) + 1 if at else 0
    return at, passage[at : at + size]


def without(passage, start, end):
    """The passage without the sentence around a span."""
    left = max(passage.rfind(m, 0, start) for m in (". ", "다. ", "? ", "! "))
    right = min([i for i in (passage.find(m, end) for m in (". ", "? ", "! ")) if i >= 0], default=len(passage))
    return passage[: left + 1] + passage[right + 1 :]


def reading_batch(made, given, rng, size):
    rows = []
    for _ in range(size):
        if rng.random() < 0.35:
            q, p, s, e = rng.choice(given)
        else:
            d = rng.choice(made)
            q, p, s, e = d["question"], d["passage"], d["start"], d["end"]
        kind = rng.random()
        if s is not None and kind < 0.15:
            p, s, e = without(p, s, e), None, None
        elif s is not None and kind < 0.25:
            p, s, e = rng.choice(made)["passage"], None, None
        at, text = crop(p, s, rng)
        rows.append((q, text, None if s is None else s - at, None if s is None else e - at))
    return rows


def place(offsets, start, end):
    """The tokens of a span of characters, or None."""
    inside = [i for i, (a, b) in enumerate(offsets) if a < end and b > start]
    return (inside[0], inside[-1]) if inside else None


def read_loss(head, texts, rows):
    qs, ps = texts.encode([r[0] for r in rows], 48), texts.encode([r[1] for r in rows], 256)
    a, a_mask = texts.states([q[0] for q in qs])
    b, b_mask = texts.states([p[0] for p in ps])
    start, end, absent = head(a, a_mask, b, b_mask)
    spans = [None if r[2] is None else place(p[1], r[2], r[3]) for r, p in zip(rows, ps)]
    # "No answer" is one more place, which both ends may point at.
    n = start.shape[1]
    to = torch.tensor([[n, n] if s is None else s for s in spans], device=start.device)
    full = lambda x: torch.cat([x, absent[:, None] / 2], 1)
    loss = F.cross_entropy(full(start), to[:, 0]) + F.cross_entropy(full(end), to[:, 1])
    return loss / 2, start, end, absent, spans, ps


@torch.no_grad()
def read_score(head, texts, rows):
    """Share of answerable questions with an overlapping best span, and AUROC of the
    score for being answerable."""
    hits, scores, answerable = [], [], []
    for at in range(0, len(rows), 32):
        _, start, end, absent, spans, _ = read_loss(head, texts, rows[at : at + 32])
        for i, span in enumerate(spans):
            n = start.shape[1]
            both = start[i][:, None] + end[i][None]
            band = torch.ones(n, n, dtype=torch.bool).triu().tril(heads.LONGEST - 1)
            best = both.masked_fill(~band, -1e9)
            k = int(best.argmax())
            scores.append(float(best.max() - absent[i]))
            answerable.append(span is not None)
            if span:
                hits.append(k // n <= span[1] and k % n >= span[0])
    return {"overlap": float(np.mean(hits)), "auroc": auroc(scores, answerable)}


# Verifying

NUMBER = re.compile(r"\d+")
NAME = re.compile(r"\b[A-Z][a-z]{2,}\b|[가-힣]{2,4}(?=[은는이가을를의] )")
NEGATIONS = [("있다", "없다"), ("없다", "있다"), ("했다.", "하지 않았다."), ("한다.", "하지 않는다."), ("이다.", "이 아니다."), ("된다.", "되지 않는다."),
             (" is ", " is not "), (" was ", " was not "), (" are ", " are not "), (" were ", " were not "), (" can ", " cannot "), (" has ", " has never "), (" will ", " will not ")]


def changed(sentence, other, rng):
    """The sentence with something else said, or None."""
    ways = []
    if m := list(NUMBER.finditer(sentence)):
        n = rng.choice(m)
        new = str(max(1, int(n[0][:9]) + rng.choice((-10, -3, -2, -1, 1, 2, 3, 5, 10, 100))))
        ways.append(sentence[: n.start()] + new + sentence[n.end() :])
    if (m := list(NAME.finditer(sentence))) and (o := NAME.findall(other)):
        n, new = rng.choice(m), rng.choice(o)
        if new not in sentence:
            ways.append(sentence[: n.start()] + new + sentence[n.end() :])
    negated = [sentence.replace(x, y, 1) for x, y in NEGATIONS if x in sentence]
    if negated:
        ways.append(rng.choice(negated))
    return rng.choice(ways) if ways else None


def shortened(sentence, rng):
    words = sentence.split(" ")
    keep = max(3, int(len(words) * rng.uniform(0.5, 1)))
    at = rng.randrange(len(words) - keep + 1) if len(words) > keep else 0
    return " ".join(words[at : at + keep])


def verify_batch(made, given, rng, size):
    """[(evidence, claim, label)]."""
    rows = []
    while len(rows) < size:
        kind = rng.random()
        if kind < 0.5:
            rows.append(rng.choice(given))
            continue
        d, other = rng.choice(made), rng.choice(made)
        sentences = corpus.sentences(d["passage"])
        if not sentences:
            continue
        s = rng.choice(sentences)
        evidence = d["passage"][:420] if rng.random() < 0.6 else s
        if s not in evidence:
            continue
        if kind < 0.66:
            rows.append((evidence, shortened(s, rng), 0))
        elif kind < 0.84 and (c := changed(s, other["passage"], rng)):
            rows.append((evidence, c, 1))
        elif kind < 0.92:
            rows.append((evidence.replace(s, "") if len(evidence) > len(s) + 40 else other["passage"][:300], s, 2))
        else:
            rows.append((evidence, shortened(rng.choice(corpus.sentences(other["passage"]) or [other["passage"]]), rng), 2))
    return rows


def verify_loss(head, texts, rows):
    claims, evidence = texts.encode([r[1] for r in rows], 96), texts.encode([r[0] for r in rows], 256)
    a, a_mask = texts.states([x[0] for x in claims])
    b, b_mask = texts.states([x[0] for x in evidence])
    logits = head(a, a_mask, b, b_mask)
    p = logits.log_softmax(1)
    label = torch.tensor([r[2] for r in rows], device=p.device)
    # BEGIN says "not supported" without saying which of the two.
    either = torch.logsumexp(p[:, 1:], 1)
    known = -p.gather(1, label.clamp(max=2)[:, None])[:, 0]
    return torch.where(label == 3, -either, known).mean(), logits


@torch.no_grad()
def verify_score(head, texts, rows):
    out = {}
    for name, keep in (("nli", lambda r: r[2] != 3 and len(r[0]) < 150), ("begin", lambda r: len(r[0]) >= 150)):
        part = [r for r in rows if keep(r)]
        p = torch.cat([verify_loss(head, texts, part[i : i + 64])[1].softmax(1) for i in range(0, len(part), 64)])
        out[name + "_auroc"] = auroc(p[:, 0].tolist(), [r[2] == 0 for r in part])
        if name == "nli":
            out["nli_accuracy"] = float((p.argmax(1).cpu() == torch.tensor([r[2] for r in part])).float().mean())
    return out


def auroc(scores, positive):
    scores, positive = np.array(scores), np.array(positive)
    ranks = np.empty(len(scores))
    order = np.argsort(scores, kind="stable")
    ranks[order] = np.arange(1, len(scores) + 1)
    n = positive.sum()
    return float((ranks[positive].sum() - n * (n + 1) / 2) / max(1, n * (len(scores) - n)))


HEADS = {
    # name: (class, batches, loss, score, supervised examples, held-out examples)
    "reader": (heads.Reader, reading_batch, read_loss, read_score, questions,
               lambda rng: [(q, *window) for _, p, q, a in heldout.questions(True) for window in [heldout_window(p, a, rng)]]),
    "verifier": (heads.Verifier, verify_batch, verify_loss, verify_score, lambda: list(heldout.claims(False)), lambda rng: list(heldout.claims(True))),
}


def heldout_window(passage, answer, rng):
    at, text = crop(passage, answer and answer[0], rng, 700)
    return (text, None, None) if answer is None else (text, answer[0] - at, answer[1] - at)


def main():
    args = argparse.ArgumentParser()
    args.add_argument("head", choices=HEADS)
    args.add_argument("--steps", type=int, default=1500)
    args.add_argument("--batch", type=int, default=32)
    args.add_argument("--threads", type=int, default=1)
    args.add_argument("--rate", type=float, default=2e-3)
    args.add_argument("--device", default="cpu")
    args = args.parse_args()
    make, batches, loss_of, score_of, supervised, reported = HEADS[args.head]
    torch.set_num_threads(args.threads)
    torch.manual_seed(1)
    rng = random.Random(1)
    texts = Texts(args.device)
    made = [json.loads(line) for line in open(corpus.BUILD / "reading.jsonl", encoding="utf-8")]
    given, kept = supervised(), random.Random(1).sample(reported(random.Random(1)), 200)
    head = make(texts.encoder.config.dim).to(args.device)
    path = corpus.BUILD / f"{args.head}.pt"
    spent, step = 0.0, 0
    optimizer = torch.optim.AdamW(head.parameters(), lr=args.rate, weight_decay=0.01)
    if path.exists():
        saved = torch.load(path, weights_only=False)
        head.load_state_dict(saved["weights"])
        optimizer.load_state_dict(saved["optimizer"])
        spent, step = saved["spent"], saved["step"]
        rng.seed(step)
    log = open(corpus.BUILD / f"{args.head}.csv", "a")
    began, told, running = time.monotonic() - spent, spent, []

    def keep():
        torch.save({"weights": head.state_dict(), "optimizer": optimizer.state_dict(), "spent": spent, "step": step}, path)

    while step < args.steps:
        for group in optimizer.param_groups:
            group["lr"] = args.rate * min(1, (step + 1) / 50) * max(0.02, 1 - step / args.steps)
        loss = loss_of(head, texts, batches(made, given, rng, args.batch))[0]
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(head.parameters(), 1.0)
        optimizer.step()
        step += 1
        running.append(float(loss.detach()))
        spent = time.monotonic() - began
        if spent - told > 60:
            told = spent
            line = f"{step},{spent:.0f},{np.mean(running):.4f}," + ",".join(f"{k} {v:.3f}" for k, v in score_of(head, texts, kept).items())
            print(line, flush=True)
            log.write(line + "\n")
            log.flush()
            running = []
            keep()
    keep()
    print(score_of(head, texts, reported(random.Random(1))))


if __name__ == "__main__":
    main()
