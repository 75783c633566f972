"""Choose the vocabulary: of the teacher's 250,037 pieces (SentencePiece, Unigram),
those that Korean and English text is made of.

    python tools/train/vocab.py [--size 24000]

A piece that is left out is written with shorter ones. Single letters of the scripts
of Europe, of Hangul and kana stay if they are met at all, so that few names are
unknown.
"""

import argparse
import json

import numpy as np
from tokenizers import Tokenizer, models

import corpus
import e5

BOS, PAD, EOS, UNK = range(4)
LETTERS = [(0x21, 0x7F), (0xA1, 0x250), (0x370, 0x500), (0x1100, 0x1200), (0x2010, 0x2060), (0x3000, 0x3020), (0x3040, 0x3190), (0xAC00, 0xD7A4)]
LEAST = 6  # times that a piece is met
SHARE = {"ko": 0.28, "en": 0.17, "ko_more": 0.06, "en_more": 0.12}  # of each corpus that is counted


def letter(piece):
    c = piece.strip("▁")
    return len(c) <= 1 and (not c or any(a <= ord(c) < b for a, b in LETTERS))


def count(tokenizer, size):
    """How often each piece stands in a sample of each corpus."""
    rng = np.random.default_rng(3)
    counts = np.zeros(size, np.int64)
    for name, share in SHARE.items():
        for doc in corpus.documents([name]):
            if rng.random() < share:
                for e in tokenizer.encode_batch([doc["title"] or "", *doc["text"].split("\n")]):
                    np.add.at(counts, e.ids, 1)
    return counts


def tokenizer(pieces):
    """The tokenizer of a list of (piece, score), cut as the teacher's."""
    t = Tokenizer(models.Unigram(pieces, UNK))
    t.normalizer, t.pre_tokenizer = e5.normalizer(), e5.pre_tokenizer()
    return t


def entries():
    """The vocabulary: piece, score, its row in the teacher's table."""
    return json.loads((corpus.BUILD / "vocab.json").read_text(encoding="utf-8"))


def load():
    return tokenizer([(piece, score) for piece, score, _ in entries()])


def main():
    args = argparse.ArgumentParser()
    args.add_argument("--size", type=int, default=24000)
    args = args.parse_args()
    teacher = e5.Teacher()
    counts = count(teacher.tokenizer, len(teacher.pieces))
    special = [teacher.bos, teacher.pad, teacher.eos, teacher.unknown]
    letters = [i for i, (piece, _) in enumerate(teacher.pieces) if letter(piece) and i not in special]
    often = [int(i) for i in np.argsort(-counts, kind="stable") if counts[i] and i not in special]
    kept = list(dict.fromkeys(letters + often))[: args.size - len(special)]
    kept = special + sorted((i for i in kept if counts[i] >= LEAST), key=lambda i: -counts[i])
    rows = [[*teacher.pieces[i], i] for i in kept]
    corpus.BUILD.mkdir(parents=True, exist_ok=True)
    (corpus.BUILD / "vocab.json").write_text(json.dumps(rows, ensure_ascii=False), encoding="utf-8")
    print(f"{len(rows)} pieces, which are {counts[kept].sum() / counts.sum():.4f} of the text")


if __name__ == "__main__":
    main()
