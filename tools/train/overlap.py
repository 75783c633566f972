"""Check that nothing that is reported on was trained on: no RUN tokens in a row of
an evaluation set stand in what the stages read.

    python tools/train/overlap.py

Prints the texts that do, and fails if there are any.
"""

import gzip
import json
import sys

import numpy as np

import corpus
import heldout
import pairs
import vocab

RUN = 20
WEIGHTS = np.random.default_rng(1).integers(1, 2**63, RUN, dtype=np.uint64) | np.uint64(1)


def runs(ids):
    """A number for each RUN of tokens."""
    ids = np.asarray(ids).astype(np.uint64) + np.uint64(1)
    if len(ids) < RUN:
        return np.zeros(0, np.uint64)
    h = np.zeros(len(ids) - RUN + 1, np.uint64)
    for j in range(RUN):
        h += ids[j : j + len(h)] * WEIGHTS[j]
    return h


def evaluated():
    """Yield (set, text) of all that figures are reported on."""
    squad = lambda path: json.loads(gzip.open(heldout.DATA / path).read())["data"]
    for article in squad("korquad1/KorQuAD_v1.0_dev.json.gz"):
        for p in article["paragraphs"]:
            yield "korquad", p["context"]
    for text in heldout.text("cranfield/cran.all.1400.gz").split(".I ")[1:]:
        yield "cranfield", text.split(".W")[-1]
    for sentences in json.loads(heldout.text("hotpotqa/hotpotqa_corpus.json.gz")).values():
        yield "hotpotqa", "".join(sentences)
    for passage in {p for _, p, _, _ in heldout.questions(True)}:
        yield "squad and xquad, held out", passage
    for evidence, _, _ in heldout.claims(True):
        yield "nli and begin, held out", evidence
    for p in corpus.pairs("parallel_ko_en"):
        if p["source"] in heldout.PARALLEL:
            yield "parallel, held out", p["ko"]
            yield "parallel, held out", p["en"]


def trained():
    """Yield all that the stages read."""
    for p in pairs.load("pairs.jsonl"):
        yield p["a"]
        yield p["b"]
    for p in pairs.load("reading.jsonl"):
        yield p["passage"]
    for _, passage, question, _ in heldout.questions(False):
        yield passage
        yield question
    for evidence, claim, _ in heldout.claims(False):
        yield evidence
        yield claim


def main():
    tokenizer = vocab.load()
    sets = list(evaluated())
    found = [runs(e.ids) for e in tokenizer.encode_batch([t for _, t in sets])]
    known = np.unique(np.concatenate(found))
    met = np.zeros(len(known), bool)
    texts = list(trained())
    for e in (e for at in range(0, len(texts), 4096) for e in tokenizer.encode_batch(texts[at : at + 4096])):
        h = runs(e.ids)
        at = np.minimum(np.searchsorted(known, h), len(known) - 1)
        met[at[known[at] == h]] = True
    counts = {}
    for (name, text), h in zip(sets, found):
        n = counts.setdefault(name, [0, 0])
        n[0] += 1
        if len(h) and met[np.searchsorted(known, h)].any():
            n[1] += 1
            if n[1] <= 5:
                print(f"{name}: {text[:100]}")
    for name, (n, over) in counts.items():
        print(f"{name}: {over} of {n} texts share {RUN} tokens with what was trained on")
    sys.exit(any(over for _, over in counts.values()))


if __name__ == "__main__":
    main()
