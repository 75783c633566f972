"""What of the supervised sets is trained on, and what is kept to report on.

SQuAD and XQuAD are split by article (the same article is on the same side in
both), NLI by premise: a third is held out. Of BEGIN, whose passages overlap, the
film plots are trained on, and the other two parts held out; of the parallel
sentences PUD is. `main` writes what is held out in the
sets' own formats, and the parallel sentences as questions of one language over
texts of the other, for `ondol eval`.

    python tools/train/heldout.py
"""

import csv
import gzip
import hashlib
import io
import json

import corpus

DATA = corpus.SHARED / "data"
PARALLEL = ("pud",)  # of parallel_ko_en


def held(key):
    """True for the third that is reported on."""
    return hashlib.sha256(" ".join(key.lower().replace("_", " ").split()).encode()).digest()[0] % 3 == 0


def text(path):
    return gzip.open(DATA / path, "rt", encoding="utf-8").read()


def squads():
    """Yield (file, article) of the SQuAD-like sets that may be trained on."""
    for path in ("squad2-half-dev/visible.json.gz", "xquad/xquad.en.json.gz"):
        for article in json.loads(text(path))["data"]:
            yield path, article


def questions(side):
    """Yield (title, passage, question, (start, end) or None if there is no answer)."""
    for _, article in squads():
        if held(article["title"]) == side:
            for p in article["paragraphs"]:
                for q in p["qas"]:
                    a = q["answers"][0] if q["answers"] and not q.get("is_impossible") else None
                    yield article["title"], p["context"], q["question"], a and (a["answer_start"], a["answer_start"] + len(a["text"]))


BEGIN = {False: ("cmu",), True: ("tc", "wow")}
LABELS = {"entailment": 0, "contradiction": 1, "neutral": 2, "Fully attributable": 0, "Not fully attributable": 3, "Generic": 3}


def claims(side):
    """Yield (evidence, claim, label): 0 supported, 1 contradicted, 2 neither, 3 one of the two."""
    for row in json.loads(text("klue/klue-nli-v1.1_dev.json.gz")):
        if held(row["premise"]) == side:
            yield row["premise"], row["hypothesis"], LABELS[row["gold_label"]]
    for row in csv.DictReader(io.StringIO(text("kor-nlu/xnli.dev.ko.tsv.gz")), delimiter="\t", quoting=csv.QUOTE_NONE):
        if row["gold_label"] in LABELS and held(row["sentence1"]) == side:
            yield row["sentence1"], row["sentence2"], LABELS[row["gold_label"]]
    for part in BEGIN[side]:
        for row in csv.DictReader(io.StringIO(text(f"begin/begin_dev_{part}.tsv.gz")), delimiter="\t", quoting=csv.QUOTE_NONE):
            if row["begin_label"] in LABELS:
                yield row["knowledge"], row["response"], LABELS[row["begin_label"]]


def main():
    out = corpus.BUILD / "heldout"
    out.mkdir(parents=True, exist_ok=True)
    sets = {}
    for path, article in squads():
        if held(article["title"]):
            sets.setdefault(path.split("/")[0], []).append(article)
    for name, articles in sets.items():
        (out / f"{name}.json").write_text(json.dumps({"version": "held out", "data": articles}, ensure_ascii=False), encoding="utf-8")
    kept = [r for r in json.loads(text("klue/klue-nli-v1.1_dev.json.gz")) if held(r["premise"])]
    (out / "klue-nli.json").write_text(json.dumps(kept, ensure_ascii=False), encoding="utf-8")
    head, *rows = text("kor-nlu/xnli.dev.ko.tsv.gz").splitlines()
    (out / "xnli.dev.ko.tsv").write_text("\n".join([head, *(r for r in rows if held(r.split("\t")[0]))]) + "\n", encoding="utf-8")


def across(out):
    """BEIR folders in which a sentence asks for its translation."""
    kept = [p for p in corpus.pairs("parallel_ko_en") if p["source"] in PARALLEL]
    for asks, holds in (("ko", "en"), ("en", "ko")):
        folder = out / f"{asks}-{holds}"
        folder.mkdir(parents=True, exist_ok=True)
        write = lambda name, rows: (folder / name).write_text("\n".join(rows) + "\n", encoding="utf-8")
        write("corpus.jsonl", [json.dumps({"_id": str(i), "title": "", "text": p[holds]}, ensure_ascii=False) for i, p in enumerate(kept)])
        write("queries.jsonl", [json.dumps({"_id": f"q{i}", "text": p[asks]}, ensure_ascii=False) for i, p in enumerate(kept)])
        write("qrels.tsv", ["query-id\tcorpus-id\tscore", *(f"q{i}\t{i}\t1" for i in range(len(kept)))])


if __name__ == "__main__":
    main()
    across(corpus.BUILD / "heldout")
    for side in (False, True):
        qs, cs = list(questions(side)), list(claims(side))
        print("held out" if side else "trained on", len(qs), "questions", sum(q[3] is None for q in qs), "without an answer;", len(cs), "claims", [sum(c[2] == k for c in cs) for k in range(4)])
