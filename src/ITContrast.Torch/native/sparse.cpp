// Products with a matrix of nearly nothing but zeros: a row of the product is a sum of the few rows whose weights are not zero.
#include "shim.h"
#include "wide.h"

#include <ATen/ATen.h>

namespace {

ITC_WIDE void add(float* __restrict sum, const float* __restrict row, float weight, int64_t width) {
    for (int64_t i = 0; i < width; ++i) sum[i] += weight * row[i];
}

}  // namespace

// product [M, D] = sparse [M, N] · dense [N, D], floats, all contiguous.
ITC_API int32_t itc_sparse_product(void* sparse, void* dense, void* product) {
    return itc::guarded(-1, [&] {
        auto a = itc::borrow(sparse), x = itc::borrow(dense), p = itc::borrow(product);
        int64_t terms = a.size(1), width = x.size(1);
        const float* weight = a.data_ptr<float>();
        p.zero_();
        for (int64_t m = 0; m < a.size(0); ++m)
            for (int64_t n = 0; n < terms; ++n, ++weight)
                if (*weight != 0) add(p.data_ptr<float>() + m * width, x.data_ptr<float>() + n * width, *weight, width);
        return 0;
    });
}
