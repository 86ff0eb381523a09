// Averages gradients over ranks in buckets: a bucket is sent as soon as its last gradient is there, while the backward pass goes on.
#ifdef USE_C10D_GLOO
#include "distributed.h"

#include <ATen/ATen.h>
#include <torch/csrc/autograd/function.h>
#include <torch/csrc/autograd/function_hook.h>
#include <torch/csrc/autograd/variable.h>

#include <functional>
#include <mutex>

namespace {

struct Bucket {
    std::vector<size_t> members;
    std::vector<int64_t> offsets;
    int64_t elements = 0;
    size_t pending = 0;
    at::Tensor flat;
    itc::WorkPtr work;
};

struct Arrival : torch::autograd::FunctionPostHook {
    explicit Arrival(std::function<void()> action) : action(std::move(action)) {}
    torch::autograd::variable_list operator()(const torch::autograd::variable_list& outputs, const torch::autograd::variable_list&) override {
        action();
        return outputs;
    }
    std::function<void()> action;
};

class Gradients {
public:
    Gradients(itc::Group& group, std::vector<at::Tensor> parameters, int64_t first_bytes, int64_t bytes)
        : group_(group), parameters_(std::move(parameters)), channel_(group.channel("gradients")) {
        fill_buckets(first_bytes, bytes);
        arrived_.resize(parameters_.size());
        for (size_t i = 0; i < parameters_.size(); ++i) {
            auto accumulator = torch::autograd::impl::grad_accumulator(parameters_[i]);
            if (!accumulator) throw std::invalid_argument("parameter " + std::to_string(i) + " is no leaf that requires a gradient.");
            keys_.push_back(accumulator->add_post_hook(std::make_unique<Arrival>([this, i] { arrive(i); })));
            // A variable holds its accumulator weakly: without this the hook would go with it.
            accumulators_.push_back(std::move(accumulator));
        }
        reset();
    }

    ~Gradients() {
        for (size_t i = 0; i < accumulators_.size(); ++i) accumulators_[i]->del_post_hook(keys_[i]);
    }

    int64_t buckets() const { return static_cast<int64_t>(buckets_.size()); }
    int64_t overlapped() const { return overlapped_; }
    void enable(bool on) { enabled_ = on; }

    void finish() {
        at::NoGradGuard quiet;
        std::lock_guard<std::mutex> lock(mutex_);
        overlapped_ = static_cast<int64_t>(next_);
        while (next_ < buckets_.size()) send(buckets_[next_++]);
        for (auto& bucket : buckets_) {
            group_.finish(bucket.work, "gradient averaging of step " + std::to_string(step_));
            receive(bucket);
        }
        ++step_;
        reset();
    }

private:
    // The last parameters' gradients come first. The same order on every rank, whatever arrives when: sends must match.
    void fill_buckets(int64_t first_bytes, int64_t bytes) {
        for (size_t n = parameters_.size(); n-- > 0;) {
            const auto& parameter = parameters_[n];
            int64_t size = parameter.numel() * parameter.element_size();
            bool fits = !buckets_.empty() && parameters_[buckets_.back().members[0]].dtype() == parameter.dtype() &&
                        parameters_[buckets_.back().members[0]].device() == parameter.device() &&
                        (buckets_.back().elements * parameter.element_size()) + size <= (buckets_.size() == 1 ? first_bytes : bytes);
            if (!fits) buckets_.emplace_back();
            auto& bucket = buckets_.back();
            bucket.members.push_back(n);
            bucket.offsets.push_back(bucket.elements);
            bucket.elements += parameter.numel();
        }
        bucket_of_.resize(parameters_.size());
        for (size_t b = 0; b < buckets_.size(); ++b) {
            auto& bucket = buckets_[b];
            for (size_t member : bucket.members) bucket_of_[member] = b;
            // One number a member behind the gradients: on how many ranks it has one.
            bucket.flat = at::empty({bucket.elements + static_cast<int64_t>(bucket.members.size())}, parameters_[bucket.members[0]].options().requires_grad(false));
        }
    }

    void reset() {
        next_ = 0;
        std::fill(arrived_.begin(), arrived_.end(), false);
        for (auto& bucket : buckets_) {
            bucket.pending = bucket.members.size();
            bucket.work.reset();
        }
    }

