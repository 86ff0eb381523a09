"""What the rows that train a pair of encoders share: symmetric InfoNCE, AdamW, and the names that weights have in the file."""
import torch
import torch.nn.functional as F

TEMPERATURE, RATE, DECAY = 0.05, 1e-5, 0.01


class PairRow:
    """A row gives build(dropout), which returns a module with images(regions) and captions(tokens, lengths), and ours(name), a parameter's name in the file."""

    def __init__(self, tensors, variant):
        self.tensors = tensors

    def ours(self, name):
        return name

    def begin(self, dropout):
        self.model = self.build(dropout)
        self.model.load_state_dict({name: self.tensors[self.ours(name)] for name in self.model.state_dict()})
        self.model.train()
        self.optimizer = torch.optim.AdamW(self.model.parameters(), lr=RATE, weight_decay=DECAY, foreach=True)
        self.targets = torch.arange(len(self.tensors["regions"]))

    def step(self):
        self.optimizer.zero_grad(set_to_none=True)
        logits = self.model.images(self.tensors["regions"]) @ self.model.captions(self.tensors["tokens"], self.tensors["lengths"]).t() / TEMPERATURE
        loss = (F.cross_entropy(logits, self.targets) + F.cross_entropy(logits.t(), self.targets)) / 2
        loss.backward()
        self.optimizer.step()
        return loss.item()

    def cases(self):
        self.begin(True)
        return {"step": (self.step, 1)}

    def results(self):
        self.begin(False)
        found = {"loss": torch.tensor(self.step())}
        for name, parameter in self.model.named_parameters():
            if parameter.grad is not None:
                found["grad." + self.ours(name)] = parameter.grad
        return found
