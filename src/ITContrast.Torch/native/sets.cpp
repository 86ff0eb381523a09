// Every feature of a set's members from large to small, a block of features at a time: libtorch's sort takes each column of N numbers by itself, and N is small.
// Results, the order of equal numbers among them, are those of libtorch's sort.
#include "shim.h"
#include "wide.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <vector>

namespace {

constexpr int kLanes = 64;
// Up to here libstdc++'s sort inserts, which keeps the order of equal numbers.
constexpr int64_t kInserted = 16;

// Puts the larger of two neighbours first, in every lane; what is no number counts as larger than all, as in libtorch's sort. Equal numbers stay.
ITC_WIDE void exchange(float* first, float* second, int32_t* first_row, int32_t* second_row) {
    for (int i = 0; i < kLanes; ++i) {
        float a = first[i], b = second[i];
        int32_t x = first_row[i], y = second_row[i];
        bool swap = (b > a) | ((b != b) & (a == a));
        first[i] = swap ? b : a;
        second[i] = swap ? a : b;
        first_row[i] = swap ? y : x;
        second_row[i] = swap ? x : y;
    }
}

struct Shape {
    int64_t batch, places, width;
};

struct Entry {
    float value;
    int32_t row;
};

bool tied(const float* column, int64_t count) {
    for (int64_t n = 1; n < count; ++n) {
        float a = column[(n - 1) * kLanes], b = column[n * kLanes];
        if (a == b || (std::isnan(a) && std::isnan(b))) return true;
    }
    return false;
}

// A column with equal numbers, by the algorithm of libtorch's sort.
template <typename T>
void sort_tied(const T* features, const bool* members, Shape shape, int64_t count, std::vector<Entry>& all, float* value, int32_t* row) {
    all.resize(shape.places);
    for (int64_t n = 0; n < shape.places; ++n) {
        if (members[n]) all[n] = {static_cast<float>(features[n * shape.width]), static_cast<int32_t>(n)};
        else all[n] = {-std::numeric_limits<float>::infinity(), -1};
    }
    std::sort(all.begin(), all.end(), [](const Entry& x, const Entry& y) { return (std::isnan(x.value) && !std::isnan(y.value)) || x.value > y.value; });
    for (int64_t n = 0; n < count; ++n) {
        value[n * kLanes] = all[n].value;
        row[n * kLanes] = all[n].row;
    }
}

template <typename T>
void sort(const T* features, const bool* members, T* sorted, int16_t* rows, Shape shape) {
    std::vector<float> value(shape.places * kLanes);
    std::vector<int32_t> row(shape.places * kLanes);
    std::vector<Entry> all;
    for (int64_t b = 0; b < shape.batch; ++b, members += shape.places, features += shape.places * shape.width, sorted += shape.places * shape.width, rows += shape.places * shape.width) {
        for (int64_t d = 0; d < shape.width; d += kLanes) {
            auto lanes = std::min<int64_t>(kLanes, shape.width - d);
            int64_t count = 0;
            for (int64_t n = 0; n < shape.places; ++n) {
                if (!members[n]) continue;
                for (int64_t i = 0; i < lanes; ++i) value[count * kLanes + i] = static_cast<float>(features[n * shape.width + d + i]);
                std::fill_n(&row[count * kLanes], kLanes, static_cast<int32_t>(n));
                for (int64_t j = count++; j > 0; --j) exchange(&value[(j - 1) * kLanes], &value[j * kLanes], &row[(j - 1) * kLanes], &row[j * kLanes]);
            }
            for (int64_t i = 0; i < lanes && shape.places > kInserted; ++i)
                if (tied(&value[i], count)) sort_tied(features + d + i, members, shape, count, all, &value[i], &row[i]);
            for (int64_t n = 0; n < shape.places; ++n) {
                T* to = sorted + n * shape.width + d;
                int16_t* from = rows + n * shape.width + d;
                for (int64_t i = 0; i < lanes; ++i) {
                    to[i] = n < count ? static_cast<T>(value[n * kLanes + i]) : T(0);
                    from[i] = n < count ? static_cast<int16_t>(row[n * kLanes + i]) : int16_t(-1);
                }
            }
        }
    }
}

template <typename T>
void scatter(const T* gradient, const int16_t* rows, T* result, Shape shape) {
    std::memset(static_cast<void*>(result), 0, shape.batch * shape.places * shape.width * sizeof(T));
    for (int64_t b = 0; b < shape.batch; ++b, result += shape.places * shape.width)
        for (int64_t n = 0; n < shape.places; ++n, gradient += shape.width, rows += shape.width)
            for (int64_t d = 0; d < shape.width; ++d)
                if (rows[d] >= 0) result[rows[d] * shape.width + d] = gradient[d];
}

// The sums of one sorted set's rows, each times its weight.
ITC_WIDE void weigh(const float* __restrict sorted, const float* weights, float* __restrict pooled, int64_t places, int64_t width) {
    std::fill_n(pooled, width, 0.0f);
    for (int64_t n = 0; n < places; ++n, sorted += width)
        for (int64_t d = 0; d < width; ++d) pooled[d] += weights[n] * sorted[d];
}

// Their gradients: of the features, where the sorted numbers came from, and of the weights.
ITC_WIDE void weigh_back(const float* __restrict gradient, const float* __restrict sorted, const int16_t* __restrict rows, const float* weights, float* __restrict of_features, float* of_weights,
                         int64_t places, int64_t width) {
    std::fill_n(of_features, places * width, 0.0f);
    for (int64_t n = 0; n < places; ++n, sorted += width, rows += width) {
        float sums[kLanes] = {};
        int64_t d = 0;
        for (; d + kLanes <= width; d += kLanes)
            for (int64_t i = 0; i < kLanes; ++i) sums[i] += gradient[d + i] * sorted[d + i];
        float sum = 0;
        for (; d < width; ++d) sum += gradient[d] * sorted[d];
        for (float part : sums) sum += part;
        of_weights[n] = sum;
        for (d = 0; d < width; ++d)
            if (rows[d] >= 0) of_features[rows[d] * width + d] = weights[n] * gradient[d];
    }
}

Shape shape_of(const at::Tensor& sets) { return {sets.size(0), sets.size(1), sets.size(2)}; }

}  // namespace

