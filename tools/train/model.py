"""The encoder: BERT with norms behind attention and feed-forward.

    x = norm(token + type + position); each layer: x = norm(x + attention(x)),
    x = norm(x + feedforward(x)); a text is the mean of its tokens, made unit.

Two things make it learn much from little. The layers begin as the identity, so
that the table of tokens can be trained first, as a bag of words, at a hundredth
of the cost; a model may stop there, with one small layer that does nothing. And the last 32 dimensions are ballast: a norm gives every token the
same length, but a token heavy in ballast, which the last norm takes off, weighs
little in the mean, as a function word should.
"""

from dataclasses import asdict, dataclass

import torch
import torch.nn.functional as F
from torch import nn

BALLAST = 32


@dataclass
class Config:
    vocabulary: int = 32000
    dim: int = 256
    layers: int = 1
    heads: int = 8
    ffn: int = 32
    context: int = 512
    eps: float = 1e-5


class Layer(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.q, self.k, self.v, self.o = (nn.Linear(c.dim, c.dim) for _ in range(4))
        self.up, self.down = nn.Linear(c.dim, c.ffn), nn.Linear(c.ffn, c.dim)
        self.attention_norm, self.norm = nn.LayerNorm(c.dim, c.eps), nn.LayerNorm(c.dim, c.eps)
        self.heads = c.heads
        for last in (self.o, self.down):  # the identity, to begin with
            nn.init.zeros_(last.weight)
            nn.init.zeros_(last.bias)

    def forward(self, x, mask):
        n, t, d = x.shape
        split = lambda y: y.view(n, t, self.heads, -1).transpose(1, 2)
        mixed = F.scaled_dot_product_attention(split(self.q(x)), split(self.k(x)), split(self.v(x)), attn_mask=mask[:, None, None])
        x = self.attention_norm(x + self.o(mixed.transpose(1, 2).reshape(n, t, d)))
        return self.norm(x + self.down(F.gelu(self.up(x), approximate="tanh")))


class Encoder(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.config = c
        self.tokens = nn.Embedding(c.vocabulary, c.dim)
        self.types = nn.Parameter(torch.zeros(c.dim))
        self.positions = nn.Parameter(torch.zeros(c.context, c.dim))
        self.first_norm = nn.LayerNorm(c.dim, c.eps)
        self.layers = nn.ModuleList(Layer(c) for _ in range(c.layers))
        self.last_norm.weight.data[-BALLAST:] = 0

    @property
    def last_norm(self):
        return self.layers[-1].norm

    def hidden(self, ids, mask):
        """States of tokens: (texts, tokens, dim)."""
        x = self.first_norm(self.tokens(ids) + self.positions[: ids.shape[1]] + self.types)
        for layer in self.layers:
            x = layer(x, mask)
        return x

    def forward(self, ids, mask):
        """Unit vectors of texts: (texts, dim)."""
        return pool(self.hidden(ids, mask), mask)

    def table(self):
        """The states of all tokens while the layers are the identity."""
        c = self.config
        x = F.layer_norm(self.tokens.weight + self.types, (c.dim,), self.first_norm.weight, self.first_norm.bias, c.eps)
        return F.layer_norm(x, (c.dim,), self.last_norm.weight, self.last_norm.bias, c.eps)

    def bag(self, ids, starts):
        """The same as forward while the layers are the identity: token ids of many
        texts in a row, and where each text starts."""
        return F.normalize(F.embedding_bag(ids, self.table(), starts, mode="sum"), dim=1)

    @property
    def still(self):
        """Whether the layers are the identity, and positions do not count."""
        return not (self.positions.any() or any(l.o.weight.any() or l.down.weight.any() for l in self.layers))

    def save(self, path, **more):
        torch.save({"config": asdict(self.config), "weights": self.state_dict(), **more}, path)


def pool(x, mask):
    return F.normalize((x * mask[..., None]).sum(1), dim=1)


def load(path):
    """The encoder of a checkpoint, and all that the checkpoint holds."""
    saved = torch.load(path, map_location="cpu", weights_only=False)
    encoder = Encoder(Config(**saved["config"]))
    encoder.load_state_dict(saved["weights"])
    return encoder, saved
