// What the rows of the C++ floor share.
#pragma once

#include <ATen/ATen.h>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

using Tensors = std::map<std::string, at::Tensor>;

// Something to time: one call of `run` does it `calls` times.
struct Case {
    std::string name;
    std::function<void()> run;
    int calls = 1;
};

struct Row {
    virtual ~Row() = default;
    virtual std::vector<Case> cases() = 0;
    // Values and gradients of one step, to be compared with the other contenders'.
    virtual Tensors results() = 0;
};

std::unique_ptr<Row> dispatch(const Tensors& inputs);
std::unique_ptr<Row> mlp(const Tensors& inputs);

// safetensors of float32 and int64.
Tensors load(const std::string& path);
void save(const std::string& path, const Tensors& tensors);
