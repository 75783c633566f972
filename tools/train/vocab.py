"""Make the vocabulary: WordPiece over Korean and English, lower case.

Korean particles cling to nouns, and a vocabulary that is counted naively fills
with nouns in each of their forms. So particles are cut off before counting:
a noun is one entry, its particles are continuations.

    python tools/train/vocab.py [--size 32000]
"""

import argparse
import collections
import re

from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, trainers

import corpus

SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
PARTICLES = sorted(
    "은 는 이 가 을 를 의 에 로 으로 와 과 도 만 에서 에게 에는 에도 에서는 에서도 까지 부터 보다 처럼 이나 나 이며 며 이고 "
    "이다 였다 이었다 라는 이라는 라고 이라고 으로서 로서 으로써 로써 으로는 로는 으로도 로도 이란 란 에게서 께서 한테 마다 "
    "조차 밖에 이라 라 인 이었던 였던 으로부터 로부터 과의 와의 에의 들 들은 들이 들을 들의 들에게 하고 하여 해 했다 한다 "
    "하는 하였다 하며 하기 한 할 함 하게 되었다 된다 되는 되어 된 될 됨 되고 되며 시켰다 시키는 적 적인 적으로".split(),
    key=len, reverse=True)
ACCENTED = "éèêëáàâäãåāçćčíìîïīñńóòôöõøōúùûüūýßæœšśžźżğışșłđ"  # llama.cpp cannot strip accents and keep Hangul
HANGUL = re.compile(r"^[가-힣]+$")
WORD = re.compile(r"[a-z0-9]+|[가-힣]+")


def count(most):
    """Count the words of the first `most` characters of each corpus."""
    words = collections.Counter()
    for name in corpus.CORPORA:
        seen = 0
        for doc in corpus.documents([name]):
            words.update(WORD.findall(doc["text"].lower()))
            words.update(WORD.findall(doc["title"].lower()))
            seen += len(doc["text"])
            if seen > most:
                break
    return words


def particle(word):
    """The longest particle that a word may end in, or ""."""
    if HANGUL.match(word):
        for p in PARTICLES:
            if len(word) - len(p) >= 2 and word.endswith(p):
                return p
    return ""


def stems(words, forms=3):
    """Cut particles off where the rest is met in at least `forms` forms."""
    met = collections.Counter()
    for word in words:
        if p := particle(word):
            met[word[: -len(p)]] += 1
    cut = collections.Counter()
    for word, n in words.items():
        p = particle(word)
        if p and met[word[: -len(p)]] + (word[: -len(p)] in words) >= forms:
            cut[word[: -len(p)]] += n
        else:
            cut[word] += n
    return cut


def tokenizer(vocabulary):
    """The tokenizer of a list of entries, as llama.cpp cuts text."""
    t = Tokenizer(models.WordPiece({w: i for i, w in enumerate(vocabulary)}, unk_token="[UNK]", max_input_chars_per_word=64))
    t.normalizer = normalizers.BertNormalizer(clean_text=True, handle_chinese_chars=True, strip_accents=False, lowercase=True)
    t.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    return t


def load():
    return tokenizer((corpus.BUILD / "vocab.txt").read_text(encoding="utf-8").split("\n"))


def main():
    args = argparse.ArgumentParser()
    args.add_argument("--size", type=int, default=32000)
    args.add_argument("--chars", type=int, default=40_000_000, help="of each corpus")
    args = args.parse_args()
    words = count(args.chars)
    cut = stems(words)
    symbols = [chr(c) for c in range(33, 127) if not chr(c).isalnum()] + list("·…“”‘’「」『』《》〈〉–—→①②③④⑤%℃㎡°±×")
    fixed = SPECIAL + symbols + ["##" + p for p in PARTICLES]
    trained = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    trained.pre_tokenizer = pre_tokenizers.Whitespace()
    trainer = trainers.WordPieceTrainer(vocab_size=args.size - len(fixed), min_frequency=2, limit_alphabet=2600, show_progress=False)
    trained.train_from_iterator((" ".join([w] * max(1, n // 8)) for w, n in cut.items() if n >= 4), trainer)
    entries = [w for w, _ in sorted(trained.get_vocab().items(), key=lambda e: e[1])]
    vocabulary = list(dict.fromkeys(fixed + entries))[: args.size] + [p + c for c in ACCENTED for p in ("", "##")]
    (corpus.BUILD / "vocab.txt").write_text("\n".join(vocabulary), encoding="utf-8")
    t = tokenizer(vocabulary)
    for text in ("대한민국의 수도는 서울특별시이다.", "바그너는 괴테의 파우스트를 처음 읽고 무엇을 쓰고자 했는가?", "The boiler warranty lasts three years, until 2031."):
        print(" ".join(t.encode(text).tokens))
    print(len(vocabulary), sum(bool(re.search("[가-힣]", w)) for w in vocabulary), "Korean")


if __name__ == "__main__":
    corpus.BUILD.mkdir(parents=True, exist_ok=True)
    main()