    void arrive(size_t parameter) {
        if (!enabled_) return;
        at::NoGradGuard quiet;
        std::lock_guard<std::mutex> lock(mutex_);
        if (arrived_[parameter])
            throw std::runtime_error("the gradient of parameter " + std::to_string(parameter) +
                                     " came a second time before the first was averaged: average after every backward pass, or pause for all but the last.");
        arrived_[parameter] = true;
        --buckets_[bucket_of_[parameter]].pending;
        while (next_ < buckets_.size() && buckets_[next_].pending == 0) send(buckets_[next_++]);
    }

    void send(Bucket& bucket) {
        auto counts = bucket.flat.narrow(0, bucket.elements, static_cast<int64_t>(bucket.members.size()));
        counts.fill_(1);
        for (size_t m = 0; m < bucket.members.size(); ++m) {
            const auto& parameter = parameters_[bucket.members[m]];
            const auto& gradient = parameter.grad();
            auto slot = bucket.flat.narrow(0, bucket.offsets[m], parameter.numel());
            if (gradient.defined()) {
                if (gradient.is_sparse()) throw std::invalid_argument("parameter " + std::to_string(bucket.members[m]) + " has a sparse gradient; dense ones are averaged.");
                slot.view(parameter.sizes()).copy_(gradient);
            } else {
                slot.zero_();
                counts[static_cast<int64_t>(m)].zero_();
            }
        }
        bucket.work = group_.start_all_reduce(*channel_, bucket.flat, c10d::ReduceOp::SUM);
    }

    void receive(Bucket& bucket) {
        bucket.flat.narrow(0, 0, bucket.elements).div_(group_.world());
        for (size_t m = 0; m < bucket.members.size(); ++m) {
            auto& parameter = parameters_[bucket.members[m]];
            auto slot = bucket.flat.narrow(0, bucket.offsets[m], parameter.numel()).view(parameter.sizes());
            if (parameter.grad().defined()) parameter.mutable_grad().copy_(slot);
            // A parameter that no rank used keeps no gradient, so that optimisers pass it over everywhere alike.
            else if (bucket.flat[bucket.elements + static_cast<int64_t>(m)].item<double>() > 0) parameter.mutable_grad() = slot.clone();
        }
    }

    itc::Group& group_;
    std::vector<at::Tensor> parameters_;
    // A loss that gathers with gradient also communicates in the backward pass, on some ranks before a bucket and on others after it.
    c10::intrusive_ptr<itc::Backend> channel_;
    std::vector<std::shared_ptr<torch::autograd::Node>> accumulators_;
    std::vector<uintptr_t> keys_;
    std::vector<Bucket> buckets_;
    std::vector<size_t> bucket_of_;
    std::vector<bool> arrived_;
    size_t next_ = 0;
    int64_t overlapped_ = 0;
    int64_t step_ = 0;
    bool enabled_ = true;
    std::mutex mutex_;
};

Gradients& gradients(void* handle) { return *static_cast<Gradients*>(handle); }

}  // namespace

ITC_API void* itc_gradients(void* group, void** parameters, int32_t count, int64_t first_bytes, int64_t bytes) {
    return itc::guarded(static_cast<void*>(nullptr), [&]() -> void* {
        std::vector<at::Tensor> list;
        for (int32_t i = 0; i < count; ++i) list.push_back(itc::borrow(parameters[i]));
        return new Gradients(*static_cast<itc::Group*>(group), std::move(list), first_bytes, bytes);
    });
}
ITC_API void itc_gradients_free(void* handle) { delete static_cast<Gradients*>(handle); }
ITC_API int32_t itc_gradients_finish(void* handle) {
    return itc::guarded(-1, [&] {
        gradients(handle).finish();
        return 0;
    });
}
ITC_API void itc_gradients_enable(void* handle, int32_t on) { gradients(handle).enable(on != 0); }
ITC_API int64_t itc_gradients_buckets(void* handle) { return gradients(handle).buckets(); }
ITC_API int64_t itc_gradients_overlapped(void* handle) { return gradients(handle).overlapped(); }
#endif
