"""Make questions from plain text: a span of a sentence becomes the question word.

Korean asks in place, so the span is replaced where it stands and the verb's
ending made to ask; English moves the question word to the front (Lewis et al.,
Unsupervised Question Answering by Cloze Translation, 2019). Words are dropped at
random, as a question says less than its sentence.
"""

import re
from typing import NamedTuple

KO_DATE = re.compile(r"(?:기원전 )?\d{1,4}년(?: \d{1,2}월)?(?: \d{1,2}일)?")
KO_COUNT = re.compile(r"(?:약 )?\d[\d,.]*(명|개|권|곡|번|차례|세|살|위|대|척|마리|종|회|km|m|kg|%|원|달러|만 명|개국|년간|시간|분|층|편|점|골)(?![가-힣]년)")
KO_QUOTED = re.compile(r"[《〈『「\"“]([^》〉』」\"”]{2,30})[》〉』」\"”]")
KO_NOUN = re.compile(r"(?<![가-힣A-Za-z])([가-힣A-Za-z·]{2,12})(은|는|이|가|을|를|에서|에게|의|와|과|으로|로)(?= )")
KO_END = re.compile(r"다\.?[\"”']?$")
EN_DATE = re.compile(r"\b(?:(?:January|February|March|April|May|June|July|August|September|October|November|December)(?: \d{1,2})?,? )?(?:1\d{3}|20\d\d)\b")
EN_COUNT = re.compile(r"\b(\d[\d,.]*|two|three|four|five|six|seven|eight|nine|ten|twelve|twenty|hundred)(?= [a-z]{3,})")
EN_NAME = re.compile(r"(?<=[a-z,] )((?:[A-Z][\w'’.-]+(?: (?:of|the|de|van|and) (?=[A-Z]))? ?)+)(?=[ ,.;)])")
EN_PLACE = ("in", "at", "near", "from")


class Question(NamedTuple):
    text: str
    start: int  # of the answer, characters of the sentence
    end: int


def korean(sentence, title, rng):
    """A question of a Korean sentence, or None."""
    options = [(m.start(), m.end(), "언제", r"(?:에는|에|부터)?") for m in KO_DATE.finditer(sentence)]
    options += [(m.start(), m.end(), "몇 " + m[1], "") for m in KO_COUNT.finditer(sentence)]
    options += [(m.start(1), m.end(1), "무엇", "") for m in KO_QUOTED.finditer(sentence)]
    nouns = [m for m in KO_NOUN.finditer(sentence) if m[1] not in title]
    for m in rng.sample(nouns, min(2, len(nouns))):
        word = {"에서": "어디", "로": "어디", "으로": "무엇", "에게": "누구"}.get(m[2]) or rng.choice(("누구", "무엇", "무엇", "어떤 것"))
        options.append((m.start(1), m.end(1), word, ""))
    if not options or not KO_END.search(sentence):
        return None
    start, end, word, after = rng.choice(options)
    rest = re.sub("^" + after, "", sentence[end:]) if after else sentence[end:]
    left = drop(sentence[:start].split(" "), rng, keep_last=2)
    right = drop(rest.split(" "), rng, keep_first=2)
    ending = rng.choice(("는가?", "나요?", "나?", "습니까?", "는가", "을까?"))
    asked = KO_END.sub(lambda _: ending, " ".join(right))
    asked = asked.replace("이는가", "인가").replace("이나요", "인가요").replace("한는가", "하는가").replace("한나요", "하나요").replace("된는가", "되는가").replace("된나요", "되나요")
    body = " ".join(left) + word + asked
    if title and title not in body and rng.random() < 0.6:
        body = title + rng.choice(("의 ", "에서 ", "은 ", " ")) + body
    return Question(re.sub(r" +", " ", body).strip(), start, end)


def english(sentence, title, rng):
    """A question of an English sentence, or None."""
    options = [(m.start(), m.end(), rng.choice(("When", "In what year", "What year"))) for m in EN_DATE.finditer(sentence)]
    for m in EN_COUNT.finditer(sentence):
        options.append((m.start(1), m.end(1), "How many"))
    for m in EN_NAME.finditer(sentence):
        before = sentence[: m.start()].rstrip().rsplit(" ", 1)[-1].lower()
        word = rng.choice(("Where", "In what place", "What")) if before in EN_PLACE else "Who" if before == "by" else rng.choice(("Who", "What", "Which", "What"))
        options.append((m.start(1), m.start(1) + len(m[1].rstrip()), word))
    if not options:
        return None
    start, end, word = rng.choice(options)
    left = drop(re.sub(r"\b(in|on|at|by|of|to|from)\s*$", "", sentence[:start].strip(" ,")).split(" "), rng, keep_last=2)
    right = drop(sentence[end:].strip(" .,;)").split(" "), rng, keep_first=2)
    parts = [right, left] if word == "How many" else [left, right]
    if word != "How many" and rng.random() < 0.3:
        parts.reverse()
    verb = rng.choice(("did", "was", "is", "does", "")) if word != "How many" else ""
    body = " ".join(w for w in [word, *(parts[0] if word == "How many" else [verb, *parts[0]]), *parts[1]] if w)
    if title and title.lower() not in body.lower() and rng.random() < 0.5:
        body += rng.choice((" in ", " of ", " for ")) + title
    return Question(body.rstrip(" ,;:") + "?", start, end)


def drop(words, rng, keep_first=0, keep_last=0):
    """Leave out some words, seldom those next to the answer."""
    rate = rng.choice((0, 0.1, 0.3, 0.5))
    near = lambda i: i < keep_first or i >= len(words) - keep_last
    return [w for i, w in enumerate(words) if rng.random() >= rate * (0.3 if near(i) else 1)]


def ask(lang, sentence, title, rng):
    return (korean if lang == "ko" else english)(sentence, title, rng)
