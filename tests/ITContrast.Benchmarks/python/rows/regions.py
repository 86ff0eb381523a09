"""VSE-infinity's encoders as in woodfrog/vse_infty, written plainly."""
import math

import torch
import torch.nn.functional as F
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from rows.pairs import PairRow


class GPO(nn.Module):
    """Generalised pooling: each feature's values sorted, weighted by what a GRU makes of their positions."""

    def __init__(self, width=32, hidden=32):
        super().__init__()
        self.width = width
        self.recurrent = nn.GRU(width, hidden, batch_first=True, bidirectional=True)
        self.score = nn.Linear(hidden, 1, bias=False)

    def forward(self, features, lengths):
        batch, longest, _ = features.shape
        mask = torch.arange(longest).unsqueeze(0) >= lengths.unsqueeze(1)
        packed = pack_padded_sequence(self.positions(longest).expand(batch, -1, -1), lengths.cpu(), batch_first=True, enforce_sorted=False)
        states = pad_packed_sequence(self.recurrent(packed)[0], batch_first=True, total_length=longest)[0]
        states = states.view(batch, longest, 2, -1).mean(2)
        weights = (self.score(states).squeeze(2) / 0.1).masked_fill(mask, -float("inf")).softmax(1)
        values = features.masked_fill(mask.unsqueeze(2), -float("inf")).sort(dim=1, descending=True)[0]
        return (values.masked_fill(mask.unsqueeze(2), 0.0) * weights.unsqueeze(2)).sum(1)

    def positions(self, longest):
        rates = torch.exp(torch.arange(0, self.width, 2) * -(math.log(10000.0) / self.width))
        angles = torch.arange(longest).unsqueeze(1) * rates
        return torch.stack([angles.sin(), angles.cos()], 2).flatten(1)


class Regions(nn.Module):
    def __init__(self, features, dimension, hidden):
        super().__init__()
        self.projection = nn.ModuleDict({"direct": nn.Linear(features, dimension), "first": nn.Linear(features, hidden),
                                         "norm": nn.BatchNorm1d(hidden), "second": nn.Linear(hidden, dimension)})
        self.pooling = nn.ModuleDict({"generalized": GPO()})

    def forward(self, regions):
        rows, p = regions.flatten(0, 1), self.projection
        projected = p["direct"](rows) + p["second"](F.relu(p["norm"](p["first"](rows))))
        return self.pooling["generalized"](projected.view(*regions.shape[:2], -1), torch.full((len(regions),), regions.shape[1]))


class Captions(nn.Module):
    def __init__(self, vocabulary, width, dimension):
        super().__init__()
        self.words = nn.ModuleDict({"words": nn.Embedding(vocabulary, width, padding_idx=0),
                                    "recurrent": nn.GRU(width, dimension, batch_first=True, bidirectional=True)})
        self.pooling = nn.ModuleDict({"generalized": GPO()})

    def forward(self, tokens, lengths):
        packed = pack_padded_sequence(self.words["words"](tokens), lengths.cpu(), batch_first=True, enforce_sorted=False)
        states = pad_packed_sequence(self.words["recurrent"](packed)[0], batch_first=True)[0]
        return self.pooling["generalized"](states.view(*tokens.shape, 2, -1).mean(2), lengths)


class Encoders(nn.Module):
    def __init__(self, images, captions):
        super().__init__()
        self.of_images, self.of_captions = images, captions

    def images(self, regions):
        return F.normalize(self.of_images(regions), dim=1)

    def captions(self, tokens, lengths):
        return F.normalize(self.of_captions(tokens, lengths), dim=1)


class Row(PairRow):
    def ours(self, name):
        return name.replace("of_images.", "images.").replace("of_captions.", "captions.").replace("recurrent.", "recurrent.layers.0.")

    def build(self, dropout):
        t = self.tensors
        dimension, features = t["images.projection.direct.weight"].shape
        vocabulary, width = t["captions.words.words.weight"].shape
        return Encoders(Regions(features, dimension, len(t["images.projection.first.weight"])), Captions(vocabulary, width, dimension))
