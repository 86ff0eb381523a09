// Weighted sums of a dictionary's keys, a block of keys at a time while it is in cache: neither scores nor weights of all keys are ever written. Where weights fall
// off exponentially with the score, keys that a rough product finds too far away are left out.
#include "keyblocks.h"
#include "shim.h"
#include "wide.h"

#include <ATen/ATen.h>

#include <cmath>
#include <limits>
#include <vector>

#ifdef ITC_TILES

namespace {

using itc::kAnchors;
using itc::kKeys;

// As many near keys of a block are added one by one in the time of all of them at once.
constexpr int64_t kFew = kAnchors * kKeys / 32;

// A bit a key of every anchor's, set where it is near; their number. What is no number counts as near: it must not be lost.
ITC_VECTORS int64_t find_near(const float* scores, float floor, uint64_t* near) {
    int64_t count = 0;
    for (int64_t i = 0; i < kAnchors; ++i, scores += kKeys) {
        near[i] = 0;
        for (int64_t j = 0; j < kKeys; j += 16)
            near[i] |= static_cast<uint64_t>(_mm512_cmp_ps_mask(_mm512_loadu_ps(scores + j), _mm512_set1_ps(floor), _CMP_NLE_UQ)) << j;
        count += __builtin_popcountll(near[i]);
    }
    return count;
}

// The few near keys of one anchor, each by itself: its exact score, its weight, and what it adds to the sum. Gives the sum of weights.
ITC_VECTORS float add_near(
    uint64_t near, const float* anchor, const float* keys, const int64_t* key_ids, int64_t id, int64_t width, float mu, float gamma, float* sum) {
    float total = 0;
    for (; near != 0; near &= near - 1) {
        int64_t j = __builtin_ctzll(near);
        if (key_ids[j] < 0 || key_ids[j] == id) continue;
        const float* key = keys + j * width;
        __m512 products = _mm512_setzero_ps(), more = products;
        for (int64_t d = 0; d < width; d += 32) {
            products = _mm512_fmadd_ps(_mm512_loadu_ps(anchor + d), _mm512_loadu_ps(key + d), products);
            more = _mm512_fmadd_ps(_mm512_loadu_ps(anchor + d + 16), _mm512_loadu_ps(key + d + 16), more);
        }
        float parts[16], score = 0;
        _mm512_storeu_ps(parts, _mm512_add_ps(products, more));
        for (float part : parts) score += part;
        float weight = itc::exponential((score - gamma) * mu);
        total += weight;
        for (int64_t d = 0; d < width; d += 16)
            _mm512_storeu_ps(sum + d, _mm512_fmadd_ps(_mm512_set1_ps(weight), _mm512_loadu_ps(key + d), _mm512_loadu_ps(sum + d)));
    }
    return total;
}

// Scores of one anchor become exponentials, of masked keys 0; the sum of them.
ITC_VECTORS float exponentials(float* scores, const int64_t* key_ids, int64_t id, float mu, float gamma) {
    for (int64_t j = 0; j < kKeys; j += 8) {
        __m512i held = _mm512_loadu_si512(key_ids + j);
        __mmask8 masked = _mm512_cmpeq_epi64_mask(held, _mm512_set1_epi64(id)) | _mm512_cmplt_epi64_mask(held, _mm512_setzero_si512());
        if (masked == 0) continue;
        for (int64_t k = 0; k < 8; ++k)
            if (masked >> k & 1) scores[j + k] = -std::numeric_limits<float>::infinity();
    }
    float sums[16] = {};
    for (int64_t j = 0; j < kKeys; j += 16)
        for (int64_t k = 0; k < 16; ++k) sums[k] += scores[j + k] = itc::exponential((scores[j + k] - gamma) * mu);
    float sum = 0;
    for (float part : sums) sum += part;
    return sum;
}

// A dictionary's keys: floats, or bf16 numbers, of which a block at a time becomes floats.
struct Dictionary {
    Dictionary(const at::Tensor& keys) : count(keys.size(0)), width(keys.size(1)) {
        if (keys.scalar_type() == at::kFloat) {
            floats = keys.data_ptr<float>();
        } else {
            halves = reinterpret_cast<const uint16_t*>(keys.data_ptr<at::BFloat16>());
            room = itc::zeros<float>(kKeys * width);
        }
    }

