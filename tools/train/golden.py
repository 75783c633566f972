"""Write the fixture that holds engine/head to model.py: an encoder of random weights
with a reader behind it, and what PyTorch makes of pairs of texts.

    python tools/train/golden.py
"""

import json

import torch

import corpus
import examples
import export
import gguf
import model

DIM, PIECES, CONTEXT = 48, 40, 80


def main():
    torch.manual_seed(1)
    out = corpus.ROOT / "engine" / "head" / "testdata"
    model.CONTEXT = CONTEXT
    make = lambda layers: model.Encoder(PIECES, layers, DIM, export.HEADS, 64)
    encoder, reader, aligner = make(1), model.Reader(make(2), DIM).eval(), model.Aligner(DIM, 8, 6).eval()
    for m in (encoder, reader, aligner):
        for p in m.parameters():
            # Rounded first, so that the file holds exactly what is computed with.
            p.data = (torch.randn(p.shape) * 0.3).half().float()
    reader.enc.tok.weight.data = encoder.tok.weight.data
    with torch.no_grad():  # the mean of states, or all would be alike
        aligner.mean.data = encoder.states(*model.padded([range(4, PIECES)]))[0].mean(0)
    arrays = lambda m: {k: v.numpy() for k, v in m.state_dict().items()}
    entries = [["<s>", 0.0, 0], ["<pad>", 0.0, 1], ["</s>", 0.0, 2], ["<unk>", 0.0, 3], *([f"▁{i}", -1.0, i] for i in range(4, PIECES))]
    export.write(out / "heads.gguf", arrays(encoder), entries, {**arrays(reader), **arrays(aligner)}, gguf.F16, gguf.F16)
    cases = []
    for n, m in ((1, 1), (5, 30), (9, 60)):
        a, b = torch.randint(4, PIECES, (n,)).tolist(), torch.randint(4, PIECES, (m,)).tolist()
        pair = [0, *a, 2, 2, *b, 2]
        with torch.no_grad():
            states = reader.states(*examples.joined([a], [b]))
            start, end = reader.span(states)[0].unbind(1)
            claim, evidence = (encoder.states(*model.padded([[*x, 2]]))[0, :-1] for x in (a, b))
            aligned = [x[None] for x in aligner.align(claim, evidence)]
            verdict = aligner(*aligned, torch.ones(1, n)).softmax(1)[0]
        at = n + 3
        both = start[at : at + m, None] + end[None, at : at + m] - start[0] - end[0]
        both = both.masked_fill(~torch.ones(m, m, dtype=torch.bool).triu().tril(examples.LONGEST - 1), -1e9)
        k = int(both.argmax())
        cases.append({"claim": [*a, 2], "evidence": [*b, 2], "pair": pair, "from": at, "to": at + m, "span": [at + k // m, at + k % m + 1], "score": float(both.max()), "verdict": verdict.tolist()})
    (out / "heads.json").write_text(json.dumps(cases))
    print((out / "heads.gguf").stat().st_size, json.dumps(cases)[:200])


if __name__ == "__main__":
    main()
