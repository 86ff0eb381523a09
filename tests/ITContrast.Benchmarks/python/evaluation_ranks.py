"""Retrieval ranks by what a Python user would write: the argsort loops of vsepp and SCAN, NumPy, torch.topk and faiss.

usage: evaluation_ranks.py IMAGES.npy CAPTIONS.npy THREADS [RANKS_PREFIX]
Captions are image-major, M / N an image. Prints JSON: seconds of each way, its recalls, and, when RANKS_PREFIX.{image,caption}.npy (int64,
0-based, from `itc evaluate --ranks`) are given, the queries on which the NumPy ranks differ from them. Set OPENBLAS_NUM_THREADS and
OPENBLAS_CORETYPE outside, so that every contender uses one kernel.
"""
import json
import sys
import time

import numpy as np


def timed(action):
    start = time.perf_counter()
    result = action()
    return time.perf_counter() - start, result


def loops(x, y, each):
    """vsepp/SCAN: one product and one full argsort a query, both directions."""
    image_ranks = np.zeros(len(x), dtype=np.int64)
    for i in range(len(x)):
        order = np.argsort(x[i] @ y.T)[::-1]
        image_ranks[i] = min(np.where(order == c)[0][0] for c in range(each * i, each * (i + 1)))
    caption_ranks = np.zeros(len(y), dtype=np.int64)
    for c in range(len(y)):
        caption_ranks[c] = np.where(np.argsort(y[c] @ x.T)[::-1] == c // each)[0][0]
    return image_ranks, caption_ranks


def counted(x, y, each):
    """NumPy at its best: one product, then ranks by counting; it stores the whole matrix."""
    scores = x @ y.T
    best = scores.reshape(len(x), len(x), each)[np.arange(len(x)), np.arange(len(x))].max(axis=1)
    own = scores[np.arange(len(y)) // each, np.arange(len(y))]
    return (scores > best[:, None]).sum(axis=1), (scores > own[None, :]).sum(axis=0)


def recalls(found, positive):
    return [100 * float(np.any(positive(found[:, :k]), axis=1).mean()) for k in (1, 5, 10)]


def from_top(image_top, caption_top, each):
    rows, columns = np.arange(len(image_top))[:, None], (np.arange(len(caption_top)) // each)[:, None]
    return recalls(image_top, lambda top: top // each == rows), recalls(caption_top, lambda top: top == columns)


def main():
    x, y = np.load(sys.argv[1]), np.load(sys.argv[2])
    threads, each = int(sys.argv[3]), len(y) // len(x)
    report = {"images": len(x), "captions": len(y), "width": x.shape[1], "threads": threads}

    seconds, (image_ranks, caption_ranks) = timed(lambda: counted(x, y, each))
    report["numpy"] = {"seconds": seconds, "image_query": [100 * float((image_ranks < k).mean()) for k in (1, 5, 10)],
                       "caption_query": [100 * float((caption_ranks < k).mean()) for k in (1, 5, 10)]}
    if len(sys.argv) > 4:
        for name, ranks in (("image", image_ranks), ("caption", caption_ranks)):
            exact = np.load(f"{sys.argv[4]}.{name}.npy")
            report["numpy"][f"{name}_queries_that_differ"] = np.flatnonzero(exact != ranks).tolist()

    seconds, _ = timed(lambda: loops(x, y, each))
    report["argsort_loops"] = {"seconds": seconds}
    try:
        import torch

        torch.set_num_threads(threads)
        a, b = torch.from_numpy(x), torch.from_numpy(y)

        def top():
            scores = a @ b.T
            return scores.topk(10, dim=1).indices.numpy(), scores.T.topk(10, dim=1).indices.numpy()

        seconds, found = timed(top)
        image_query, caption_query = from_top(*found, each)
        report["torch_topk"] = {"seconds": seconds, "image_query": image_query, "caption_query": caption_query}
    except ImportError:
        report["torch_topk"] = None
    try:
        import faiss

        faiss.omp_set_num_threads(threads)

        def search(gallery, queries):
            index = faiss.IndexFlatIP(gallery.shape[1])
            index.add(gallery)
            return index.search(queries, 10)[1]

        seconds, found = timed(lambda: (search(y, x), search(x, y)))
        image_query, caption_query = from_top(*found, each)
        report["faiss_flat_ip"] = {"seconds": seconds, "image_query": image_query, "caption_query": caption_query}
    except ImportError:
        report["faiss_flat_ip"] = None
    print(json.dumps(report, indent=2))


main()
