"""Single calls on tiny tensors: nothing but the way into libtorch and back."""
import torch

CALLS = 200


class Row:
    def __init__(self, tensors, variant):
        a, b = tensors["a"], tensors["b"]
        self.calls = {
            "add": lambda: a + b,
            "multiply by a number": lambda: a * 2.0,
            "matrix product": lambda: a @ b,
            "transpose": lambda: a.transpose(0, 1),
            "sum over a dimension": lambda: a.sum(1, keepdim=False),
            "reshape": lambda: a.reshape(2, 8),
            "softmax": lambda: a.softmax(1),
            "concatenate": lambda: torch.cat([a, b], 0),
        }

    def cases(self):
        def many(call):
            def run():
                for _ in range(CALLS):
                    call()

            return run

        return {name: (many(call), CALLS) for name, call in self.calls.items()}

    def results(self):
        return {name: call().contiguous() for name, call in self.calls.items()}
