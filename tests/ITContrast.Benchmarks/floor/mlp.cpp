// Two small towers, symmetric InfoNCE and AdamW from list operators: the operators that the library's step calls.
#include "floor.h"

#include <cmath>

namespace {

class Mlp : public Row {
public:
    explicit Mlp(const Tensors& inputs) : images(inputs.at("images")), captions(inputs.at("captions")), targets(at::arange(images.size(0), at::kLong)) {
        for (const auto& [name, value] : inputs) {
            if (name.find('.') == std::string::npos) continue;
            weights[name] = value.clone().requires_grad_(true);
            parameters.push_back(weights[name]);
            first.push_back(at::zeros_like(value));
            second.push_back(at::zeros_like(value));
        }
    }

    std::vector<Case> cases() override { return {{"step", [this] { step(); }}}; }

    Tensors results() override {
        Tensors found{{"loss", step()}};
        for (const auto& [name, weight] : weights) {
            found["grad." + name] = weight.grad();
            found["new." + name] = weight;
        }
        return found;
    }

private:
    at::Tensor tower(const at::Tensor& x, const std::string& name) {
        auto hidden = at::relu(at::linear(x, weights[name + ".hidden.weight"], weights[name + ".hidden.bias"]));
        auto y = at::linear(hidden, weights[name + ".output.weight"], weights[name + ".output.bias"]);
        return y / y.norm(2, {1}, true).clamp_min(1e-12).expand_as(y);
    }

    at::Tensor step() {
        for (auto& parameter : parameters) parameter.mutable_grad().reset();
        auto logits = at::matmul(tower(images, "image"), tower(captions, "caption").transpose(0, 1)) * 14.0;
        auto loss = (at::cross_entropy_loss(logits, targets) + at::cross_entropy_loss(logits.transpose(0, 1), targets)) / 2;
        loss.backward();
        adam();
        return loss;
    }

    void adam() {
        at::NoGradGuard guard;
        std::vector<at::Tensor> gradients;
        for (auto& parameter : parameters) gradients.push_back(parameter.grad());
        ++steps;
        at::_foreach_mul_(parameters, 1 - kRate * kDecay);
        at::_foreach_mul_(first, kBeta1);
        at::_foreach_add_(first, gradients, 1 - kBeta1);
        at::_foreach_mul_(second, kBeta2);
        at::_foreach_addcmul_(second, gradients, gradients, 1 - kBeta2);
        auto denominator = at::_foreach_sqrt(second);
        at::_foreach_div_(denominator, std::sqrt(1 - std::pow(kBeta2, steps)));
        at::_foreach_add_(denominator, 1e-8);
        at::_foreach_addcdiv_(parameters, first, denominator, -kRate / (1 - std::pow(kBeta1, steps)));
    }

    static constexpr double kRate = 1e-3, kDecay = 0.01, kBeta1 = 0.9, kBeta2 = 0.999;
    at::Tensor images, captions, targets;
    Tensors weights;
    std::vector<at::Tensor> parameters, first, second;
    int steps = 0;
};

}  // namespace

std::unique_ptr<Row> mlp(const Tensors& inputs) { return std::make_unique<Mlp>(inputs); }
