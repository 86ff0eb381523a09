// Weighted sums of a dictionary's keys, a block of keys at a time while it is in cache: neither scores nor weights of all keys are ever written. A number is two
// bf16 ones, high + low to 2^-17 of it, and a product three on the processor's tiles, at several times float's speed. Where weights fall off exponentially with
// the score, keys that the first of the three products finds too far away are left out.
#include "shim.h"
#include "tiles.h"
#include "wide.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <memory>
#include <vector>

#ifdef ITC_TILES

namespace {

// Anchors and keys of a block of scores.
constexpr int64_t kAnchors = 32, kKeys = 64;
// As many near keys of a block are added one by one in the time of all of them by tiles.
constexpr int64_t kFew = kAnchors * kKeys / 32;
// bf16 rounds both unit rows and their product: 2·2⁻⁹ + 2⁻⁹ at most.
constexpr double kRoughError = 0.008;

struct Free {
    void operator()(void* memory) const { std::free(memory); }
};
template <typename T>
using Memory = std::unique_ptr<T[], Free>;

template <typename T>
Memory<T> zeros(int64_t count) {
    size_t bytes = (count * sizeof(T) + 63) / 64 * 64;
    void* memory = std::aligned_alloc(64, bytes);
    if (memory == nullptr) throw std::bad_alloc();
    std::memset(memory, 0, bytes);
    return Memory<T>(static_cast<T*>(memory));
}

// A bf16 number is the upper half of a float. (The compiler warns of what intrinsics without a mask leave undefined.)
ITC_TILES __m512i widen(__m256i numbers) { return _mm512_maskz_cvtepu16_epi32(0xffff, numbers); }

ITC_TILES __m512i upper(__m512i numbers) { return _mm512_maskz_slli_epi32(0xffff, numbers, 16); }

// count is a multiple of 16.
ITC_TILES void split(const float* numbers, int64_t count, uint16_t* high, uint16_t* low) {
    for (int64_t i = 0; i < count; i += 16) {
        __m512 x = _mm512_loadu_ps(numbers + i);
        __m256i h = (__m256i)_mm512_cvtneps_pbh(x);
        __m512 back = _mm512_castsi512_ps(upper(widen(h)));
        _mm256_storeu_si256(reinterpret_cast<__m256i*>(high + i), h);
        _mm256_storeu_si256(reinterpret_cast<__m256i*>(low + i), (__m256i)_mm512_cvtneps_pbh(_mm512_sub_ps(x, back)));
    }
}

// The second operand of a sum over keys: pairs of keys side by side, 16 of their values at a time.
ITC_TILES void pack_pairs(const uint16_t* keys, int64_t width, uint16_t* panel, int64_t depth) {
    for (int64_t d = 0; d < width; d += itc::kTileSide)
        for (int64_t key = 0; key < kKeys; key += 2) {
            __m512i first = widen(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(keys + key * width + d)));
            __m512i second = widen(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(keys + (key + 1) * width + d)));
            _mm512_storeu_si512(panel + d * depth + key * itc::kTileSide, _mm512_or_si512(first, upper(second)));
        }
}

