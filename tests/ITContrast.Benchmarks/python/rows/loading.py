"""SCAN's own loader (data.py): features in one array, a dataset of captions, batches sorted by length, one worker."""
import os

import numpy as np
import torch
from torch.utils.data import DataLoader, Dataset

EACH = 5


class Precomputed(Dataset):
    def __init__(self, folder):
        self.images = np.load(os.path.join(folder, "train_ims.npy"))
        with open(os.path.join(folder, "train_caps.txt")) as file:
            self.captions = [line.strip() for line in file]
        words = sorted({word for caption in self.captions for word in caption.lower().split()})
        self.ids = {word: i + 4 for i, word in enumerate(words)}

    def __len__(self):
        return len(self.captions)

    def __getitem__(self, index):
        tokens = [1] + [self.ids.get(word, 3) for word in self.captions[index].lower().split()] + [2]
        return torch.from_numpy(self.images[index // EACH]), torch.tensor(tokens), index // EACH, index


def collate(data):
    data.sort(key=lambda item: len(item[1]), reverse=True)
    images, captions, image_ids, ids = zip(*data)
    lengths = [len(caption) for caption in captions]
    targets = torch.zeros(len(captions), max(lengths)).long()
    for i, caption in enumerate(captions):
        targets[i, :lengths[i]] = caption
    return torch.stack(images, 0), targets, lengths, ids


class Row:
    def __init__(self, tensors, variant):
        self.loader = DataLoader(Precomputed(tensors["folder"]), batch_size=int(tensors["batch"]), shuffle=True, num_workers=1, collate_fn=collate)

    def epoch(self):
        return sum(len(images) for images, _, _, _ in self.loader)

    def cases(self):
        return {"step": (self.epoch, 1)}

    def results(self):
        pairs, total = 0, 0.0
        for images, _, _, _ in self.loader:
            pairs += len(images)
            total += len(images) * images.mean().item()
        return {"pairs": torch.tensor(float(pairs)), "mean": torch.tensor(total / pairs)}
