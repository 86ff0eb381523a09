"""OSCAR-base as a bi-encoder: a BERT written plainly, its output averaged over real positions."""
import math

import torch
import torch.nn.functional as F
from torch import nn

from rows.pairs import PairRow

LAYERS, HEADS, EPSILON, CLS = 12, 12, 1e-12, 2


class Layer(nn.Module):
    def __init__(self, width, inner, rate):
        super().__init__()
        self.query, self.key, self.value, self.attentionOutput = (nn.Linear(width, width) for _ in range(4))
        self.intermediate, self.output = nn.Linear(width, inner), nn.Linear(inner, width)
        self.attentionNorm, self.outputNorm = nn.LayerNorm(width, EPSILON), nn.LayerNorm(width, EPSILON)
        self.dropout = nn.Dropout(rate)

    def forward(self, x, bias):
        batch, length, width = x.shape
        q, k, v = (part(x).view(batch, length, HEADS, -1).transpose(1, 2) for part in (self.query, self.key, self.value))
        probabilities = self.dropout((q @ k.transpose(2, 3) / math.sqrt(width // HEADS) + bias).softmax(3))
        mixed = (probabilities @ v).transpose(1, 2).reshape(batch, length, width)
        x = self.attentionNorm(x + self.dropout(self.attentionOutput(mixed)))
        return self.outputNorm(x + self.dropout(self.output(F.gelu(self.intermediate(x)))))


class Oscar(nn.Module):
    def __init__(self, vocabulary, positions, segments, width, inner, features, rate):
        super().__init__()
        self.words, self.positions, self.segments = nn.Embedding(vocabulary, width), nn.Embedding(positions, width), nn.Embedding(segments, width)
        self.textNorm, self.regions = nn.LayerNorm(width, EPSILON), nn.Linear(features, width)
        self.layers = nn.ModuleList(Layer(width, inner, rate) for _ in range(LAYERS))
        self.dropout = nn.Dropout(rate)

    def text(self, ids):
        embedded = self.words(ids) + self.positions.weight[:ids.shape[1]] + self.segments.weight[:1]
        return self.dropout(self.textNorm(embedded))

    def encode(self, x, mask):
        bias = (1 - mask).view(len(mask), 1, 1, -1) * -10000.0
        for layer in self.layers:
            x = layer(x, bias)
        return F.normalize((x * mask.unsqueeze(2)).sum(1) / mask.sum(1, keepdim=True), dim=1)

    def captions(self, tokens, lengths):
        return self.encode(self.text(tokens), (torch.arange(tokens.shape[1]).unsqueeze(0) < lengths.unsqueeze(1)).float())

    def images(self, regions):
        start = self.text(torch.full((len(regions), 1), CLS))
        x = torch.cat([start, self.dropout(self.regions(regions))], 1)
        return self.encode(x, torch.ones(x.shape[:2]))


class Row(PairRow):
    def build(self, dropout):
        t = self.tensors
        rows = lambda name: len(t[name + ".weight"])
        return Oscar(rows("words"), rows("positions"), rows("segments"), t["words.weight"].shape[1], rows("layers.0.intermediate"), t["regions.weight"].shape[1],
                     0.1 if dropout else 0.0)
