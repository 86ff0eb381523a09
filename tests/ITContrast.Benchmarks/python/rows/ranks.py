"""Recall of both directions in the ways that Python users have: torch.topk, faiss, NumPy's counting, and the argsort loops of vsepp and SCAN."""
import numpy as np
import torch

EACH = 5
# The loops take a minute; they are linear in their queries, so one image in so many is timed and the time multiplied.
SAMPLED = 20


def recalls(top):
    """From a [queries, 10] table of hits."""
    return torch.tensor([100.0 * float(top[:, :k].any(axis=1).mean()) for k in (1, 5, 10)])


class Row:
    def __init__(self, tensors, variant):
        self.variant = variant
        self.images, self.captions = tensors["images"], tensors["captions"]
        self.x, self.y = self.images.numpy(), self.captions.numpy()
        self.image_rows, self.caption_rows = np.arange(len(self.x))[:, None], np.arange(len(self.y))[:, None] // EACH

    def topk(self):
        scores = self.images @ self.captions.T
        return self.from_top(scores.topk(10, dim=1).indices.numpy(), scores.T.topk(10, dim=1).indices.numpy())

    def faiss(self):
        import faiss

        faiss.omp_set_num_threads(torch.get_num_threads())

        def search(gallery, queries):
            index = faiss.IndexFlatIP(gallery.shape[1])
            index.add(gallery)
            return index.search(queries, 10)[1]

        return self.from_top(search(self.y, self.x), search(self.x, self.y))

    def numpy(self):
        """One product, then ranks by counting; it stores the whole matrix."""
        scores = self.x @ self.y.T
        n, m = scores.shape
        best = scores.reshape(n, n, EACH)[np.arange(n), np.arange(n)].max(axis=1)
        own = scores[np.arange(m) // EACH, np.arange(m)]
        ranks = (scores > best[:, None]).sum(axis=1), (scores > own[None, :]).sum(axis=0)
        return tuple(torch.tensor([100.0 * float((rank < k).mean()) for k in (1, 5, 10)]) for rank in ranks)

    def from_top(self, image_top, caption_top):
        return recalls(image_top // EACH == self.image_rows), recalls(caption_top == self.caption_rows)

    def vsepp(self):
        """vsepp's evaluation.py: a product and an argsort a query."""
        for i in range(0, len(self.x), SAMPLED):
            order = np.argsort(np.dot(self.x[i], self.y.T).flatten())[::-1]
            min(np.where(order == c)[0][0] for c in range(EACH * i, EACH * (i + 1)))
            scores = np.dot(self.y[EACH * i:EACH * (i + 1)], self.x.T)
            for query in scores:
                np.where(np.argsort(query)[::-1] == i)[0][0]

    def scan(self):
        """SCAN's evaluation.py: all scores first, then an argsort a query."""
        images = self.x[::SAMPLED]
        scores = np.dot(images, self.y.T)
        for i, query in enumerate(scores):
            order = np.argsort(query)[::-1]
            min(np.where(order == c)[0][0] for c in range(EACH * i * SAMPLED, EACH * (i * SAMPLED + 1)))
        for i in range(0, len(self.x), SAMPLED):
            for query in np.dot(self.y[EACH * i:EACH * (i + 1)], self.x.T):
                np.where(np.argsort(query)[::-1] == i)[0][0]

    def cases(self):
        if self.variant == "loops":
            return {"vsepp loops": (self.vsepp, 1 / SAMPLED), "SCAN loops": (self.scan, 1 / SAMPLED)}
        return {"torch.topk": (self.topk, 1), "faiss": (self.faiss, 1), "numpy": (self.numpy, 1)}

    def results(self):
        ways = [self.topk(), self.faiss(), self.numpy()]
        for way in ways[:2]:
            for direction, counted in zip(way, ways[2]):
                assert (direction - counted).abs().max() < 0.05, "two ways in Python disagree"
        return {"image query": ways[2][0], "caption query": ways[2][1]}
