// Tensors from and to memory, and what is asked of a tensor without an operator call.
#include "shim.h"

#include <ATen/ATen.h>

#include <string>

namespace {

thread_local std::string last_error;

c10::TensorImpl* impl(void* handle) { return static_cast<c10::TensorImpl*>(handle); }

at::TensorOptions options(int32_t dtype, int32_t device, int32_t index) {
    return at::TensorOptions()
        .dtype(static_cast<at::ScalarType>(dtype))
        .device(c10::Device(static_cast<c10::DeviceType>(device), static_cast<c10::DeviceIndex>(index)));
}

}  // namespace

namespace itc {
void remember(const char* what) { last_error = what; }
}  // namespace itc

ITC_API int32_t itc_error(char* out, int32_t capacity) {
    int32_t length = static_cast<int32_t>(std::min<size_t>(last_error.size(), capacity));
    last_error.copy(out, length);
    return length;
}

// A CPU tensor that owns a copy of `data`.
ITC_API void* itc_copy_in(const void* data, const int64_t* sizes, int32_t dimensions, int32_t dtype) {
    return itc::guarded(static_cast<void*>(nullptr), [&] {
        auto tensor = at::empty(at::IntArrayRef(sizes, dimensions), at::TensorOptions().dtype(static_cast<at::ScalarType>(dtype)));
        if (tensor.nbytes() > 0) std::memcpy(tensor.data_ptr(), data, tensor.nbytes());
        return itc::own(std::move(tensor));
    });
}

// A CPU tensor over memory that the caller keeps until `release(context)` runs, once, when the last view of it is gone.
ITC_API void* itc_over_memory(void* data, const int64_t* sizes, const int64_t* strides, int32_t dimensions, int32_t dtype,
                              void (*release)(void*), void* context) {
    return itc::guarded(static_cast<void*>(nullptr), [&] {
        auto deleter = [release, context](void*) { if (release != nullptr) release(context); };
        at::IntArrayRef shape(sizes, dimensions);
        auto kind = at::TensorOptions().dtype(static_cast<at::ScalarType>(dtype));
        return itc::own(strides == nullptr ? at::from_blob(data, shape, deleter, kind)
                                           : at::from_blob(data, shape, at::IntArrayRef(strides, dimensions), deleter, kind));
    });
}

// Drops the handle's reference.
ITC_API void itc_free(void* handle) {
    if (handle != nullptr) {
        c10::intrusive_ptr<c10::TensorImpl, c10::UndefinedTensorImpl>::reclaim(impl(handle));
    }
}

ITC_API void* itc_retain(void* handle) { return itc::own(itc::borrow(handle)); }

ITC_API int32_t itc_dim(void* handle) { return static_cast<int32_t>(impl(handle)->dim()); }
ITC_API int64_t itc_numel(void* handle) { return impl(handle)->numel(); }
ITC_API int32_t itc_dtype(void* handle) { return static_cast<int32_t>(c10::typeMetaToScalarType(impl(handle)->dtype())); }
ITC_API int64_t itc_element_size(void* handle) { return static_cast<int64_t>(impl(handle)->itemsize()); }
ITC_API void itc_sizes(void* handle, int64_t* out) { for (auto size : impl(handle)->sizes()) *out++ = size; }
ITC_API void itc_strides(void* handle, int64_t* out) { for (auto stride : impl(handle)->strides()) *out++ = stride; }
ITC_API int64_t itc_storage_offset(void* handle) { return impl(handle)->storage_offset(); }

ITC_API int32_t itc_device(void* handle, int32_t* index) {
    auto device = impl(handle)->device();
    *index = device.index();
    return static_cast<int32_t>(device.type());
}

// One bit each: 1 requires_grad, 2 leaf, 4 contiguous, 8 sparse, 16 channels-last contiguous, 32 a view, 64 inference.
ITC_API int32_t itc_flags(void* handle) {
    return itc::guarded(-1, [&] {
        auto tensor = itc::borrow(handle);
        bool strided = tensor.layout() == at::kStrided;
        return (tensor.requires_grad() ? 1 : 0) | (tensor.is_leaf() ? 2 : 0) | (strided && tensor.is_contiguous() ? 4 : 0) |
               (strided ? 0 : 8) |
               (strided && tensor.dim() == 4 && tensor.is_contiguous(at::MemoryFormat::ChannelsLast) ? 16 : 0) |
               (tensor.is_view() ? 32 : 0) | (tensor.is_inference() ? 64 : 0);
    });
}

// The first element's address; null with an error where the tensor has no plain memory.
ITC_API void* itc_data(void* handle) {
    return itc::guarded(static_cast<void*>(nullptr), [&] { return itc::borrow(handle).data_ptr(); });
}

// The storage that the tensor looks into: its address and its bytes.
ITC_API void* itc_storage(void* handle, int64_t* bytes) {
    return itc::guarded(static_cast<void*>(nullptr), [&]() -> void* {
        auto* tensor = impl(handle);
        *bytes = 0;
        if (!tensor->has_storage()) return nullptr;
        const auto& storage = tensor->storage();
        *bytes = static_cast<int64_t>(storage.nbytes());
        return storage.unsafeGetStorageImpl();
    });
}

// One element as a double and as an integer; the kind says which is exact (4 int, 6 double, 8 bool), -1: failure.
ITC_API int32_t itc_item(void* handle, double* floating, int64_t* integer) {
    return itc::guarded(-1, [&] {
        auto scalar = itc::borrow(handle).item();
        if (scalar.isFloatingPoint()) {
            *floating = scalar.toDouble();
            *integer = 0;
            return 6;
        }
        if (scalar.isBoolean()) {
            *integer = scalar.toBool();
            *floating = static_cast<double>(*integer);
            return 8;
        }
        if (scalar.isComplex()) throw std::invalid_argument("a complex element has no real value");
        *integer = scalar.toLong();
        *floating = static_cast<double>(*integer);
        return 4;
    });
}

// Zero-filled or uninitialised memory in a given layout, for the hot factories. fill: 0 none, 1 zeros, 2 ones.
ITC_API void* itc_new(const int64_t* sizes, int32_t dimensions, int32_t dtype, int32_t device, int32_t index, int32_t fill) {
    return itc::guarded(static_cast<void*>(nullptr), [&] {
        at::IntArrayRef shape(sizes, dimensions);
        auto kind = options(dtype, device, index);
        return itc::own(fill == 0 ? at::empty(shape, kind) : fill == 1 ? at::zeros(shape, kind) : at::ones(shape, kind));
    });
}
