"""OSCAR as matcher in BERT-base's shape, as any PyTorch user writes it: modules, dropout, AdamW, and autocast where asked for."""
import math

import torch
import torch.nn.functional as F
from torch import nn

HIDDEN, HEADS, LAYERS, WIDE, EPSILON, DROP = 768, 12, 12, 3072, 1e-12, 0.1
COMPARED = ["words.weight", "regions.weight", "layers.0.query.weight", "layers.5.intermediate.bias", "layers.11.output.weight", "matching.weight"]


class Layer(nn.Module):
    def __init__(self):
        super().__init__()
        self.query, self.key, self.value, self.attentionOutput = (nn.Linear(HIDDEN, HIDDEN) for _ in range(4))
        self.intermediate, self.output = nn.Linear(HIDDEN, WIDE), nn.Linear(WIDE, HIDDEN)
        self.attentionNorm, self.outputNorm = nn.LayerNorm(HIDDEN, EPSILON), nn.LayerNorm(HIDDEN, EPSILON)
        self.drop = nn.Dropout(DROP)

    def heads(self, x):
        return x.view(x.shape[0], x.shape[1], HEADS, HIDDEN // HEADS).transpose(1, 2)

    def forward(self, x, bias):
        q, k, v = self.heads(self.query(x)), self.heads(self.key(x)), self.heads(self.value(x))
        weights = self.drop((q @ k.transpose(2, 3) / math.sqrt(HIDDEN // HEADS) + bias).softmax(3))
        mixed = (weights @ v).transpose(1, 2).reshape(x.shape)
        x = self.attentionNorm(x + self.drop(self.attentionOutput(mixed)))
        return self.outputNorm(x + self.drop(self.output(F.gelu(self.intermediate(x)))))


class Model(nn.Module):
    def __init__(self, tensors):
        super().__init__()
        self.words = nn.Embedding(*tensors["words.weight"].shape)
        self.positions = nn.Embedding(*tensors["positions.weight"].shape)
        self.segments = nn.Embedding(*tensors["segments.weight"].shape)
        self.textNorm = nn.LayerNorm(HIDDEN, EPSILON)
        self.regions = nn.Linear(tensors["regions.weight"].shape[1], HIDDEN)
        self.layers = nn.ModuleList(Layer() for _ in range(LAYERS))
        self.pooler, self.matching = nn.Linear(HIDDEN, HIDDEN), nn.Linear(HIDDEN, 2)
        self.drop = nn.Dropout(DROP)

    def forward(self, ids, segments, features, mask):
        text = self.words(ids) + self.positions(torch.arange(ids.shape[1])) + self.segments(segments)
        x = torch.cat([self.drop(self.textNorm(text)), self.drop(self.regions(features))], 1)
        bias = (1 - mask.float())[:, None, None] * -10000
        for layer in self.layers:
            x = layer(x, bias)
        return self.matching(self.drop(torch.tanh(self.pooler(x[:, 0]))))


class Row:
    def __init__(self, tensors, variant):
        self.ids, self.features, self.mask, self.targets = (tensors[name] for name in ("ids", "features", "mask", "targets"))
        self.segments, self.narrow = torch.zeros_like(self.ids), variant == "bf16"
        self.model = Model(tensors)
        with torch.no_grad():
            for name, parameter in self.model.named_parameters():
                parameter.copy_(tensors["layers.0." + name.split(".", 2)[2] if name.startswith("layers.") else name])
        self.optimizer = torch.optim.AdamW(self.model.parameters(), lr=2e-5, weight_decay=0.05)

    def loss(self):
        with torch.autocast("cpu", torch.bfloat16, enabled=self.narrow):
            logits = self.model(self.ids, self.segments, self.features, self.mask)
        return F.cross_entropy(logits.float(), self.targets)

    def step(self):
        self.model.train()
        self.optimizer.zero_grad(set_to_none=True)
        self.loss().backward()
        self.optimizer.step()

    def cases(self):
        return {"step": (self.step, 1)}

    def results(self):
        self.model.eval()
        found = {"loss": self.loss()}
        found["loss"].backward()
        found.update({"grad." + name: parameter.grad for name, parameter in self.model.named_parameters() if name in COMPARED})
        return found
