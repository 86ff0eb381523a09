// The largest unmasked numbers of every row in one pass over each row: libtorch's topk moves whole rows of pairs about, however few are wanted.
#include "shim.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace {

struct Entry {
    float value;
    int64_t index;
};

enum class Found { Done, Tied, NotANumber };

// Keeps the k largest in falling order. Tied where equal numbers meet at a place that counts.
Found select(const float* row, const bool* excluded, int64_t n, int64_t row_step, int64_t mask_step, int64_t k, Entry* best, float* values, int64_t* indices) {
    constexpr float none = -std::numeric_limits<float>::infinity();
    for (int64_t j = 0; j < k; ++j) best[j] = {none, 0};
    float least = none;
    bool tied = false;
    for (int64_t i = 0; i < n; ++i) {
        float value = row[i * row_step];
        if (std::isnan(value)) return Found::NotANumber;
        if (excluded[i * mask_step] || value < least || value == none) continue;
        // At the boundary an equal number may be left out here and taken there.
        if (value == least) {
            tied = true;
            continue;
        }
        // One falls out: a tie if its equal stays, and an end to every tie if not.
        tied = k > 1 && best[k - 2].value == least && least != none;
        int64_t j = k - 1;
        for (; j > 0 && best[j - 1].value < value; --j) best[j] = best[j - 1];
        best[j] = {value, i};
        least = best[k - 1].value;
    }
    if (tied) return Found::Tied;
    for (int64_t j = 0; j < k; ++j) {
        if (j > 0 && best[j].value == best[j - 1].value && best[j].value != none) return Found::Tied;
        values[j] = best[j].value;
        indices[j] = best[j].index;
    }
    return Found::Done;
}

// The order of equal numbers is that of the algorithms in libtorch's topk, run here over the one row.
void sort(const float* row, const bool* excluded, int64_t n, int64_t row_step, int64_t mask_step, int64_t k, std::vector<Entry>& all, float* values, int64_t* indices) {
    all.resize(n);
    for (int64_t i = 0; i < n; ++i) all[i] = {excluded[i * mask_step] ? -std::numeric_limits<float>::infinity() : row[i * row_step], i};
    auto larger = [](const Entry& x, const Entry& y) { return x.value > y.value; };
    if (k * 64 <= n) {
        std::partial_sort(all.begin(), all.begin() + k, all.end(), larger);
    } else {
        std::nth_element(all.begin(), all.begin() + k - 1, all.end(), larger);
        std::sort(all.begin(), all.begin() + k - 1, larger);
    }
    for (int64_t j = 0; j < k; ++j) {
        values[j] = all[j].value;
        indices[j] = all[j].index;
    }
}

}  // namespace

// scores: float [B, N] of any strides; mask: bool [B, N], true leaves a number out; values float and indices int64, both contiguous [B, k]. 0 where it gave up at a NaN.
ITC_API int32_t itc_largest(void* scores, void* mask, void* values, void* indices) {
    return itc::guarded(-1, [&] {
        auto s = itc::borrow(scores), m = itc::borrow(mask), v = itc::borrow(values), x = itc::borrow(indices);
        int64_t n = s.size(1), k = v.size(1);
        std::vector<Entry> best(k), all;
        for (int64_t b = 0; b < s.size(0); ++b) {
            auto* row = s.data_ptr<float>() + b * s.stride(0);
            auto* excluded = m.data_ptr<bool>() + b * m.stride(0);
            auto* value = v.data_ptr<float>() + b * k;
            auto* index = x.data_ptr<int64_t>() + b * k;
            switch (select(row, excluded, n, s.stride(1), m.stride(1), k, best.data(), value, index)) {
                case Found::NotANumber: return 0;
                case Found::Tied: sort(row, excluded, n, s.stride(1), m.stride(1), k, all, value, index); break;
                case Found::Done: break;
            }
        }
        return 1;
    });
}
