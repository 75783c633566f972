"""Read ../shared/corpus: documents, their sentences, and the pairs to train on."""

import json
import lzma
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared"
BUILD = ROOT / "build" / "train"

CORPORA = ("ko", "en", "ko_more", "en_more")

# Ends of sentences: a mark and a space, in both languages.
_END = re.compile(r"(?<=[.!?。])[\"'”’)\]]*\s+")


def lines(path):
    """Yield the objects of a JSON lines file, xz-compressed."""
    with lzma.open(path, "rt", encoding="utf-8") as f:
        for line in f:
            yield json.loads(line)


def documents(names=CORPORA):
    """Yield every document: id, lang, source, title, text."""
    for name in names:
        yield from lines(SHARED / "corpus" / f"{name}.jsonl.xz")


def pairs(name):
    """Yield the objects of pairs/NAME.jsonl.xz."""
    return lines(SHARED / "corpus" / "pairs" / f"{name}.jsonl.xz")


def sentences(text, least=20, most=400):
    """Split a paragraph into its sentences, without the very short and very long."""
    return [s for s in (p.strip() for p in _END.split(text)) if least <= len(s) <= most]


def sections(doc, least=120):
    """Yield (heading, paragraph) of a document; the heading is "" before the first."""
    heading = ""
    for line in doc["text"].split("\n"):
        line = line.strip().lstrip("#").strip()
        if not line:
            continue
        if len(line) < 60 and not line.endswith((".", "다", "?", "!", ":", ",")):
            heading = line
        elif len(line) >= least:
            yield heading, line
