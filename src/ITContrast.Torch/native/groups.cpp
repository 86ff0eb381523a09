// Process groups as the managed side calls them, and the gather that a gradient flows back through.
#include "shim.h"

#ifdef USE_C10D_GLOO
#include "distributed.h"

#include <torch/csrc/autograd/custom_function.h>

#include <algorithm>

namespace {

itc::Group& group(void* handle) { return *static_cast<itc::Group*>(handle); }

at::Tensor gathered(itc::Group& group, const at::Tensor& input) {
    auto sizes = input.sizes().vec();
    sizes[0] *= group.world();
    auto output = at::empty(sizes, input.options());
    group.all_gather(output, input);
    return output;
}

// y = [x_0; x_1; …]; every rank's loss depends on every x, so the gradient of x_r is the sum over ranks of dL_q/dy's rows of r.
struct Gather : torch::autograd::Function<Gather> {
    static at::Tensor forward(torch::autograd::AutogradContext* context, const at::Tensor& input, int64_t handle) {
        context->saved_data["group"] = handle;
        context->saved_data["rows"] = input.size(0);
        return gathered(group(reinterpret_cast<void*>(handle)), input.contiguous());
    }

    static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context, torch::autograd::variable_list gradients) {
        auto& all = group(reinterpret_cast<void*>(context->saved_data["group"].toInt()));
        int64_t rows = context->saved_data["rows"].toInt();
        auto sum = gradients[0].contiguous().clone();
        all.all_reduce(sum, c10d::ReduceOp::SUM);
        return {sum.narrow(0, all.rank() * rows, rows), at::Tensor()};
    }
};

}  // namespace

// Bit 1: Gloo; bit 2: NCCL.
ITC_API int32_t itc_distributed() {
#ifdef USE_C10D_NCCL
    return 3;
#else
    return 1;
#endif
}

ITC_API void* itc_group_join(const char* backend, const char* master, int32_t port, int32_t rank, int32_t world, const char* host, const char* address,
                             int64_t join_timeout, int64_t timeout) {
    return itc::guarded(static_cast<void*>(nullptr), [&]() -> void* {
        return new itc::Group(backend, master, static_cast<uint16_t>(port), rank, world, host, address,
                              itc::Millis(join_timeout), itc::Millis(timeout));
    });
}
ITC_API void itc_group_leave(void* handle) { delete static_cast<itc::Group*>(handle); }
ITC_API int32_t itc_group_host(void* handle, int32_t rank, char* out, int32_t capacity) {
    return itc::guarded(-1, [&] {
        const std::string& host = group(handle).host(rank);
        return static_cast<int32_t>(host.copy(out, capacity));
    });
}
// Of a group, or where it is null of the attempt to join one that has just failed on this thread.
ITC_API int32_t itc_group_missing(void* handle, int32_t* out, int32_t capacity) {
    const auto& missing = handle != nullptr ? group(handle).missing() : itc::absentees();
    int32_t count = static_cast<int32_t>(std::min<size_t>(missing.size(), capacity));
    for (int32_t i = 0; i < count; ++i) out[i] = missing[i];
    return count;
}

// op: 0 sum, 1 mean, 2 product, 3 minimum, 4 maximum.
ITC_API int32_t itc_group_all_reduce(void* handle, void* tensor, int32_t op) {
    return itc::guarded(-1, [&] {
        at::NoGradGuard quiet;
        using Op = c10d::ReduceOp;
        auto value = itc::borrow(tensor);
        group(handle).all_reduce(value, op <= 1 ? Op::SUM : op == 2 ? Op::PRODUCT : op == 3 ? Op::MIN : Op::MAX);
        if (op == 1) value.div_(group(handle).world());
        return 0;
    });
}
ITC_API int32_t itc_group_broadcast(void* handle, void* tensor, int32_t root) {
    return itc::guarded(-1, [&] {
        at::NoGradGuard quiet;
        group(handle).broadcast(itc::borrow(tensor), root);
        return 0;
    });
}
ITC_API void* itc_group_all_gather(void* handle, void* tensor, int32_t with_gradient) {
    return itc::guarded(static_cast<void*>(nullptr), [&] {
        auto input = itc::borrow(tensor);
        if (with_gradient != 0) return itc::own(Gather::apply(input, static_cast<int64_t>(reinterpret_cast<intptr_t>(handle))));
        at::NoGradGuard quiet;
        return itc::own(gathered(group(handle), input.detach().contiguous()));
    });
}
ITC_API int32_t itc_group_barrier(void* handle) {
    return itc::guarded(-1, [&] {
        group(handle).barrier();
        return 0;
    });
}
#else
ITC_API int32_t itc_distributed() { return 0; }
#endif
