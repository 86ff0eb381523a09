// Softmax over scores beside a one or within groups, row by row in one pass over the cache: libtorch's own needs the one as a column of a copy, a mask as a
// copy of all, and five passes.
#include "shim.h"
#include "wide.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <algorithm>
#include <limits>

namespace {

using itc::kLanes;
using itc::Lanes;

constexpr int64_t kRows = 16;

// What is no number stays none, and makes the row so.
ITC_WIDE void weigh(const float* __restrict scores, float* __restrict weights, int64_t count, float mu, float gamma) {
    Lanes most = {};
    float largest = 0;
    int64_t j = 0;
    for (; j + kLanes <= count; j += kLanes) {
        Lanes scaled = (*reinterpret_cast<const Lanes*>(scores + j) - gamma) * mu;
        *reinterpret_cast<Lanes*>(weights + j) = scaled;
        most = scaled > most ? scaled : most;
    }
    for (; j < count; ++j) {
        weights[j] = (scores[j] - gamma) * mu;
        largest = std::max(largest, weights[j]);
    }
    for (int64_t i = 0; i < kLanes; ++i) largest = std::max(largest, most[i]);
    float sums[kLanes] = {};
    for (j = 0; j + kLanes <= count; j += kLanes)
        for (int64_t i = 0; i < kLanes; ++i) sums[i] += weights[j + i] = itc::exponential(weights[j + i] - largest);
    float sum = itc::exponential(-largest);
    for (; j < count; ++j) sum += weights[j] = itc::exponential(weights[j] - largest);
    for (float part : sums) sum += part;
    for (j = 0; j < count; ++j) weights[j] /= sum;
}

// The same without the one, within groups; a group of nothing but -inf has no weights.
ITC_WIDE void weigh_groups(
    const float* __restrict scores, float* __restrict weights, bool* __restrict valid, int64_t groups, int64_t each, float temperature) {
    constexpr float none = -std::numeric_limits<float>::infinity();
    for (int64_t g = 0; g < groups; ++g) {
        float largest = none;
        for (int64_t k = g * each; k < (g + 1) * each; ++k) largest = std::max(largest, scores[k]);
        valid[g] = largest > none;
        for (int64_t k = g * each; k < (g + 1) * each; ++k) weights[k] = valid[g] ? (scores[k] - largest) / temperature : none;
    }
    // All groups in one row: they are too short for a vector each.
    for (int64_t k = 0; k < groups * each; ++k) weights[k] = itc::exponential(weights[k]);
    for (int64_t g = 0; g < groups; ++g) {
        float sum = 0;
        for (int64_t k = g * each; k < (g + 1) * each; ++k) sum += weights[k];
        for (int64_t k = g * each; valid[g] && k < (g + 1) * each; ++k) weights[k] /= sum;
    }
}

}  // namespace

// weights = e^{scores / temperature} / the group's sum, of float scores [B, G, m], -inf where a member is missing; valid bool [B, G], false where all
// are. All contiguous.
ITC_API int32_t itc_weigh_groups(void* scores, double temperature, void* weights, void* valid) {
    return itc::guarded(-1, [&] {
        auto s = itc::borrow(scores), w = itc::borrow(weights), v = itc::borrow(valid);
        weigh_groups(s.data_ptr<float>(), w.data_ptr<float>(), v.data_ptr<bool>(), v.numel(), s.size(2), static_cast<float>(temperature));
        return 0;
    });
}

// weights = e^{mu (s - gamma)} / (1 + the row's sum), of float scores [B, N], -inf where a score is left out; both contiguous.
ITC_API int32_t itc_weigh(void* scores, double mu, double gamma, void* weights) {
    return itc::guarded(-1, [&] {
        auto s = itc::borrow(scores), w = itc::borrow(weights);
        int64_t count = s.size(1);
        at::parallel_for(0, s.size(0), kRows, [&](int64_t begin, int64_t end) {
            for (int64_t b = begin; b < end; ++b) weigh(s.data_ptr<float>() + b * count, w.data_ptr<float>() + b * count, count, static_cast<float>(mu), static_cast<float>(gamma));
        });
        return 0;
    });
}
