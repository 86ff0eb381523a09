"""One AdamW step of PyTorch's list kernels over the parameters of a BERT-base."""
import torch
from torch import nn


class Row:
    def __init__(self, tensors, variant):
        def fill(name, size):
            return tensors[name].repeat((size + 4095) // 4096)[:size].clone()

        self.parameters = [nn.Parameter(fill("values", size)) for size in tensors["sizes"].tolist()]
        for parameter in self.parameters:
            parameter.grad = fill("gradients", parameter.numel())
        self.optimizer = torch.optim.AdamW(self.parameters, lr=1e-3, weight_decay=0.01, foreach=True)

    def cases(self):
        return {"step": (self.optimizer.step, 1)}

    def results(self):
        for _ in range(3):
            self.optimizer.step()
        return {str(i): parameter[:8192] for i, parameter in enumerate(self.parameters)}