// features, sorted: float or bfloat16 [B, N, D]; members: bool [B, N]; rows: int16 [B, N, D], where each number came from, -1 past a set's end. All contiguous.
ITC_API int32_t itc_sort_sets(void* features, void* members, void* sorted, void* rows) {
    return itc::guarded(-1, [&] {
        auto f = itc::borrow(features), m = itc::borrow(members), s = itc::borrow(sorted), r = itc::borrow(rows);
        if (f.scalar_type() == at::kFloat) sort(f.data_ptr<float>(), m.data_ptr<bool>(), s.data_ptr<float>(), r.data_ptr<int16_t>(), shape_of(f));
        else sort(f.data_ptr<at::BFloat16>(), m.data_ptr<bool>(), s.data_ptr<at::BFloat16>(), r.data_ptr<int16_t>(), shape_of(f));
        return 0;
    });
}

// The gradient of itc_sort_sets: gradient and result of the features' type, [B, N, D], contiguous.
ITC_API int32_t itc_unsort_sets(void* gradient, void* rows, void* result) {
    return itc::guarded(-1, [&] {
        auto g = itc::borrow(gradient), r = itc::borrow(rows), x = itc::borrow(result);
        if (g.scalar_type() == at::kFloat) scatter(g.data_ptr<float>(), r.data_ptr<int16_t>(), x.data_ptr<float>(), shape_of(g));
        else scatter(g.data_ptr<at::BFloat16>(), r.data_ptr<int16_t>(), x.data_ptr<at::BFloat16>(), shape_of(g));
        return 0;
    });
}

// features, sorted: float [B, N, D]; members: bool [B, N]; rows: int16 [B, N, D]; weights: float [B, N]; pooled: float [B, D], the weighted sums of sorted rows. All contiguous.
ITC_API int32_t itc_pool_sets(void* features, void* members, void* weights, void* sorted, void* rows, void* pooled) {
    return itc::guarded(-1, [&] {
        auto f = itc::borrow(features), m = itc::borrow(members), w = itc::borrow(weights), s = itc::borrow(sorted), r = itc::borrow(rows), p = itc::borrow(pooled);
        Shape all = shape_of(f), one{1, all.places, all.width};
        int64_t size = all.places * all.width;
        for (int64_t b = 0; b < all.batch; ++b) {
            sort(f.data_ptr<float>() + b * size, m.data_ptr<bool>() + b * all.places, s.data_ptr<float>() + b * size, r.data_ptr<int16_t>() + b * size, one);
            weigh(s.data_ptr<float>() + b * size, w.data_ptr<float>() + b * all.places, p.data_ptr<float>() + b * all.width, all.places, all.width);
        }
        return 0;
    });
}

// The gradients of itc_pool_sets: of the pooled [B, D], to the features [B, N, D] and to the weights [B, N].
ITC_API int32_t itc_unpool_sets(void* gradient, void* weights, void* sorted, void* rows, void* of_features, void* of_weights) {
    return itc::guarded(-1, [&] {
        auto g = itc::borrow(gradient), w = itc::borrow(weights), s = itc::borrow(sorted), r = itc::borrow(rows), x = itc::borrow(of_features), y = itc::borrow(of_weights);
        Shape all = shape_of(s);
        int64_t size = all.places * all.width;
        for (int64_t b = 0; b < all.batch; ++b)
            weigh_back(g.data_ptr<float>() + b * all.width, s.data_ptr<float>() + b * size, r.data_ptr<int16_t>() + b * size, w.data_ptr<float>() + b * all.places,
                       x.data_ptr<float>() + b * size, y.data_ptr<float>() + b * all.places, all.places, all.width);
        return 0;
    });
}
