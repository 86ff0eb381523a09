// Backward passes, gradients and the modes that decide whether a graph is recorded.
#include "shim.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>
#include <c10/core/InferenceMode.h>
#include <torch/csrc/autograd/anomaly_mode.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/csrc/autograd/variable.h>

namespace {

std::vector<at::Tensor> tensors(void** handles, int32_t count) {
    std::vector<at::Tensor> list;
    list.reserve(count);
    for (int32_t i = 0; i < count; ++i) list.push_back(itc::borrow(handles[i]));
    return list;
}

}  // namespace

ITC_API int32_t itc_requires_grad(void* handle, int32_t value) {
    return itc::guarded(-1, [&] {
        itc::borrow(handle).requires_grad_(value != 0);
        return 0;
    });
}

// 1 with the handle of the gradient, 0 where there is none yet, -1: failure.
ITC_API int32_t itc_grad(void* handle, void** result) {
    return itc::guarded(-1, [&] {
        auto tensor = itc::borrow(handle);
        at::Tensor gradient = tensor.grad();
        *result = itc::own(gradient);
        return *result != nullptr ? 1 : 0;
    });
}

ITC_API int32_t itc_set_grad(void* handle, void* gradient) {
    return itc::guarded(-1, [&] {
        itc::borrow(handle).mutable_grad() = itc::borrow(gradient);
        return 0;
    });
}

// gradients: null or `count` handles, a null handle meaning ones; inputs: null for every leaf of the graph.
ITC_API int32_t itc_backward(void** outputs, int32_t count, void** gradients, int32_t gradient_count, int32_t retain, int32_t create,
                             void** inputs, int32_t input_count) {
    return itc::guarded(-1, [&] {
        torch::autograd::backward(tensors(outputs, count), tensors(gradients, gradient_count), retain != 0 || create != 0, create != 0,
                                  tensors(inputs, input_count));
        return 0;
    });
}

ITC_API int32_t itc_autograd_grad(void** outputs, int32_t count, void** inputs, int32_t input_count, void** gradients, int32_t gradient_count,
                                  int32_t retain, int32_t create, int32_t allow_unused, void** results) {
    return itc::guarded(-1, [&] {
        auto found = torch::autograd::grad(tensors(outputs, count), tensors(inputs, input_count), tensors(gradients, gradient_count),
                                           retain != 0 || create != 0, create != 0, allow_unused != 0);
        for (size_t i = 0; i < found.size(); ++i) results[i] = itc::own(found[i]);
        return 0;
    });
}

ITC_API int32_t itc_grad_mode() { return c10::GradMode::is_enabled() ? 1 : 0; }
ITC_API void itc_set_grad_mode(int32_t enabled) { c10::GradMode::set_enabled(enabled != 0); }

ITC_API int32_t itc_inference_mode() { return c10::InferenceMode::is_enabled() ? 1 : 0; }
ITC_API void* itc_enter_inference(int32_t enabled) { return new c10::InferenceMode(enabled != 0); }
ITC_API void itc_leave_inference(void* guard) { delete static_cast<c10::InferenceMode*>(guard); }

// Bit 1: anomaly detection on; bit 2: it also looks for NaN.
ITC_API int32_t itc_anomaly() {
    using torch::autograd::AnomalyMode;
    return (AnomalyMode::is_enabled() ? 1 : 0) | (AnomalyMode::should_check_nan() ? 2 : 0);
}
ITC_API void itc_set_anomaly(int32_t enabled, int32_t check_nan) { torch::autograd::AnomalyMode::set_enabled(enabled != 0, check_nan != 0); }
