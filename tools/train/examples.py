"""What the Reader learns from, and is measured on: questions made of plain text
(cloze.py) and, oftener than their share, the supervised ones; a part of all passages
has lost its answer. heldout.py says what the supervised parts keep back.
"""

import numpy as np
import torch
import torch.nn.functional as F

import heldout
import vocab
from model import padded

LONGEST = 24  # tokens of an answer
WINDOW = {"ko": 270, "en": 560}  # characters of a passage that is trained on


def questions():
    """[(question, passage, start, end)] of the supervised sets; start is None where
    the passage does not answer."""
    return [(q, p, *(a or (None, None))) for _, p, q, a in heldout.questions(False)]


def crop(passage, start, rng, size):
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


def korean(text):
    return any("가" <= c <= "힣" for c in text[:40])


def reading(made, given, rng, size):
    """[(question, passage, start, end)]; start is None where the passage does not answer."""
    rows = []
    for _ in range(size):
        if rng.random() < 0.5:
            q, p, s, e = rng.choice(given)
        else:
            d = rng.choice(made)
            q, p, s, e = d["question"], d["passage"], d["start"], d["end"]
        kind = rng.random()
        if s is not None and kind < 0.12:
            p, s, e = without(p, s, e), None, None
        elif s is not None and kind < 0.2:
            p, s, e = rng.choice(made)["passage"], None, None
        at, text = crop(p, s, rng, WINDOW["ko" if korean(p) else "en"])
        rows.append((q, text, None if s is None else s - at, None if s is None else e - at))
    return rows


def place(offsets, start, end):
    """The tokens of a span of characters, or None."""
    inside = [i for i, (a, b) in enumerate(offsets) if a < end and b > start]
    return (inside[0], inside[-1]) if inside else None


class Texts:
    """Pairs of texts as a Reader sees them."""

    def __init__(self):
        self.tokenizer = vocab.load()

    def encode(self, texts, most):
        return [(e.ids[:most], e.offsets[:most]) for e in self.tokenizer.encode_batch(texts)]

    def size(self, row):
        return len(self.tokenizer.encode(row[0] + row[1]).ids)

    def states(self, reader, firsts, seconds):
        """(pairs, tokens, dim) of <s> first </s></s> second </s>."""
        ids, mask, shared = joined([a for a, _ in firsts], [b for b, _ in seconds])
        if reader.training:  # so that it does not lean on the marks alone
            whole = torch.rand(len(shared), 1) >= 0.1
            shared = shared * whole * (torch.rand(shared.shape) >= 0.15)
        device = reader.span.weight.device
        with torch.autocast(device.type, torch.bfloat16, enabled=device.type == "cuda"):
            return reader.states(ids.to(device), mask.to(device), shared.to(device)).float()


def joined(firsts, seconds):
    """Pairs of texts as tokens, which of them are no padding, and which both texts have."""
    rows = [[vocab.BOS, *a, vocab.EOS, vocab.EOS, *b, vocab.EOS] for a, b in zip(firsts, seconds)]
    ids, mask = padded(rows)
    shared = torch.zeros(ids.shape)
    for i, (a, b) in enumerate(zip(firsts, seconds)):
        both = set(a) & set(b)
        shared[i, : len(rows[i])] = torch.tensor([float(t in both) for t in rows[i]])
    return ids, mask, shared


def read(reader, texts, rows):
    """The loss, the logits of start and end (rows, tokens), where the passages begin,
    and the spans of tokens that are right."""
    qs, ps = texts.encode([r[0] for r in rows], 48), texts.encode([r[1] for r in rows], 220)
    logits = reader.span(texts.states(reader, qs, ps))
    begins = [len(q[0]) + 3 for q in qs]
    allowed = torch.zeros(logits.shape[:2], dtype=torch.bool)
    allowed[:, 0] = True
    spans = [None if r[2] is None else place(p[1], r[2], r[3]) for r, p in zip(rows, ps)]
    to = torch.zeros(len(rows), 2, dtype=torch.long)
    for i, (at, span) in enumerate(zip(begins, spans)):
        allowed[i, at : at + len(ps[i][0])] = True
        if span:
            to[i] = torch.tensor([at + span[0], at + span[1]])
    to = to.to(logits.device)
    start, end = (x.masked_fill(~allowed.to(x.device), -1e4) for x in logits.unbind(2))
    loss = (F.cross_entropy(start, to[:, 0]) + F.cross_entropy(end, to[:, 1])) / 2
    return loss, start, end, begins, spans


def label_loss(logits, labels):
    """The loss of logits (rows, 3). Label 3 says "not supported" without saying which of the two."""
    p = logits.log_softmax(1)
    label = torch.tensor(labels, device=p.device)
    either = torch.logsumexp(p[:, 1:], 1)
    known = -p.gather(1, label.clamp(max=2)[:, None])[:, 0]
    return torch.where(label == 3, -either, known).mean()


@torch.no_grad()
def score(reader, texts, questions):
    """The share of questions whose best span overlaps the right one, and AUROC of
    being answerable."""
    reader.eval()
    hits, scores, answerable = [], [], []
    for at in range(0, len(questions), 32):
        _, start, end, begins, spans = read(reader, texts, questions[at : at + 32])
        for i, (begin, span) in enumerate(zip(begins, spans)):
            both = start[i, begin:, None] + end[i, None, begin:]
            n = len(both)
            best = both.masked_fill(~torch.ones(n, n, dtype=torch.bool, device=both.device).triu().tril(LONGEST - 1), -1e9)
            k = int(best.argmax())
            scores.append(float(best.max() - start[i, 0] - end[i, 0]))
            answerable.append(span is not None)
            if span:
                hits.append(k // n <= span[1] and k % n >= span[0])
    reader.train()
    return {"overlap": float(np.mean(hits)), "answerable": auroc(scores, answerable)}


def auroc(scores, positive):
    scores, positive = np.array(scores), np.array(positive)
    ranks = np.empty(len(scores))
    order = np.argsort(scores, kind="stable")
    ranks[order] = np.arange(1, len(scores) + 1)
    n = positive.sum()
    return float((ranks[positive].sum() - n * (n + 1) / 2) / max(1, n * (len(scores) - n)))


def reported(rng, questions):
    """So many held-out questions."""
    kept = []
    for _, passage, question, answer in heldout.questions(True):
        at, text = crop(passage, answer and answer[0], rng, 700)
        kept.append((question, text, *((None, None) if answer is None else (answer[0] - at, answer[1] - at))))
    return rng.sample(kept, questions)
