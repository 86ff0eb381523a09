"""The light system's step in plain PyTorch: whitened grid features through two paths, a bidirectional GRU beside a bag of words, symmetric InfoNCE."""
import math

import torch
import torch.nn.functional as F
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence


def unit(x):
    return F.normalize(x, dim=1, eps=1e-6)


class ImageEncoder(nn.Module):
    def __init__(self, whitened, hidden, dimension, rates):
        super().__init__()
        self.direct = nn.Linear(whitened, dimension)
        self.hidden = nn.Linear(whitened, hidden)
        self.output = nn.Linear(hidden, dimension)
        self.input_dropout, self.hidden_dropout = nn.Dropout(rates[0]), nn.Dropout(rates[1])

    def forward(self, x):
        inner = self.hidden_dropout(F.gelu(self.hidden(self.input_dropout(x))))
        return unit(self.direct(self.input_dropout(x)) + self.output(inner))


class CaptionEncoder(nn.Module):
    def __init__(self, words, state, dimension, rate):
        super().__init__()
        count, width = words.shape
        self.words = nn.Embedding.from_pretrained(words, freeze=True, padding_idx=0)
        self.gru = nn.GRU(width, state, batch_first=True, bidirectional=True)
        self.of_states = nn.Linear(2 * state, dimension)
        self.of_bag = nn.Linear(width, dimension)
        self.dropout = nn.Dropout(rate)
        self.bag_scale, self.word_scale = math.sqrt(width), math.sqrt(width) / 4

    def forward(self, tokens, lengths):
        vectors = self.words(tokens)
        bag = self.dropout(unit(vectors.sum(1)) * self.bag_scale)
        packed = pack_padded_sequence(self.dropout(vectors * self.word_scale), lengths.cpu(), batch_first=True, enforce_sorted=False)
        states, _ = pad_packed_sequence(self.gru(packed)[0], batch_first=True)
        return unit(self.of_states(states.sum(1) / lengths.unsqueeze(1)) + self.of_bag(bag))


def direction(logits, positives):
    weights = positives.to(logits.dtype)
    return (logits.logsumexp(1) - (logits * weights).sum(1) / weights.sum(1)).mean()


class Row:
    def __init__(self, tensors, variant):
        self.tensors = tensors
        groups = tensors["groups"]
        self.positives = groups.unsqueeze(0) == groups.unsqueeze(1)

    def build(self, rates):
        t = self.tensors
        part = lambda name: t["backbone." + name]
        self.mean, self.projection = part("whitening.mean"), part("whitening.projection")
        self.images = ImageEncoder(self.projection.shape[1], part("pooling.hidden.weight").shape[0], part("pooling.direct.weight").shape[0], rates)
        self.images.load_state_dict({name: part("pooling." + name) for name in self.images.state_dict()})
        self.captions = CaptionEncoder(part("captions.words.weight"), part("captions.ofStates.weight").shape[1] // 2, part("captions.ofStates.weight").shape[0], rates[2])
        self.names = {"words.weight": "words.weight", "of_states.weight": "ofStates.weight", "of_states.bias": "ofStates.bias",
                      "of_bag.weight": "ofBag.weight", "of_bag.bias": "ofBag.bias"}
        for name in self.captions.gru.state_dict():
            self.names["gru." + name] = "recurrent.layers.0." + name
        self.captions.load_state_dict({name: part("captions." + ours) for name, ours in self.names.items()})
        self.log_scale = nn.Parameter(t["temperature.log_scale"].clone())
        parameters = [p for p in [*self.images.parameters(), *self.captions.parameters(), self.log_scale] if p.requires_grad]
        self.optimizer = torch.optim.AdamW(
            [{"params": [p for p in parameters if p.ndim > 1], "weight_decay": 0.05}, {"params": [p for p in parameters if p.ndim < 2], "weight_decay": 0.0}],
            lr=1e-3, betas=(0.9, 0.98), foreach=True)

    def step(self):
        self.optimizer.zero_grad(set_to_none=True)
        images = self.images((self.tensors["regions"].flatten(1) - self.mean) @ self.projection)
        captions = self.captions(self.tensors["tokens"], self.tensors["lengths"])
        logits = images @ captions.t() * self.log_scale.clamp(max=math.log(100)).exp()
        loss = (direction(logits, self.positives) + direction(logits.t(), self.positives.t())) / 2
        loss.backward()
        self.optimizer.step()
        return loss.item()

    def cases(self):
        self.build((0.2, 0.3, 0.2))
        return {"step": (self.step, 1)}

    def results(self):
        self.build((0.0, 0.0, 0.0))
        found = {"loss": torch.tensor(self.step())}
        for name, parameter in self.images.named_parameters():
            found["grad.backbone.pooling." + name] = parameter.grad
        for name, parameter in self.captions.named_parameters():
            if parameter.grad is not None:
                found["grad.backbone.captions." + self.names[name]] = parameter.grad
        found["grad.temperature.log_scale"] = self.log_scale.grad
        return found
