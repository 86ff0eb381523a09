"""The Python side of one row, in a process of its own.

usage: worker.py check ROW VARIANT THREADS FILE RESULTS
       worker.py time  ROW VARIANT THREADS FILE SECONDS     prints one line of JSON

A row is a module of rows/ with a class Row(tensors, variant), in whose tensors "folder" is where FILE lies: cases() gives what is timed, {name: (function, calls)}, and results() the values and
gradients of one step by name.
"""
import importlib
import json
import os
import sys
import time

import torch

import tensors

WARM_SECONDS = 1.0
DEVICE = os.environ.get("ITC_BENCH_DEVICE", "cpu")


def repeat(function, calls, seconds):
    samples, start, last = [], time.perf_counter(), 0.0
    while True:
        function()
        if DEVICE != "cpu":
            torch.cuda.synchronize()
        now = time.perf_counter() - start
        samples.append((now - last) / calls)
        last = now
        if last >= seconds or len(samples) == 100_000:
            return samples


def peak():
    if DEVICE != "cpu":
        return torch.cuda.max_memory_allocated()
    with open("/proc/self/status") as status:
        return next(1024 * int(line.split()[1]) for line in status if line.startswith("VmHWM"))


def main():
    mode, name, variant, threads, path, last = sys.argv[1:]
    torch.set_num_threads(int(threads))
    given = tensors.load(path)
    if DEVICE != "cpu":
        torch.set_default_device(DEVICE)
        torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = mode == "time"
        given = {name: tensor.to(DEVICE) for name, tensor in given.items()}
    given["folder"] = os.path.dirname(path)
    row = importlib.import_module("rows." + name.replace("-", "_")).Row(given, variant)
    if mode == "check":
        tensors.save(last, row.results())
        return
    cases = {}
    for case, (function, calls) in row.cases().items():
        repeat(function, calls, min(WARM_SECONDS, float(last)))
        cases[case] = repeat(function, calls, float(last))
    print(json.dumps({"cases": cases, "peak": peak()}))


main()
