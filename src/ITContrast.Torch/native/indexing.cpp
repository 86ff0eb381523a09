// t[...] and t[...] = v: the same index kinds as in Python, handed to libtorch's own indexing.
#include "shim.h"

#include <ATen/ATen.h>
#include <ATen/TensorIndexing.h>

#include <limits>
#include <vector>

namespace {

using at::indexing::TensorIndex;

std::vector<TensorIndex> indices(const itc::Value* values, int32_t count) {
    using itc::Kind;
    constexpr int64_t open = std::numeric_limits<int64_t>::min();
    std::vector<TensorIndex> list;
    list.reserve(count);
    for (int32_t i = 0; i < count; ++i) {
        const auto& value = values[i];
        switch (static_cast<Kind>(value.kind)) {
            case Kind::None: list.emplace_back(at::indexing::None); break;
            case Kind::String: list.emplace_back(at::indexing::Ellipsis); break;
            case Kind::Int: list.emplace_back(value.i); break;
            case Kind::Bool: list.emplace_back(value.i != 0); break;
            case Kind::Tensor: list.emplace_back(itc::borrow(value.p)); break;
            case Kind::IntList: {
                const auto* bounds = static_cast<const int64_t*>(value.p);
                int64_t step = bounds[2] == open ? 1 : bounds[2];
                int64_t start = bounds[0] == open ? 0 : bounds[0];
                int64_t stop = bounds[1] == open ? std::numeric_limits<int64_t>::max() : bounds[1];
                list.emplace_back(at::indexing::Slice(start, stop, step));
                break;
            }
            default: throw std::invalid_argument("an index of an unknown kind");
        }
    }
    return list;
}

}  // namespace

ITC_API void* itc_get_index(void* handle, const itc::Value* values, int32_t count) {
    return itc::guarded(static_cast<void*>(nullptr), [&] { return itc::own(itc::borrow(handle).index(indices(values, count))); });
}

ITC_API int32_t itc_set_index(void* handle, const itc::Value* values, int32_t count, void* value) {
    return itc::guarded(-1, [&] {
        itc::borrow(handle).index_put_(indices(values, count), itc::borrow(value));
        return 0;
    });
}
