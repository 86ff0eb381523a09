// The C surface between the managed layer and libtorch. A tensor handle is a TensorImpl* that owns one reference; null is "no tensor".
#pragma once

#include <ATen/core/Tensor.h>
#include <torch/version.h>
#include <cstdint>
#include <exception>
#include <string>

#define ITC_TORCH_AT_LEAST(major, minor) \
    (TORCH_VERSION_MAJOR > (major) || (TORCH_VERSION_MAJOR == (major) && TORCH_VERSION_MINOR >= (minor)))

#if ITC_TORCH_AT_LEAST(2, 4)
#include <optional>
#else
#include <c10/util/Optional.h>
#endif

#define ITC_API extern "C" __attribute__((visibility("default")))

namespace itc {

// libtorch's own optional before it became the standard one.
#if ITC_TORCH_AT_LEAST(2, 4)
template <typename T> using Optional = std::optional<T>;
#else
template <typename T> using Optional = c10::optional<T>;
#endif

// Kinds of an argument or a result; the managed enum ArgKind holds the same numbers.
enum class Kind : int32_t {
    Default = 0, None = 1, Tensor = 2, TensorList = 3, Int = 4, IntList = 5, Double = 6, DoubleList = 7,
    Bool = 8, String = 9, Device = 10, Generator = 11, BoolList = 12,
};

// One argument or result: a kind, a length (lists, strings, or a device's index), and eight bytes of payload.
struct Value {
    int32_t kind;
    int32_t length;
    union {
        int64_t i;
        double d;
        void* p;
    };
};
static_assert(sizeof(Value) == 16, "the managed side lays out 16 bytes");

inline at::Tensor borrow(void* handle) {
    using Pointer = c10::intrusive_ptr<c10::TensorImpl, c10::UndefinedTensorImpl>;
    if (handle == nullptr) return at::Tensor();
    return at::Tensor(Pointer::reclaim_copy(static_cast<c10::TensorImpl*>(handle)));
}

inline void* own(at::Tensor tensor) {
    if (!tensor.defined()) return nullptr;
    return tensor.unsafeReleaseTensorImpl();
}

// Keeps the message of the exception in flight for itc_error; every entry point that can throw returns through it.
void remember(const char* what);

template <typename Body, typename Result>
Result guarded(Result failed, Body body) noexcept {
    try {
        return body();
    } catch (const c10::Error& error) {
        remember(error.what_without_backtrace());
    } catch (const std::exception& error) {
        remember(error.what());
    } catch (...) {
        remember("an exception of unknown type");
    }
    return failed;
}

}  // namespace itc
