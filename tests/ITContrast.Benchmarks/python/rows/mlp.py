"""Two small towers, symmetric InfoNCE and AdamW, as any PyTorch user writes them."""
import torch
import torch.nn.functional as F
from torch import nn


class Tower(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.hidden = nn.Linear(width, width)
        self.output = nn.Linear(width, width)

    def forward(self, x):
        return F.normalize(self.output(torch.relu(self.hidden(x))), dim=1)


class Row:
    def __init__(self, tensors, variant):
        self.images, self.captions = tensors["images"], tensors["captions"]
        batch, width = self.images.shape
        self.towers = nn.ModuleDict({"image": Tower(width), "caption": Tower(width)})
        self.towers.load_state_dict({name: value for name, value in tensors.items() if "." in name})
        self.optimizer = torch.optim.AdamW(self.towers.parameters(), lr=1e-3, weight_decay=0.01, foreach=True)
        self.targets = torch.arange(batch)

    def step(self):
        self.optimizer.zero_grad(set_to_none=True)
        logits = self.towers["image"](self.images) @ self.towers["caption"](self.captions).t() * 14.0
        loss = (F.cross_entropy(logits, self.targets) + F.cross_entropy(logits.t(), self.targets)) / 2
        loss.backward()
        self.optimizer.step()
        return loss

    def cases(self):
        return {"step": (self.step, 1)}

    def results(self):
        found = {"loss": self.step()}
        for name, parameter in self.towers.named_parameters():
            found["grad." + name] = parameter.grad
            found["new." + name] = parameter
        return found
