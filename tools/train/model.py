"""The encoder: XLM-RoBERTa as the teacher is, with fewer pieces and layers.

    x = norm(piece + position); each layer: x = norm(x + attention(x)),
    x = norm(x + feedforward(x)); a text is the mean of its tokens, made unit.

Layers begin as the teacher's first ones (Sajjad et al., On the Effect of Dropping
Layers of Pre-trained Transformer Models, 2023), and the table of pieces stays as
the teacher has it: what is trained needs no long schooling. The Reader has layers
of its own, which see a question and a passage as one. The Aligner has none.
"""

import torch
import torch.nn.functional as F
from torch import nn

import vocab

CONTEXT = 512


class Layer(nn.Module):
    def __init__(self, dim, heads, ffn, eps):
        super().__init__()
        self.qkv, self.o = nn.Linear(dim, 3 * dim), nn.Linear(dim, dim)
        self.up, self.down = nn.Linear(dim, ffn), nn.Linear(ffn, dim)
        self.an, self.n = nn.LayerNorm(dim, eps), nn.LayerNorm(dim, eps)
        self.h = heads

    def forward(self, x, mask):
        n, t, d = x.shape
        q, k, v = self.qkv(x).view(n, t, 3, self.h, d // self.h).permute(2, 0, 3, 1, 4)
        mixed = F.scaled_dot_product_attention(q, k, v, attn_mask=mask)
        x = self.an(x + self.o(mixed.transpose(1, 2).reshape(n, t, d)))
        return self.n(x + self.down(F.gelu(self.up(x))))


class Encoder(nn.Module):
    def __init__(self, pieces, layers, dim=384, heads=12, ffn=1536, eps=1e-12):
        super().__init__()
        self.tok = nn.Embedding(pieces, dim)
        self.pos = nn.Parameter(torch.zeros(CONTEXT, dim))
        self.both = nn.Parameter(torch.zeros(dim))  # what a token gains that both texts of a pair have
        self.en = nn.LayerNorm(dim, eps)
        self.layers = nn.ModuleList(Layer(dim, heads, ffn, eps) for _ in range(layers))
        self.tok.weight.requires_grad_(False)

    def states(self, ids, mask, shared=None):
        """States of tokens: (texts, tokens, dim)."""
        x = self.tok(ids) + self.pos[: ids.shape[1]]
        x = self.en(x if shared is None else x + shared[..., None] * self.both)
        hidden = torch.zeros(mask.shape, dtype=x.dtype, device=x.device).masked_fill(~mask, -1e9)[:, None, None]
        for layer in self.layers:
            x = layer(x, hidden)
        return x

    def forward(self, ids, mask):
        """Unit vectors of texts: (texts, dim)."""
        x = self.states(ids, mask) * mask[..., None]
        return F.normalize(x.sum(1) / mask.sum(1, keepdim=True), dim=1)


class Reader(nn.Module):
    """Layers with a map to start and end of an answer, for each token, where the
    first token stands for no answer (Devlin et al., BERT, 2018). It is told which
    tokens both texts have (Chen et al., Reading Wikipedia, 2017)."""

    def __init__(self, encoder, dim=384, dropout=0.1):
        super().__init__()
        self.enc, self.span, self.drop = encoder, nn.Linear(dim, 2), nn.Dropout(dropout)
        nn.init.normal_(self.span.weight, std=0.02)
        nn.init.zeros_(self.span.bias)
        nn.init.normal_(encoder.both, std=float(encoder.tok.weight.detach().std()))

    def states(self, ids, mask, shared):
        return self.drop(self.enc.states(ids, mask, shared))


class Aligner(nn.Module):
    """Tells whether evidence supports a claim from the states of the encoder that
    embeds, which stay as they are: a decomposable attention (Parikh et al., 2016).
    Each token of the claim is compared with what is most like it in the evidence;
    the mean and the maximum of the comparisons decide."""

    SHARPNESS = 10  # of cosines: a temperature of 0.1

    def __init__(self, dim=384, width=64, hidden=32, dropout=0.3):
        super().__init__()
        self.mean = nn.Parameter(torch.zeros(dim), requires_grad=False)  # of states: all have it, so it tells nothing
        self.project, self.compare, self.out = nn.Linear(dim, width), nn.Linear(4 * width + 1, hidden), nn.Linear(2 * hidden, 3)
        self.drop = nn.Dropout(dropout)

    @torch.no_grad()
    def align(self, claim, evidence):
        """Of the tokens of a claim: their states, what the evidence has for each,
        both (tokens, dim), and the cosine with what is most like it (tokens)."""
        c, e = claim - self.mean, evidence - self.mean
        cosines = F.normalize(c, dim=1) @ F.normalize(e, dim=1).T
        return c, (self.SHARPNESS * cosines).softmax(1) @ e, cosines.amax(1)

    def forward(self, claims, found, nearest, mask):
        """The logits (claims, 3) of what align returned, padded to one length."""
        c, e = self.project(self.drop(claims)), self.project(self.drop(found))
        both = torch.cat([c, e, (c - e).abs(), c * e, nearest[..., None]], 2)
        compared = self.drop(F.relu(self.compare(self.drop(both)))) * mask[..., None]
        return self.out(torch.cat([compared.sum(1) / mask.sum(1, keepdim=True), compared.amax(1)], 1))


@torch.no_grad()
def cut(teacher, rows, layers):
    """An encoder of rows of the teacher's table and of its first layers."""
    w = teacher.tensor
    e = Encoder(len(rows), layers, teacher.dim, teacher.heads, teacher.ffn, teacher.eps)
    e.tok.weight.copy_(w("emb.word")[torch.tensor(rows)])
    e.pos.copy_(w("emb.pos").view(-1, teacher.dim)[:CONTEXT] + w("emb.type").view(-1, teacher.dim)[0])
    e.en.weight.copy_(w("emb.ln.w"))
    e.en.bias.copy_(w("emb.ln.b"))
    for i, layer in enumerate(e.layers):
        for part in ("w", "b"):
            to = lambda m: m.weight if part == "w" else m.bias
            to(layer.qkv).copy_(torch.cat([w(f"l{i}.{x}.{part}") for x in "qkv"]))
            for m, name in ((layer.o, "ao"), (layer.an, "aln"), (layer.up, "fi"), (layer.down, "fo"), (layer.n, "oln")):
                to(m).copy_(w(f"l{i}.{name}.{part}"))
    return e


def student(teacher, layers):
    return cut(teacher, [row for _, _, row in vocab.entries()], layers)


def padded(rows, pad=vocab.PAD):
    """Token ids (texts, tokens), and which are no padding."""
    ids = torch.full((len(rows), max(map(len, rows))), pad)
    mask = torch.zeros(ids.shape, dtype=torch.bool)
    for i, row in enumerate(rows):
        ids[i, : len(row)] = torch.as_tensor(row)
        mask[i, : len(row)] = True
    return ids, mask
