"""Write the fixture that holds engine/head to heads.py: an encoder with two heads
of random weights, and what they say of random states.

    python tools/train/golden.py
"""

import json

import torch

import corpus
import gguf
import heads

DIM = 32


def main():
    torch.manual_seed(1)
    out = corpus.ROOT / "engine" / "head" / "testdata"
    out.mkdir(parents=True, exist_ok=True)
    reader, verifier = heads.Reader(DIM).eval(), heads.Verifier(DIM).eval()
    # Rounded first, so that the file holds exactly what is computed with.
    tensors = {f"{n}.{k}": (v.numpy(), gguf.F32) for n, h in (("reader", reader), ("verifier", verifier)) for k, v in h.state_dict().items()}
    gguf.write(out / "heads.gguf", {"general.architecture": "ondol-heads", "ondol.heads": 0}, tensors)
    cases = []
    for n, m in ((1, 1), (5, 40), (9, 60)):
        a, b = torch.randn(1, n, DIM).round(decimals=2), torch.randn(1, m, DIM).round(decimals=2)
        ones = lambda x: torch.ones(x.shape[:2], dtype=torch.bool)
        with torch.no_grad():
            start, end, absent = reader(a, ones(a), b, ones(b))
            band = torch.ones(m, m, dtype=torch.bool).triu().tril(heads.LONGEST - 1)
            both = (start[0][:, None] + end[0][None]).masked_fill(~band, -1e9)
            k = int(both.argmax())
            p = verifier(a, ones(a), b, ones(b)).softmax(1)[0]
        cases.append({"a": a.flatten().tolist(), "b": b.flatten().tolist(), "from": k // m, "to": k % m + 1, "score": float(both.max() - absent[0]), "verdict": p.tolist()})
    text = json.dumps({"dim": DIM, "cases": cases})
    (out / "heads.json").write_text(text)
    print(len(text))


if __name__ == "__main__":
    main()
