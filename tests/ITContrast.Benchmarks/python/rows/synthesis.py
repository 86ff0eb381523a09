"""InfoNCE with synthesised hard negatives as papers write them: parents gathered, mixed, normalised, multiplied with the anchor."""
import torch
import torch.nn.functional as F
from torch import nn

COUNT, HARDEST, SEED, TEMPERATURE = 16, 32, 7, 0.07
GROUPS, HARDNESS_TEMPERATURE, CAP, NOISE, STEP, SHARE = 4, 0.07, 0.1, 0.01, 0.01, 0.2


class Anchors:
    """One direction of a batch: anchors, keys, and each anchor's hardest negatives."""

    def __init__(self, anchors, keys, scores, generator):
        self.q, self.keys, self.scores, self.generator = anchors, keys.detach(), scores, generator
        own = torch.eye(len(anchors), dtype=torch.bool)
        self.values, self.indices = scores.detach().masked_fill(own, -float("inf")).topk(HARDEST, 1)

    def uniform(self, *shape):
        return torch.rand(shape, generator=self.generator)

    def draw(self, parents):
        """Parents [B, COUNT, parents, D] drawn from the hardest."""
        position = (self.uniform(len(self.q), COUNT * parents) * HARDEST).long().clamp_max(HARDEST - 1)
        return self.keys[self.indices.gather(1, position).view(len(self.q), COUNT, parents)]

    def score(self, mixed):
        return torch.einsum("bmd,bd->bm", F.normalize(mixed, dim=2), self.q)


def representatives(a):
    keys = a.keys[a.indices].view(len(a.q), GROUPS, HARDEST // GROUPS, -1)
    weights = (a.values.view(len(a.q), GROUPS, -1) / HARDNESS_TEMPERATURE).softmax(2)
    return a.score((weights.unsqueeze(3) * keys).sum(2))


def learned(a, logits):
    keys = a.keys[a.indices].view(len(a.q), GROUPS, HARDEST // GROUPS, -1)
    weights = logits.softmax(1)
    reversed_weights = weights + (weights.detach() - weights) * 2
    scores = a.score((reversed_weights.unsqueeze(2) * keys).sum(2))
    return torch.minimum(scores, a.scores.diagonal().detach().unsqueeze(1) + CAP)


def pairs(a):
    parents, share = a.draw(2), a.uniform(len(a.q), COUNT, 1)
    return a.score(share * parents[:, :, 0] + (1 - share) * parents[:, :, 1])


def toward_anchor(a, low, high):
    parents = a.draw(1)[:, :, 0]
    share = (a.uniform(len(a.q), COUNT) * (high - low) + low).unsqueeze(2)
    return share, parents, a.q.detach().unsqueeze(1)


def interpolation(a):
    share, parents, anchors = toward_anchor(a, 0.0, 0.5)
    return a.score((1 - share) * parents + share * anchors)


def extrapolation(a):
    share, parents, anchors = toward_anchor(a, 1.0, 1.5)
    return a.score(share * parents + (1 - share) * anchors)


def noise(a):
    parents = a.draw(1)[:, :, 0]
    return a.score(parents + torch.randn(parents.shape, generator=a.generator) * NOISE)


def gradient(a):
    return a.score(a.draw(1)[:, :, 0] + STEP * a.q.detach().unsqueeze(1))


def adversarial(a):
    return a.score(a.draw(1)[:, :, 0] + STEP * a.q.detach().sign().unsqueeze(1))


def mixcse(a):
    mixed = F.normalize(SHARE * a.keys + (1 - SHARE) * a.keys.roll(-1, 0), dim=1)
    own = torch.eye(len(a.q), dtype=torch.bool).roll(-1, 1)
    return (a.q @ mixed.t()).masked_fill(own, 0.0)


def positive(a):
    parents, share = a.draw(1)[:, :, 0], a.uniform(len(a.q), COUNT, 1) * 0.5
    return a.score(share * a.keys.unsqueeze(1) + (1 - share) * parents)


class Row:
    def __init__(self, tensors, variant):
        self.images, self.captions = tensors["images"].requires_grad_(), tensors["captions"].requires_grad_()
        self.logits = nn.Parameter(tensors["logits"])
        self.targets = torch.arange(len(self.images))

    def direction(self, a):
        synthesised = [representatives(a), learned(a, self.logits), pairs(a), interpolation(a), interpolation(a), extrapolation(a), pairs(a), noise(a),
                       gradient(a), adversarial(a), mixcse(a), positive(a)]
        return F.cross_entropy(torch.cat([a.scores, *synthesised], 1) / TEMPERATURE, self.targets)

    def step(self):
        generator = torch.Generator().manual_seed(SEED)
        self.images.grad = self.captions.grad = self.logits.grad = None
        scores = self.images @ self.captions.t()
        of_images = self.direction(Anchors(self.images, self.captions, scores, generator))
        of_captions = self.direction(Anchors(self.captions, self.images, scores.t(), generator))
        loss = (of_images + of_captions) / 2
        loss.backward()
        return loss.item()

    def cases(self):
        return {"step": (self.step, 1)}

    def results(self):
        return {"loss": torch.tensor(self.step()), "images": self.images.grad, "captions": self.captions.grad}
