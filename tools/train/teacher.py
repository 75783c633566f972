"""Ask the teacher, multilingual-e5-small (MIT), what words and texts mean.

Answers are kept in build/train, and a run goes on where the last one was stopped.

    python tools/train/teacher.py words     each entry of the vocabulary, alone
    python tools/train/teacher.py texts     the questions and passages of pairs.py
"""

import json
import sys

import numpy as np
import torch

import corpus
import e5

BATCH = 256


def words():
    """(name of the answers, text, is a question) for each entry worth asking about."""
    for word in (corpus.BUILD / "vocab.txt").read_text(encoding="utf-8").split("\n"):
        plain = word.removeprefix("##")
        worth = any(c.isalnum() for c in plain) and not (word.startswith("##") and len(plain) < (2 if plain > "가" else 4))
        yield (plain if worth else None), True


def texts():
    for line in open(corpus.BUILD / "teach.jsonl", encoding="utf-8"):
        t = json.loads(line)
        yield t["text"], t["question"]


def main(what):
    asked = list({"words": words, "texts": texts}[what]())
    path = corpus.BUILD / f"teacher-{what}.f16"
    torch.set_num_threads(2)
    model = e5.Teacher()
    dim = model.dim
    done = path.stat().st_size // (2 * dim) if path.exists() else 0
    with open(path, "ab") as f:
        while done < len(asked):
            batch = asked[done : done + BATCH]
            out = np.zeros((len(batch), dim), np.float16)
            for question in (False, True):
                at = [i for i, (t, q) in enumerate(batch) if t is not None and q == question]
                if at:
                    out[at] = model.encode([batch[i][0] for i in at], question)
            f.write(out.tobytes())
            f.flush()
            done += len(batch)
            if done // BATCH % 8 == 0:
                print(f"{done} of {len(asked)}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
