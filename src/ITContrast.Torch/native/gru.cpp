// One direction of gated recurrent units over packed steps as a single node of the graph. Step by step from managed code, a step is some ninety small operator calls
// with the backward pass, and the calls cost more than their numbers. Products, sigmoid and tanh are libtorch's own, sums meet in the order of its graph: same bits.
#include "shim.h"
#include "wide.h"

#include <ATen/ATen.h>
#include <ATen/core/LegacyTypeDispatch.h>
#include <torch/csrc/autograd/custom_function.h>

#include <algorithm>
#include <vector>

namespace {

namespace ag = torch::autograd;

// What the backward pass reads: r and z side by side [ΣB, 2H], n and U_n·h + b_n [ΣB, H], and the states themselves [ΣB, H].
struct Kept {
    at::Tensor gates, candidates, pulls, states;
};

// r, z before the sigmoid; the hidden part of n apart.
template <typename T>
ITC_WIDE void open(const T* __restrict own, const T* __restrict hidden, T* __restrict gates, T* __restrict pulls, int64_t rows, int64_t width, int64_t hidden_step) {
    for (int64_t b = 0; b < rows; ++b, own += 3 * width, hidden += hidden_step, gates += 2 * width, pulls += width) {
        for (int64_t i = 0; i < 2 * width; ++i) gates[i] = hidden[i] + own[i];
        for (int64_t i = 0; i < width; ++i) pulls[i] = hidden[2 * width + i];
    }
}

// n before the tanh: W_n·x + b + r∘(U_n·h + b).
template <typename T>
ITC_WIDE void propose(const T* __restrict own, const T* __restrict gates, const T* __restrict pulls, T* __restrict candidates, int64_t rows, int64_t width) {
    for (int64_t b = 0; b < rows; ++b, own += 3 * width, gates += 2 * width, pulls += width, candidates += width)
        for (int64_t i = 0; i < width; ++i) candidates[i] = own[2 * width + i] + pulls[i] * gates[i];
}

// n + z∘(h − n)
template <typename T>
ITC_WIDE void advance(const T* __restrict gates, const T* __restrict candidates, const T* __restrict before, T* __restrict states, int64_t rows, int64_t width) {
    for (int64_t b = 0; b < rows; ++b, gates += 2 * width, candidates += width, before += width, states += width)
        for (int64_t i = 0; i < width; ++i) states[i] = (before[i] - candidates[i]) * gates[width + i] + candidates[i];
}

// Of the state's gradient g: z∘g to the state before and against n, g∘(h − n) to z.
template <typename T>
ITC_WIDE void retreat(const T* __restrict g, const T* __restrict gates, const T* __restrict candidates, const T* __restrict before, T* __restrict direct, T* __restrict of_candidates, T* __restrict of_gates,
                      int64_t rows, int64_t width) {
    for (int64_t b = 0; b < rows; ++b, g += width, gates += 2 * width, candidates += width, before += width, direct += width, of_candidates += width, of_gates += 2 * width)
        for (int64_t i = 0; i < width; ++i) {
            T difference = before[i] - candidates[i];
            of_gates[width + i] = g[i] * difference;
            direct[i] = g[i] * gates[width + i];
            of_candidates[i] = g[i] - direct[i];
        }
}

// Of n's gradient before its tanh: to r, and to the hidden part.
template <typename T>
ITC_WIDE void withdraw(const T* __restrict of_candidates, const T* __restrict gates, const T* __restrict pulls, T* __restrict of_gates, T* __restrict of_own, T* __restrict of_hidden, int64_t rows, int64_t width) {
    for (int64_t b = 0; b < rows; ++b, of_candidates += width, gates += 2 * width, pulls += width, of_gates += 2 * width, of_own += 3 * width, of_hidden += 3 * width)
        for (int64_t i = 0; i < width; ++i) {
            of_gates[i] = of_candidates[i] * pulls[i];
            of_hidden[2 * width + i] = of_candidates[i] * gates[i];
            of_own[2 * width + i] = of_candidates[i];
        }
}

template <typename T>
ITC_WIDE void close(const T* __restrict of_gates, T* __restrict of_own, T* __restrict of_hidden, int64_t rows, int64_t width) {
    for (int64_t b = 0; b < rows; ++b, of_gates += 2 * width, of_own += 3 * width, of_hidden += 3 * width)
        for (int64_t i = 0; i < 2 * width; ++i) of_own[i] = of_hidden[i] = of_gates[i];
}

// Where a step's rows begin, and which step came before it; -1 for none.
struct Steps {
    Steps(const std::vector<int64_t>& sizes, bool reverse) : sizes(sizes), first(sizes.size()), reverse(reverse) {
        for (size_t t = 1; t < sizes.size(); ++t) first[t] = first[t - 1] + sizes[t - 1];
    }
    int64_t count() const { return static_cast<int64_t>(sizes.size()); }
    int64_t at(int64_t i) const { return reverse ? count() - 1 - i : i; }
    int64_t before(int64_t t) const { return reverse ? (t + 1 < count() ? t + 1 : -1) : t - 1; }
    // Rows of the step before that this step goes on from; the rest begin with zeros.
    int64_t shared(int64_t t) const { return before(t) < 0 ? 0 : std::min(sizes[t], sizes[before(t)]); }

