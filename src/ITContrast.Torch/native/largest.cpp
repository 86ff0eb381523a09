// The largest unmasked numbers of every row in one pass over each row: libtorch's topk moves whole rows of pairs about, however few are wanted.
#include "shim.h"
#include "wide.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <limits>
#include <vector>

namespace {

struct Entry {
    float value;
    int64_t index;
};

enum class Found { Done, Tied };

constexpr float kNone = -std::numeric_limits<float>::infinity();

// What is left of a row, side by side, -inf where left out. False at a NaN.
ITC_WIDE bool gather(const float* row, const bool* excluded, int64_t n, int64_t row_step, int64_t mask_step, float* left) {
    int32_t bad = 0;
    if (row_step == 1 && mask_step == 1)
        for (int64_t i = 0; i < n; ++i) {
            bad |= row[i] != row[i];
            left[i] = excluded[i] ? kNone : row[i];
        }
    else
        for (int64_t i = 0; i < n; ++i) {
            float value = row[i * row_step];
            bad |= value != value;
            left[i] = excluded[i * mask_step] ? kNone : value;
        }
    return bad == 0;
}

ITC_WIDE int32_t count(const float* row, int64_t n, float floor) {
    int32_t found = 0;
    for (int64_t i = 0; i < n; ++i) found += row[i] >= floor;
    return found;
}

ITC_WIDE void range(const float* row, int64_t n, float* least, float* most) {
    float low = std::numeric_limits<float>::infinity(), high = kNone;
    for (int64_t i = 0; i < n; ++i) {
        high = row[i] > high ? row[i] : high;
        float finite = row[i] > kNone ? row[i] : low;
        low = finite < low ? finite : low;
    }
    *least = low;
    *most = high;
}

// A number that k or somewhat more of the row are not below: what is below it need not be looked at. Halving what lies between finds it in a few passes.
float floor_of(const float* row, int64_t n, int64_t k) {
    float low, high;
    range(row, n, &low, &high);
    for (int step = 0; step < 16 && low < high; ++step) {
        float middle = low + (high - low) / 2;
        int32_t found = count(row, n, middle);
        (found >= k ? low : high) = middle;
        if (found >= k && found <= k + k / 8) break;
    }
    return low;
}

// Keeps the k largest of a row in falling order. Tied where equal numbers meet at a place that counts.
Found select(const float* row, int64_t n, int64_t k, Entry* best, int32_t* places, float* values, int64_t* indices) {
    float floor = floor_of(row, n, k);
    int64_t candidates = 0;
    for (int64_t i = 0; i < n; ++i) {
        places[candidates] = static_cast<int32_t>(i);
        candidates += row[i] >= floor;
    }
    for (int64_t j = 0; j < k; ++j) best[j] = {kNone, 0};
    float least = kNone;
    bool tied = false;
    for (int64_t c = 0; c < candidates; ++c) {
        float value = row[places[c]];
        if (value < least || value == kNone) continue;
        // At the boundary an equal number may be left out here and taken there.
        if (value == least) {
            tied = true;
            continue;
        }
        // One falls out: a tie if its equal stays, and an end to every tie if not.
        tied = k > 1 && best[k - 2].value == least && least != kNone;
        int64_t j = k - 1;
        for (; j > 0 && best[j - 1].value < value; --j) best[j] = best[j - 1];
        best[j] = {value, places[c]};
        least = best[k - 1].value;
    }
    if (tied) return Found::Tied;
    for (int64_t j = 0; j < k; ++j) {
        if (j > 0 && best[j].value == best[j - 1].value && best[j].value != kNone) return Found::Tied;
        values[j] = best[j].value;
        indices[j] = best[j].index;
    }
    return Found::Done;
}

// The order of equal numbers is that of the algorithms in libtorch's topk, run here over the one row.
void sort(const float* row, int64_t n, int64_t k, std::vector<Entry>& all, float* values, int64_t* indices) {
    all.resize(n);
    for (int64_t i = 0; i < n; ++i) all[i] = {row[i], i};
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
        std::vector<float> left(n);
        std::vector<int32_t> places(n + 1);
        for (int64_t b = 0; b < s.size(0); ++b) {
            if (!gather(s.data_ptr<float>() + b * s.stride(0), m.data_ptr<bool>() + b * m.stride(0), n, s.stride(1), m.stride(1), left.data())) return 0;
            auto* value = v.data_ptr<float>() + b * k;
            auto* index = x.data_ptr<int64_t>() + b * k;
            if (select(left.data(), n, k, best.data(), places.data(), value, index) == Found::Tied) sort(left.data(), n, k, all, value, index);
        }
        return 1;
    });
}