    ITC_VECTORS const float* block(int64_t first, int64_t some) {
        if (floats != nullptr) return floats + first * width;
        const uint16_t* here = halves + first * width;
        for (int64_t i = 0; i < some * width; i += 16)
            _mm512_storeu_si512(room.get() + i, itc::upper(itc::widen(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(here + i)))));
        return room.get();
    }

    int64_t count, width;
    const float* floats = nullptr;
    const uint16_t* halves = nullptr;
    itc::Memory<float> room;
};

template <typename Blocks>
void sum_keys(const float* anchors, Dictionary keys, const int64_t* key_ids, const int64_t* ids, int64_t rows, double mu, double gamma, float* result) {
    int64_t count = keys.count, width = keys.width;
    Blocks blocks(anchors, rows, width, keys.halves != nullptr);
    // So many weights at the floor together are what float rounds away beside 1.
    auto floor = static_cast<float>(gamma - (24 * std::log(2.0) + std::log(static_cast<double>(count))) / mu - blocks.rough_error());
    auto steep = static_cast<float>(mu), middle = static_cast<float>(gamma);
    auto scores = itc::zeros<float>(kAnchors * kKeys), sums = itc::zeros<float>(itc::padded(rows) * width), totals = itc::zeros<float>(itc::padded(rows));
    std::vector<int64_t> held(kKeys);
    uint64_t near[kAnchors];
    // Anchors that had many near keys in the last block are expected to have many in the next.
    std::vector<bool> crowded(itc::padded(rows) / kAnchors);
    for (int64_t j = 0; j < count; j += kKeys) {
        int64_t some = std::min(kKeys, count - j);
        const float* block = keys.block(j, some);
        blocks.load(block, some);
        std::fill(std::copy_n(key_ids + j, some, held.begin()), held.end(), -1);
        for (int64_t b = 0; b < rows; b += kAnchors) {
            int64_t anchors_here = std::min(kAnchors, rows - b), many = kFew + 1;
            bool looked = !crowded[b / kAnchors];
            if (looked) {
                blocks.rough(b, scores.get());
                many = find_near(scores.get(), floor, near);
            }
            if (many == 0) continue;
            if (many <= kFew) {
                for (int64_t i = 0; i < anchors_here; ++i)
                    totals[b + i] += add_near(
                        near[i], anchors + (b + i) * width, block, held.data(), ids[b + i], width, steep, middle, sums.get() + (b + i) * width);
                continue;
            }
            blocks.exact(b, scores.get(), looked);
            crowded[b / kAnchors] = find_near(scores.get(), floor, near) > kFew;
            for (int64_t i = 0; i < anchors_here; ++i) totals[b + i] += exponentials(scores.get() + i * kKeys, held.data(), ids[b + i], steep, middle);
            blocks.add(scores.get(), sums.get() + b * width);
        }
    }
    for (int64_t b = 0; b < rows; ++b)
        for (int64_t d = 0; d < width; ++d) result[b * width + d] = sums[b * width + d] / (1 + totals[b]);
}

}  // namespace

#endif

// 1 where the processor has bf16 tiles or vectors of sixteen floats; itc_sum_keys may not be called elsewhere.
ITC_API int32_t itc_sums_keys() {
#ifdef ITC_TILES
    return itc::tiles() || __builtin_cpu_supports("avx512f");
#else
    return 0;
#endif
}

// sums[i] = Σ_j w_ij·k_j with w_ij = e^{mu (q_i·k_j - gamma)} / (1 + the row's sum), of unit rows: anchors q [B, D] and sums [B, D] float; keys k [K, D] float, or
// bf16, which anchors and weights are rounded to then; key_ids [K] and ids [B] int64, a key left out where its id is below 0 or the anchor's. All contiguous, D a
// multiple of 32, mu (1 - gamma) at most 80.
ITC_API int32_t itc_sum_keys(void* anchors, void* keys, void* key_ids, void* ids, double mu, double gamma, void* sums) {
    return itc::guarded(-1, [&] {
#ifdef ITC_TILES
        auto a = itc::borrow(anchors), k = itc::borrow(keys), held = itc::borrow(key_ids), own = itc::borrow(ids), s = itc::borrow(sums);
        if (k.scalar_type() == at::kBFloat16) a = a.to(at::kBFloat16).to(at::kFloat);
        (itc::tiles() ? sum_keys<itc::TileBlocks> : sum_keys<itc::VectorBlocks>)(
            a.data_ptr<float>(), k, held.data_ptr<int64_t>(), own.data_ptr<int64_t>(), a.size(0), mu, gamma, s.data_ptr<float>());
#endif
        return 0;
    });
}
