"""Turn the corpus into pairs of texts that belong together, and into questions.

    python tools/train/pairs.py

Writes pairs.jsonl (a, b, their languages, the kind) and reading.jsonl (questions
made by cloze.py with their passages and the answers' places) to build/train.
"""

import collections
import json
import random

import cloze
import corpus
import heldout

SIZE = {"ko": 200, "en": 340}  # characters of a passage of a pair: about 96 tokens
READ = {"ko": 330, "en": 700}  # of a passage that is read
MOST = {"ko": 22_000, "en": 18_000, "parallel": 16_000, "paraphrase": 3_000, "answer": 14_000}
MOST_READ = {"ko": 50_000, "en": 30_000}
SYMMETRIC = ("parallel", "paraphrase")  # neither text is the question
SAME = {"question-pair-ko": 0, "onestop-adv-ele": 1}  # the label of paraphrases that say the same


def paragraphs(rng, share, most):
    """Yield (language, title, heading, paragraph) of a share of the documents."""
    for doc in corpus.documents():
        if rng.random() < share[doc["lang"]]:
            title = doc["title"].split("/")[-1].split("(")[0].strip()[:60]
            found = list(corpus.sections(doc))
            rng.shuffle(found)
            for heading, text in found[:most]:
                yield doc["lang"], title, heading, text


def window(text, size, rng):
    """A part of a paragraph that begins at a sentence, and the sentences in it."""
    sentences = corpus.sentences(text)
    if not sentences:
        return text, []
    at = text.find(rng.choice(sentences[: max(1, len(sentences) // 2)]))
    text = text[at : at + size] if len(text) - at > size // 3 else text[-size:]
    return text, [s for s in sentences if s in text]


def made(rng):
    """Yield pairs made of plain text."""
    for lang, title, heading, text in paragraphs(rng, {"ko": 0.16, "en": 0.2}, 6):
        text, sentences = window(text, int(SIZE[lang] * rng.choice((0.35, 0.6, 1, 1))), rng)
        if not sentences:
            continue
        kind, s = rng.random(), rng.choice(sentences)
        if kind < 0.25 and title:
            a = f"{title} {heading}".strip() if rng.random() < 0.8 else title
            yield lang, {"kind": "title", "a": a, "b": text, "la": lang, "lb": lang}
        elif kind < 0.5 and len(sentences) > 1:  # the inverse cloze task (Lee et al. 2019)
            yield lang, {"kind": "cloze", "a": s, "b": text.replace(s, "", 1), "la": lang, "lb": lang}
        elif q := cloze.ask(lang, s, title, rng):
            yield lang, {"kind": "question", "a": q.text, "b": text, "la": lang, "lb": lang}


def published():
    """Yield the pairs that others made."""
    for p in corpus.pairs("parallel_ko_en"):
        if p["source"] not in heldout.PARALLEL:
            yield "parallel", {"kind": "parallel", "a": p["ko"][: SIZE["ko"]], "b": p["en"][: SIZE["en"]], "la": "ko", "lb": "en"}
    for p in corpus.pairs("paraphrase"):
        if p["label"] == SAME[p["source"]]:
            yield "paraphrase", {"kind": "paraphrase", "a": p["a"], "b": p["b"], "la": p["lang"], "lb": p["lang"]}
    for name in ("qa", "retrieval_derived"):
        for p in corpus.pairs(name):
            lang = p.get("lang", "en")
            yield "answer", {"kind": "answer", "a": p["q"], "b": p["a"][: SIZE[lang]], "la": lang, "lb": lang}
    for _, passage, question, answer in heldout.questions(False):
        if answer:
            at = max(0, answer[0] - 150)
            yield "answer", {"kind": "answer", "a": question, "b": passage[at : at + SIZE["en"]], "la": "en", "lb": "en"}


def questions(rng):
    """Yield questions over passages of at least two sentences."""
    for lang, title, _, text in paragraphs(rng, {"ko": 0.35, "en": 0.25}, 8):
        text, sentences = window(text, READ[lang], rng)
        if len(sentences) > 1:
            s = rng.choice(sentences)
            if q := cloze.ask(lang, s, title, rng):
                at = text.find(s)
                yield lang, {"question": q.text, "passage": text, "start": at + q.start, "end": at + q.end}


def keep(name, rows, most, rng):
    """Write at most so many rows of each group, in no order."""
    rows = list(rows)
    rng.shuffle(rows)
    seen, kept = collections.Counter(), []
    for group, row in rows:
        seen[group] += 1
        if seen[group] <= most[group]:
            kept.append(row)
    with open(corpus.BUILD / name, "w", encoding="utf-8") as f:
        f.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in kept)
    print(name, len(kept), dict(seen))


def load(name):
    return [json.loads(line) for line in open(corpus.BUILD / name, encoding="utf-8")]


def main():
    rng = random.Random(7)
    keep("pairs.jsonl", [*made(rng), *published()], MOST, rng)
    keep("reading.jsonl", questions(rng), MOST_READ, rng)


if __name__ == "__main__":
    main()