    const std::vector<int64_t>& sizes;
    std::vector<int64_t> first;
    bool reverse;
};

// The states that step t starts from, [B_t, H].
at::Tensor started(const Steps& steps, int64_t t, const at::Tensor& states, const at::Tensor& room) {
    int64_t shared = steps.shared(t), size = steps.sizes[t];
    if (shared == size) return states.narrow(0, steps.first[steps.before(t)], size);
    auto start = room.narrow(0, 0, size);
    if (shared > 0) start.narrow(0, 0, shared).copy_(states.narrow(0, steps.first[steps.before(t)], shared));
    start.narrow(0, shared, size - shared).zero_();
    return start;
}

template <typename T>
Kept run(const at::Tensor& inputs, const at::Tensor& weight, const at::Tensor& bias, const Steps& steps) {
    int64_t rows = inputs.size(0), width = weight.size(1), most = steps.sizes[0];
    auto options = inputs.options();
    Kept kept{at::empty({rows, 2 * width}, options), at::empty({rows, width}, options), at::empty({rows, width}, options), at::empty({rows, width}, options)};
    auto room = at::empty({most, width}, options), all_hidden = at::empty({most, 3 * width}, options), turned = weight.t();
    const T* own = inputs.data_ptr<T>();
    for (int64_t i = 0; i < steps.count(); ++i) {
        int64_t t = steps.at(i), size = steps.sizes[t], row = steps.first[t];
        auto before = started(steps, t, kept.states, room), gates = kept.gates.narrow(0, row, size), candidates = kept.candidates.narrow(0, row, size);
        T* pulls = kept.pulls.data_ptr<T>() + row * width;
        bool none = steps.before(t) < 0;
        auto hidden = all_hidden.narrow(0, 0, size);
        if (!none) at::addmm_out(hidden, bias, before, turned);
        open(own + row * 3 * width, none ? bias.data_ptr<T>() : hidden.data_ptr<T>(), gates.data_ptr<T>(), pulls, size, width, none ? 0 : 3 * width);
        gates.sigmoid_();
        propose(own + row * 3 * width, gates.data_ptr<T>(), pulls, candidates.data_ptr<T>(), size, width);
        candidates.tanh_();
        advance(gates.data_ptr<T>(), candidates.data_ptr<T>(), before.data_ptr<T>(), kept.states.data_ptr<T>() + row * width, size, width);
    }
    return kept;
}

struct Gradients {
    at::Tensor inputs, weight, bias;
};

template <typename T>
Gradients run_back(const at::Tensor& gradient, const Kept& kept, const at::Tensor& weight, const Steps& steps) {
    int64_t rows = gradient.size(0), width = weight.size(1), most = steps.sizes[0];
    auto options = gradient.options();
    Gradients found{at::empty({rows, 3 * width}, options), at::zeros({3 * width, width}, options), at::zeros({3 * width}, options)};
    auto room = at::empty({most, width}, options), all_direct = at::empty({most, width}, options), all_candidates = at::empty({most, width}, options);
    auto all_gates = at::empty({most, 2 * width}, options), all_hidden = at::empty({most, 3 * width}, options), all_through = at::empty({most, width}, options);
    auto of_states = gradient.clone();
    for (int64_t i = steps.count() - 1; i >= 0; --i) {
        int64_t t = steps.at(i), size = steps.sizes[t], row = steps.first[t], shared = steps.shared(t);
        auto before = started(steps, t, kept.states, room), gates = kept.gates.narrow(0, row, size), candidates = kept.candidates.narrow(0, row, size);
        auto of_candidates = all_candidates.narrow(0, 0, size), of_gates = all_gates.narrow(0, 0, size), of_hidden = all_hidden.narrow(0, 0, size), direct = all_direct.narrow(0, 0, size);
        const T* pulls = kept.pulls.data_ptr<T>() + row * width;
        T* of_own = found.inputs.data_ptr<T>() + row * 3 * width;
        retreat(of_states.data_ptr<T>() + row * width, gates.data_ptr<T>(), candidates.data_ptr<T>(), before.data_ptr<T>(), direct.data_ptr<T>(), of_candidates.data_ptr<T>(), of_gates.data_ptr<T>(), size, width);
        at::tanh_backward_out(of_candidates, of_candidates, candidates);
        withdraw(of_candidates.data_ptr<T>(), gates.data_ptr<T>(), pulls, of_gates.data_ptr<T>(), of_own, of_hidden.data_ptr<T>(), size, width);
        at::sigmoid_backward_out(of_gates, of_gates, gates);
        close(of_gates.data_ptr<T>(), of_own, of_hidden.data_ptr<T>(), size, width);
        found.bias.add_(of_hidden.sum({0}));
        if (shared == 0) continue;
        found.weight.add_(of_hidden.t().mm(before));
        auto through = all_through.narrow(0, 0, size);
        at::mm_out(through, of_hidden, weight);
        auto earlier = of_states.narrow(0, steps.first[steps.before(t)], shared);
        // Where step sizes differ, a slice or a concatenation lies between, in which both parts meet first.
        if (size == steps.sizes[steps.before(t)]) earlier.add_(direct).add_(through);
        else earlier.add_(direct.add_(through).narrow(0, 0, shared));
    }
    return found;
}

bool is_float(const at::Tensor& x) { return x.scalar_type() == at::kFloat; }

struct Direction : ag::Function<Direction> {
    static at::Tensor forward(ag::AutogradContext* context, at::Tensor inputs, at::Tensor weight, at::Tensor bias, std::vector<int64_t> sizes, bool reverse) {
        at::AutoDispatchBelowADInplaceOrView below;
        Steps steps(sizes, reverse);
        Kept kept = is_float(inputs) ? run<float>(inputs, weight, bias, steps) : run<double>(inputs, weight, bias, steps);
        context->save_for_backward({kept.gates, kept.candidates, kept.pulls, kept.states, weight});
        context->saved_data["sizes"] = std::move(sizes);
        context->saved_data["reverse"] = reverse;
        return kept.states;
    }