// A bit a key of every anchor's, set where it is near; their number. What is no number counts as near: it must not be lost.
ITC_TILES int64_t find_near(const float* scores, float floor, uint64_t* near) {
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
ITC_TILES float add_near(
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
ITC_TILES float exponentials(float* scores, const int64_t* key_ids, int64_t id, float mu, float gamma) {
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

// Rows as two bf16 matrices.
struct Split {
    explicit Split(int64_t count) : high(zeros<uint16_t>(count)), low(zeros<uint16_t>(count)) {}
    itc::Halves at(int64_t place) const { return {high.get() + place, low.get() + place}; }
    Memory<uint16_t> high, low;
};

ITC_TILES void sum_keys(
    const float* anchors, const float* keys, const int64_t* key_ids, const int64_t* ids, int64_t rows, int64_t count, int64_t width, float mu, float gamma, float floor,
    float* result) {
    int64_t padded = (rows + kAnchors - 1) / kAnchors * kAnchors;
    Split queries(padded * width), block(kKeys * width), scoring(kKeys * width), summing(kKeys * width), weights(kAnchors * kKeys);
    split(anchors, rows * width, queries.high.get(), queries.low.get());
    auto scores = zeros<float>(kAnchors * kKeys), sums = zeros<float>(padded * width), totals = zeros<float>(padded);
    std::vector<int64_t> held(kKeys);
    uint64_t near[kAnchors];
    // Anchors that had many near keys in the last block are expected to have many in the next.
    std::vector<bool> crowded(padded / kAnchors);
    itc::TileShape shape;
    for (int64_t j = 0; j < count; j += kKeys) {
        int64_t some = std::min(kKeys, count - j);
        if (some < kKeys) block = Split(kKeys * width);
        split(keys + j * width, some * width, block.high.get(), block.low.get());
        std::fill(std::copy_n(key_ids + j, some, held.begin()), held.end(), -1);
        itc::tiles_pack(block.high.get(), width, kKeys, width, scoring.high.get(), width);
        bool packed = false;
        for (int64_t b = 0; b < rows; b += kAnchors) {
            itc::Halves query = queries.at(b * width);
            int64_t anchors_here = std::min(kAnchors, rows - b), many = kFew + 1;
            if (!crowded[b / kAnchors]) {
                itc::tiles_multiply(query.high, width, kAnchors, scoring.high.get(), width, kKeys, width, scores.get(), kKeys, false);
                many = find_near(scores.get(), floor, near);
            }
            if (many == 0) continue;
            if (many <= kFew) {
                for (int64_t i = 0; i < anchors_here; ++i)
                    totals[b + i] += add_near(
                        near[i], anchors + (b + i) * width, keys + j * width, held.data(), ids[b + i], width, mu, gamma, sums.get() + (b + i) * width);
                continue;
            }
            if (!packed) {
                itc::tiles_pack(block.low.get(), width, kKeys, width, scoring.low.get(), width);
                pack_pairs(block.high.get(), width, summing.high.get(), kKeys);
                pack_pairs(block.low.get(), width, summing.low.get(), kKeys);
                packed = true;
            }
            itc::tiles_multiply(query, width, kAnchors, scoring.at(0), width, kKeys, width, scores.get(), kKeys, false);
            crowded[b / kAnchors] = find_near(scores.get(), floor, near) > kFew;
            for (int64_t i = 0; i < anchors_here; ++i) totals[b + i] += exponentials(scores.get() + i * kKeys, held.data(), ids[b + i], mu, gamma);
            split(scores.get(), kAnchors * kKeys, weights.high.get(), weights.low.get());
            itc::tiles_multiply(weights.at(0), kKeys, kAnchors, summing.at(0), kKeys, width, kKeys, sums.get() + b * width, width, true);
        }
    }
    for (int64_t b = 0; b < rows; ++b)
        for (int64_t d = 0; d < width; ++d) result[b * width + d] = sums[b * width + d] / (1 + totals[b]);
}

}  // namespace

#endif

// sums[i] = Σ_j w_ij·k_j with w_ij = e^{mu (q_i·k_j - gamma)} / (1 + the row's sum), of unit rows: anchors q [B, D], keys k [K, D], sums [B, D] float; key_ids [K] and
// ids [B] int64, a key left out where its id is below 0 or the anchor's. All contiguous, D a multiple of 32, mu (1 - gamma) at most 80. Only where itc_tiles gives 1.
ITC_API int32_t itc_sum_keys(void* anchors, void* keys, void* key_ids, void* ids, double mu, double gamma, void* sums) {
    return itc::guarded(-1, [&] {
#ifdef ITC_TILES
        auto a = itc::borrow(anchors), k = itc::borrow(keys), held = itc::borrow(key_ids), own = itc::borrow(ids), s = itc::borrow(sums);
        int64_t count = k.size(0);
        // So many weights at the floor together are what float rounds away beside 1.
        double floor = gamma - (24 * std::log(2.0) + std::log(static_cast<double>(count))) / mu - kRoughError;
        sum_keys(
            a.data_ptr<float>(), k.data_ptr<float>(), held.data_ptr<int64_t>(), own.data_ptr<int64_t>(), a.size(0), count, a.size(1), static_cast<float>(mu),
            static_cast<float>(gamma), static_cast<float>(floor), s.data_ptr<float>());
#endif
        return 0;
    });
}
