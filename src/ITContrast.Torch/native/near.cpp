// The keys of a queue that lie near an anchor: where a weight falls off exponentially with the score, few of thousands count, and the rest need neither exact scores nor a place in the sum.
#include "shim.h"
#include "wide.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cstring>
#include <limits>
#include <vector>

namespace {

constexpr int64_t kBlock = 64, kLanes = 16;

float wide(float x) { return x; }

float wide(uint16_t x) {
    uint32_t bits = static_cast<uint32_t>(x) << 16;
    float value;
    std::memcpy(&value, &bits, sizeof value);
    return value;
}

// What is no number counts as near: it must not be lost.
ITC_WIDE bool any_near(const float* scores, int64_t count, float floor) {
    int32_t found = 0;
    for (int64_t i = 0; i < count; ++i) found |= !(scores[i] <= floor);
    return found != 0;
}

ITC_WIDE bool any_near(const uint16_t* scores, int64_t count, float floor) {
    int32_t found = 0;
    for (int64_t i = 0; i < count; ++i) {
        uint32_t bits = static_cast<uint32_t>(scores[i]) << 16;
        float value;
        std::memcpy(&value, &bits, sizeof value);
        found |= !(value <= floor);
    }
    return found != 0;
}

ITC_WIDE float dot(const float* a, const float* b, int64_t width) {
    float sums[kLanes] = {};
    int64_t i = 0;
    for (; i + kLanes <= width; i += kLanes)
        for (int64_t k = 0; k < kLanes; ++k) sums[k] += a[i + k] * b[i + k];
    float sum = 0;
    for (; i < width; ++i) sum += a[i] * b[i];
    for (float part : sums) sum += part;
    return sum;
}

ITC_WIDE void add(float* __restrict sum, const float* __restrict key, float weight, int64_t width) {
    for (int64_t i = 0; i < width; ++i) sum[i] += weight * key[i];
}

// Columns of every row near its anchor that are filled and of another image; false where there are more than `most` of them in all.
template <typename T>
bool select(const T* rough, const int64_t* key_ids, const int64_t* ids, int64_t rows, int64_t keys, float floor, int64_t most, std::vector<std::vector<int32_t>>& near) {
    int64_t total = 0;
    for (int64_t b = 0; b < rows; ++b, rough += keys)
        for (int64_t start = 0; start < keys; start += kBlock) {
            int64_t end = std::min(keys, start + kBlock);
            if (!any_near(rough + start, end - start, floor)) continue;
            for (int64_t j = start; j < end; ++j) {
                if (wide(rough[j]) <= floor || key_ids[j] < 0 || key_ids[j] == ids[b]) continue;
                if (++total > most) return false;
                near[b].push_back(static_cast<int32_t>(j));
            }
        }
    return true;
}

}  // namespace

// rough: float or bfloat16 [B, K]; anchors [B, D] and keys [K, D] float; key_ids [K] and ids [B] int64, -1 where a slot is unfilled; all contiguous. Gives the exact scores of what
// is near, [B, C] float with -inf past a row's number, and columns, [B, C] int64. Returns C, at least 1; 0 where more than `most` are near.
ITC_API int64_t itc_near_keys(void* rough, void* anchors, void* keys, void* key_ids, void* ids, double floor, int64_t most, void** scores, void** columns) {
    return itc::guarded(static_cast<int64_t>(-1), [&]() -> int64_t {
        auto r = itc::borrow(rough), a = itc::borrow(anchors), k = itc::borrow(keys), held = itc::borrow(key_ids), own = itc::borrow(ids);
        int64_t rows = a.size(0), count = k.size(0), width = k.size(1);
        std::vector<std::vector<int32_t>> near(rows);
        bool few = r.scalar_type() == at::kFloat
                       ? select(r.data_ptr<float>(), held.data_ptr<int64_t>(), own.data_ptr<int64_t>(), rows, count, static_cast<float>(floor), most, near)
                       : select(static_cast<const uint16_t*>(r.data_ptr()), held.data_ptr<int64_t>(), own.data_ptr<int64_t>(), rows, count, static_cast<float>(floor), most, near);
        if (!few) return 0;
        size_t longest = 1;
        for (const auto& row : near) longest = std::max(longest, row.size());
        auto found = at::full({rows, static_cast<int64_t>(longest)}, -std::numeric_limits<float>::infinity(), a.options());
        auto places = at::zeros({rows, static_cast<int64_t>(longest)}, own.options());
        for (int64_t b = 0; b < rows; ++b)
            for (size_t c = 0; c < near[b].size(); ++c) {
                found.data_ptr<float>()[b * longest + c] = dot(a.data_ptr<float>() + b * width, k.data_ptr<float>() + near[b][c] * width, width);
                places.data_ptr<int64_t>()[b * longest + c] = near[b][c];
            }
        *scores = itc::own(found);
        *columns = itc::own(places);
        return static_cast<int64_t>(longest);
    });
}

// sums [B, D] of keys [K, D] at columns [B, C], weighted [B, C]; a weight of 0 adds nothing.
ITC_API int32_t itc_sum_keys(void* weights, void* columns, void* keys, void* sums) {
    return itc::guarded(-1, [&] {
        auto w = itc::borrow(weights).contiguous(), c = itc::borrow(columns), k = itc::borrow(keys), s = itc::borrow(sums);
        int64_t width = k.size(1), most = c.size(1);
        s.zero_();
        for (int64_t b = 0; b < c.size(0); ++b)
            for (int64_t i = 0; i < most; ++i) {
                float weight = w.data_ptr<float>()[b * most + i];
                if (weight != 0) add(s.data_ptr<float>() + b * width, k.data_ptr<float>() + c.data_ptr<int64_t>()[b * most + i] * width, weight, width);
            }
        return 0;
    });
}