    static ag::variable_list backward(ag::AutogradContext* context, ag::variable_list gradients) {
        at::AutoDispatchBelowADInplaceOrView below;
        auto saved = context->get_saved_variables();
        std::vector<int64_t> sizes = context->saved_data["sizes"].toIntVector();
        Steps steps(sizes, context->saved_data["reverse"].toBool());
        Kept kept{saved[0], saved[1], saved[2], saved[3]};
        auto gradient = gradients[0].contiguous();
        auto found = is_float(gradient) ? run_back<float>(gradient, kept, saved[4], steps) : run_back<double>(gradient, kept, saved[4], steps);
        return {found.inputs, found.weight, found.bias, at::Tensor(), at::Tensor()};
    }
};

}  // namespace

// inputs: W·x + b of all steps [ΣB, 3H]; weight [3H, H]; bias [3H]; all float or all double, contiguous; sizes: B_t, falling. Returns all states [ΣB, H].
ITC_API void* itc_gru(void* inputs, void* weight, void* bias, const int64_t* sizes, int32_t count, int32_t reverse) {
    return itc::guarded(static_cast<void*>(nullptr), [&] {
        return itc::own(Direction::apply(itc::borrow(inputs), itc::borrow(weight), itc::borrow(bias), std::vector<int64_t>(sizes, sizes + count), reverse != 0));
    });
}
