"""The heads that read and verify, on the states of a frozen encoder.

Both look at two texts that were encoded apart, so a passage's states serve every
question, and both begin from a soft match of the texts' tokens (Parikh et al., A
Decomposable Attention Model, 2016; Chen et al., Reading Wikipedia, 2017): with
little to learn from, what agrees has to be built in, not found.
"""

import torch
import torch.nn.functional as F
from torch import nn

MATCH, KIND, HIDDEN = 64, 32, 32
DECAYS = (0.6, 0.85, 0.95)
LONGEST = 24  # tokens of an answer


def masked(x, mask, fill=-1e4):
    return x.masked_fill(~mask, fill)


def fading(n, device):
    """How much each token (row) leaves with those after it, by decay: (decays, n, n)."""
    distance = torch.arange(n, device=device)[None] - torch.arange(n, device=device)[:, None] - 1
    return torch.stack([(1 - r) * r ** distance.clamp(min=0) * (distance >= 0) for r in DECAYS])


class Match(nn.Module):
    """How alike the tokens of two texts are: (texts, tokens of b, tokens of a)."""

    def __init__(self, dim):
        super().__init__()
        self.left, self.right = nn.Linear(dim, MATCH, bias=False), nn.Linear(dim, MATCH, bias=False)
        self.right.weight.data = self.left.weight.data.clone()

    def forward(self, a, b):
        return F.normalize(self.right(b), dim=-1) @ F.normalize(self.left(a), dim=-1).transpose(1, 2)


class Reader(nn.Module):
    """Where in a passage (b) the answer to a question (a) stands."""

    def __init__(self, dim):
        super().__init__()
        self.match = Match(dim)
        self.importance = nn.Linear(dim, 1)
        self.asking = nn.Linear(dim, 1)
        self.asks = nn.Linear(dim, 2 * KIND)
        self.shows = nn.Linear(3 * dim, KIND)
        features = 2 + 4 * len(DECAYS) + 2
        self.hidden = nn.Linear(features + KIND, HIDDEN)
        self.out = nn.Linear(HIDDEN, 2)
        self.absent_hidden, self.absent_out = nn.Linear(2 * features, HIDDEN), nn.Linear(HIDDEN, 1)

    def forward(self, a, a_mask, b, b_mask):
        """Logits of start and end, (texts, tokens), and of no answer, (texts)."""
        weight = masked(self.importance(a)[..., 0], a_mask).softmax(1)  # (texts, tokens of a)
        same = self.match(a, b).clamp(min=0) * b_mask[..., None] * a_mask[:, None]
        soft = (same * weight[:, None]).sum(2)
        hard = (same * (weight / weight.amax(1, keepdim=True))[:, None]).amax(2)
        features = [soft, hard]
        fade = fading(b.shape[1], b.device)
        for x in (soft, hard):
            for f in fade:
                features += [x @ f, x @ f.T]
        pooled = (masked(self.asking(a)[..., 0], a_mask).softmax(1)[..., None] * a).sum(1)
        asks = self.asks(pooled).view(-1, 2, KIND)
        padded = F.pad(b * b_mask[..., None], (0, 0, 1, 1))
        shows = F.relu(self.shows(torch.cat([padded[:, :-2], padded[:, 1:-1], padded[:, 2:]], 2)))
        features += list((shows @ asks.transpose(1, 2)).unbind(2))
        features = torch.stack(features, 2)
        logits = self.out(F.relu(self.hidden(torch.cat([features, shows], 2))))
        start, end = (masked(x, b_mask) for x in logits.unbind(2))
        inside = b_mask[..., None]
        summary = torch.cat([masked(features, inside).amax(1), (features * inside).sum(1) / inside.sum(1).clamp(min=1)], 1)
        absent = self.absent_out(F.relu(self.absent_hidden(summary)))[:, 0]
        return start, end, absent


class Verifier(nn.Module):
    """Whether evidence (b) supports a claim (a): supported, contradicted, neither."""

    def __init__(self, dim):
        super().__init__()
        self.match = Match(dim)
        self.importance = nn.Linear(dim, 1)
        self.view = nn.Linear(dim, MATCH)
        self.compare = nn.Linear(4 * MATCH + 1, MATCH)
        self.hidden = nn.Linear(4 * MATCH + 4, HIDDEN)
        self.out = nn.Linear(HIDDEN, 3)

    def side(self, same, x, x_mask, y, y_mask, weight):
        """Compares each token of x with what it meets in y."""
        aligned = masked(10 * same, y_mask[:, None]).softmax(2) @ y
        best = masked(same, y_mask[:, None], 0).amax(2)
        u = F.relu(self.compare(torch.cat([x, aligned, (x - aligned).abs(), x * aligned, best[..., None]], 2)))
        missed = masked((1 - best) * weight / weight.amax(1, keepdim=True), x_mask).amax(1)
        return torch.cat([(u * weight[..., None]).sum(1), masked(u, x_mask[..., None]).amax(1), (best * weight).sum(1, keepdim=True), missed[:, None]], 1)

    def forward(self, a, a_mask, b, b_mask):
        """Logits: (texts, 3)."""
        same = self.match(a, b)  # (texts, b, a)
        wa, wb = (masked(self.importance(x)[..., 0], m).softmax(1) for x, m in ((a, a_mask), (b, b_mask)))
        va, vb = self.view(a), self.view(b)
        claim = self.side(same.transpose(1, 2), va, a_mask, vb, b_mask, wa)
        evidence = self.side(same, vb, b_mask, va, a_mask, wb)
        return self.out(F.relu(self.hidden(torch.cat([claim, evidence], 1))))
