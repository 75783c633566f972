"""Turn the corpus into pairs of texts that belong together, as tokens.

    python tools/train/pairs.py

Writes build/train/pairs.npz (the kinds below, of which PARALLEL_TEST is never
trained on), reading.npz (questions made by cloze.py with their answers' places)
and teach.jsonl (what the teacher is asked).
"""

import json
import random

import numpy as np

import cloze
import corpus
import heldout
import vocab

KINDS = ["TITLE", "CLOZE", "QUESTION", "PARALLEL", "PARAPHRASE", "ANSWER", "PARALLEL_TEST"]
LIMIT = {"ko": 380, "en": 640}  # characters of a passage: about 128 tokens


def passages(rng):
    """Yield (kind, a, b) of one paragraph after another, and (question, passage, span) to read."""
    for doc in corpus.documents():
        lang, title = doc["lang"], doc["title"].split("/")[-1].split("(")[0].strip()[:60]
        taken = 0
        for heading, text in corpus.sections(doc):
            taken += 1
            if taken > 40 or rng.random() < 0.25:
                continue
            sentences = corpus.sentences(text)
            if not sentences:
                continue
            # A window of the paragraph that begins at a sentence.
            text = window(text, rng.choice(sentences[: max(1, len(sentences) // 2)]), LIMIT[lang])
            sentences = [s for s in sentences if s in text]
            if not sentences:
                continue
            kind = rng.random()
            if kind < 0.25 and title:
                yield "TITLE", f"{title} {heading}".strip() if rng.random() < 0.8 else title, text
            elif kind < 0.6 and len(sentences) > 1:
                s = rng.choice(sentences)
                yield "CLOZE", s, text.replace(s, "", 1) if rng.random() < 0.9 else text
            else:
                s = rng.choice(sentences)
                if q := cloze.ask(lang, s, title, rng):
                    yield "QUESTION", q.text, text
                    at = text.find(s)
                    yield "READ", q.text, (text, at + q.start, at + q.end)


def window(text, sentence, size):
    at = text.find(sentence)
    return text[at : at + size] if len(text) - at > size // 3 else text[-size:]


def supervised(rng):
    for p in corpus.pairs("parallel_ko_en"):
        kind = "PARALLEL_TEST" if p["source"] in heldout.PARALLEL else "PARALLEL"
        yield kind, p["ko"][:300], p["en"][:500]
    for p in corpus.pairs("paraphrase"):
        if p["label"] == 1:
            yield "PARAPHRASE", p["a"], p["b"]
    for name in ("qa", "retrieval_derived"):
        for p in corpus.pairs(name):
            yield "ANSWER", p["q"], p["a"][: LIMIT[p.get("lang", "en")]]
    seen = set()
    for _, passage, question, answer in heldout.questions(False):
        if answer and (question, passage) not in seen:
            seen.add((question, passage))
            yield "ANSWER", question, passage[max(0, answer[0] - 300) :][:640]


def ragged(rows):
    """Token ids of texts as one array and the ends of its rows."""
    return np.concatenate([np.asarray(r, np.uint16) for r in rows]), np.cumsum([len(r) for r in rows])


def main():
    rng = random.Random(1)
    tokenizer = vocab.load()
    pairs, reads = [], []
    for source in (passages(rng), supervised(rng)):
        for kind, a, b in source:
            (reads if kind == "READ" else pairs).append((kind, a, b))
    rng.shuffle(pairs)
    rng.shuffle(reads)
    reads = reads[:120_000]
    encode = lambda texts: [e.ids for e in tokenizer.encode_batch(texts)]
    a, b = encode([p[1] for p in pairs]), encode([p[2] for p in pairs])
    (at, ae), (bt, be) = ragged([x[:64] for x in a]), ragged([x[:160] for x in b])
    np.savez(corpus.BUILD / "pairs.npz", kind=np.array([KINDS.index(p[0]) for p in pairs], np.uint8), a=at, a_end=ae, b=bt, b_end=be)
    print({k: sum(p[0] == k for p in pairs) for k in KINDS}, "mean tokens", np.mean([len(x) for x in a]), np.mean([len(x) for x in b]))

    with open(corpus.BUILD / "reading.jsonl", "w", encoding="utf-8") as f:
        for _, question, (passage, start, end) in reads:
            f.write(json.dumps({"question": question, "passage": passage, "start": start, "end": end}, ensure_ascii=False) + "\n")

    # Both sides of parallel pairs, questions and passages.
    rows = []
    for i, (kind, x, y) in enumerate(pairs):
        if kind == "PARALLEL_TEST" or len(rows) > 60_000:
            continue
        if kind == "PARALLEL" or i % 12 == 0:
            rows += [(i, 0, x, kind != "CLOZE"), (i, 1, y[:160], kind in ("PARALLEL", "PARAPHRASE"))]
    order = [(rows[j], rows[j + 1]) for j in range(0, len(rows), 2)]
    rng.shuffle(order)
    with open(corpus.BUILD / "teach.jsonl", "w", encoding="utf-8") as f:
        for pair in order:
            for i, side, t, question in pair:
                f.write(json.dumps({"pair": i, "side": side, "text": t, "question": question}, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
