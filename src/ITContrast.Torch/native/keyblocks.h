// Products of a block of anchors and a block of keys, for sums over a dictionary's keys: on the processor's bf16 tiles, where a number is two bf16 ones and a product
// three, or in vectors of floats. Rough scores are of numbers rounded to bf16, by one product, which is all that numbers need that are bf16 already.
#pragma once

#include "tiles.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <new>

#ifdef ITC_TILES
#define ITC_BF16 __attribute__((target("avx512f,avx512bf16"), optimize("O3")))

namespace itc {

// Anchors and keys of a block of scores.
constexpr int64_t kAnchors = 32, kKeys = 64;

// How far the score of two unit rows rounded to bf16 is off, at most: 2·2⁻⁸ and a little.
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

inline int64_t padded(int64_t rows) { return (rows + kAnchors - 1) / kAnchors * kAnchors; }

// A bf16 number is the upper half of a float. (The compiler warns of what intrinsics without a mask leave undefined.)
ITC_VECTORS inline __m512i widen(__m256i numbers) { return _mm512_maskz_cvtepu16_epi32(0xffff, numbers); }

ITC_VECTORS inline __m512i upper(__m512i numbers) { return _mm512_maskz_slli_epi32(0xffff, numbers, 16); }

// Counts are multiples of 16.
ITC_BF16 inline void round(const float* numbers, int64_t count, uint16_t* high) {
    for (int64_t i = 0; i < count; i += 16)
        _mm256_storeu_si256(reinterpret_cast<__m256i*>(high + i), (__m256i)_mm512_cvtneps_pbh(_mm512_loadu_ps(numbers + i)));
}

ITC_BF16 inline void split(const float* numbers, int64_t count, uint16_t* high, uint16_t* low) {
    for (int64_t i = 0; i < count; i += 16) {
        __m512 x = _mm512_loadu_ps(numbers + i);
        __m256i h = (__m256i)_mm512_cvtneps_pbh(x);
        __m512 back = _mm512_castsi512_ps(upper(widen(h)));
        _mm256_storeu_si256(reinterpret_cast<__m256i*>(high + i), h);
        _mm256_storeu_si256(reinterpret_cast<__m256i*>(low + i), (__m256i)_mm512_cvtneps_pbh(_mm512_sub_ps(x, back)));
    }
}

// The second operand of a sum over keys: pairs of keys side by side, 16 of their values at a time.
ITC_BF16 inline void pack_pairs(const uint16_t* keys, int64_t width, uint16_t* panel) {
    for (int64_t d = 0; d < width; d += kTileSide)
        for (int64_t key = 0; key < kKeys; key += 2) {
            __m512i first = widen(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(keys + key * width + d)));
            __m512i second = widen(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(keys + (key + 1) * width + d)));
            _mm512_storeu_si512(panel + d * kKeys + key * kTileSide, _mm512_or_si512(first, upper(second)));
        }
}

// What both kinds of blocks do. load() takes the keys of the products that follow, which stay where they are meanwhile, 0 where a block lacks some; scores are
// [kAnchors, kKeys] of the anchors from `first` on; rough() ones are off by rough_error() at most, and exact() may find them still there; add() is
// sums[kAnchors, width] += weights[kAnchors, kKeys] · keys. Of anchors and keys that are bf16 numbers weights are rounded to such, too.

// Numbers that are two bf16 ones each, high + low to 2^-16 of them: a product is three on tiles, at several times float's speed.
class TileBlocks {
public:
    TileBlocks(const float* anchors, int64_t rows, int64_t width, bool halves)
        : width(width), halves(halves), queries(padded(rows) * width), block(kKeys * width), scoring(kKeys * width), summing(kKeys * width), weights(kAnchors * kKeys) {
        split(anchors, rows * width, queries.high.get(), queries.low.get());
    }

    double rough_error() const { return halves ? 0 : kRoughError; }

    void load(const float* keys, int64_t count) {
        if (count < kKeys) block = Split(kKeys * width);
        split(keys, count * width, block.high.get(), block.low.get());
        tiles_pack(block.high.get(), width, kKeys, width, scoring.high.get(), width);
        packed = false;
    }

    void rough(int64_t first, float* scores) {
        tiles_multiply(queries.high.get() + first * width, width, kAnchors, scoring.high.get(), width, kKeys, width, scores, kKeys, false);
    }

    void exact(int64_t first, float* scores, bool roughly) {
        if (halves) {
            if (!roughly) rough(first, scores);
            return;
        }
        pack();
        tiles_multiply(queries.at(first * width), width, kAnchors, scoring.at(0), width, kKeys, width, scores, kKeys, false);
    }

    void add(const float* numbers, float* sums) {
        pack();
        if (halves) {
            round(numbers, kAnchors * kKeys, weights.high.get());
            tiles_multiply(weights.high.get(), kKeys, kAnchors, summing.high.get(), kKeys, width, kKeys, sums, width, true);
            return;
        }
        split(numbers, kAnchors * kKeys, weights.high.get(), weights.low.get());
        tiles_multiply(weights.at(0), kKeys, kAnchors, summing.at(0), kKeys, width, kKeys, sums, width, true);
    }

private:
    struct Split {
        explicit Split(int64_t count) : high(zeros<uint16_t>(count)), low(zeros<uint16_t>(count)) {}
        Halves at(int64_t place) const { return {high.get() + place, low.get() + place}; }
        Memory<uint16_t> high, low;
    };

    // What only crowded blocks need.
    void pack() {
        if (packed) return;
        packed = true;
        pack_pairs(block.high.get(), width, summing.high.get());
        if (halves) return;
        tiles_pack(block.low.get(), width, kKeys, width, scoring.low.get(), width);
        pack_pairs(block.low.get(), width, summing.low.get());
    }

    int64_t width;
    bool halves;
    Split queries, block, scoring, summing, weights;
    bool packed = false;
    TileShape shape;
};

// Floats in vectors of sixteen, and bf16 numbers where the processor multiplies them, at twice the speed; elsewhere rough scores are exact.
class VectorBlocks {
public:
    VectorBlocks(const float* anchors, int64_t rows, int64_t width, bool halves)
        : width(width), halves(halves && rounds), exact_queries(zeros<float>(padded(rows) * width)), scoring(zeros<float>(kKeys * width)) {
        std::copy_n(anchors, rows * width, exact_queries.get());
        if (!rounds) return;
        queries = zeros<uint16_t>(padded(rows) * width);
        round(anchors, rows * width, queries.get());
        rounded = zeros<uint16_t>(kKeys * width);
        rough_scoring = zeros<uint16_t>(kKeys * width);
        summing = zeros<uint16_t>(kKeys * width);
        weights = zeros<uint16_t>(kAnchors * kKeys);
    }

    double rough_error() const { return rounds && !halves ? kRoughError : 0; }

    void load(const float* keys, int64_t count) {
        block = keys;
        if (count < kKeys) block = std::copy_n(keys, count * width, (last = zeros<float>(kKeys * width)).get()) - count * width;
        turned = packed = paired = false;
    }

    void rough(int64_t first, float* scores) {
        if (!rounds) return exact(first, scores, false);
        if (!packed) pack();
        multiply(queries.get() + first * width, width, rough_scoring.get(), kKeys, width, scores, false);
    }

    void exact(int64_t first, float* scores, bool roughly) {
        if (roughly && (halves || !rounds)) return;
        if (halves) return rough(first, scores);
        if (!turned) turn();
        multiply(exact_queries.get() + first * width, width, scoring.get(), kColumns * width, kColumns, kKeys, width, scores, false);
    }

    void add(const float* numbers, float* sums) {
        if (!halves) return multiply(numbers, kKeys, block, kColumns, width, width, kKeys, sums, true);
        if (!paired) pack_pairs(rounded.get(), width, summing.get());
        paired = true;
        round(numbers, kAnchors * kKeys, weights.get());
        multiply(weights.get(), kKeys, summing.get(), width, kKeys, sums, true);
    }

private:
    // The sums of 8 x 32 stay in registers while a product goes through its depth.
    static constexpr int kRows = 8, kColumns = 32;

    ITC_VECTORS static void open(__m512 (&left)[kRows], __m512 (&right)[kRows], const float* out, int64_t step, bool add) {
        for (int r = 0; r < kRows; ++r) {
            left[r] = add ? _mm512_loadu_ps(out + r * step) : _mm512_setzero_ps();
            right[r] = add ? _mm512_loadu_ps(out + r * step + 16) : _mm512_setzero_ps();
        }
    }

    ITC_VECTORS static void close(const __m512 (&left)[kRows], const __m512 (&right)[kRows], float* out, int64_t step) {
        for (int r = 0; r < kRows; ++r) {
            _mm512_storeu_ps(out + r * step, left[r]);
            _mm512_storeu_ps(out + r * step + 16, right[r]);
        }
    }

    // out[kAnchors, columns] (+)= rows[kAnchors, depth] · panel[depth, columns]; the panel's strips of 32 columns are `strip` from each other, their rows `step`.
    ITC_VECTORS static void multiply(
        const float* rows, int64_t stride, const float* panel, int64_t strip, int64_t step, int64_t columns, int64_t depth, float* out, bool add) {
        for (int64_t j = 0; j < columns; j += kColumns, panel += strip)
            for (int64_t i = 0; i < kAnchors; i += kRows) {
                __m512 left[kRows], right[kRows];
                open(left, right, out + i * columns + j, columns, add);
                for (int64_t k = 0; k < depth; ++k) {
                    __m512 first = _mm512_loadu_ps(panel + k * step), second = _mm512_loadu_ps(panel + k * step + 16);
                    for (int r = 0; r < kRows; ++r) {
                        __m512 one = _mm512_set1_ps(rows[(i + r) * stride + k]);
                        left[r] = _mm512_fmadd_ps(one, first, left[r]);
                        right[r] = _mm512_fmadd_ps(one, second, right[r]);
                    }
                }
                close(left, right, out + i * columns + j, columns);
            }
    }

    // The same of bf16 numbers, two of the depth at a time; the panel holds such pairs, in groups of 16 columns.
    ITC_BF16 static void multiply(const uint16_t* rows, int64_t stride, const uint16_t* panel, int64_t columns, int64_t depth, float* out, bool add) {
        for (int64_t j = 0; j < columns; j += kColumns, panel += kColumns * depth)
            for (int64_t i = 0; i < kAnchors; i += kRows) {
                __m512 left[kRows], right[kRows];
                open(left, right, out + i * columns + j, columns, add);
                for (int64_t k = 0; k < depth; k += 2) {
                    auto first = (__m512bh)_mm512_loadu_si512(panel + k * kTileSide);
                    auto second = (__m512bh)_mm512_loadu_si512(panel + (depth + k) * kTileSide);
                    for (int r = 0; r < kRows; ++r) {
                        int pair;
                        std::memcpy(&pair, rows + (i + r) * stride + k, sizeof pair);
                        auto both = (__m512bh)_mm512_set1_epi32(pair);
                        left[r] = _mm512_dpbf16_ps(left[r], both, first);
                        right[r] = _mm512_dpbf16_ps(right[r], both, second);
                    }
                }
                close(left, right, out + i * columns + j, columns);
            }
    }

    void pack() {
        round(block, kKeys * width, rounded.get());
        tiles_pack(rounded.get(), width, kKeys, width, rough_scoring.get(), width);
        packed = true;
    }

    // The block's columns as rows.
    ITC_VECTORS void turn() {
        const __m512i places =
            _mm512_mullo_epi32(_mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15), _mm512_set1_epi32(static_cast<int>(width)));
        for (int64_t key = 0; key < kKeys; key += 16)
            for (int64_t d = 0; d < width; ++d)
                _mm512_storeu_ps(
                    scoring.get() + key / kColumns * kColumns * width + d * kColumns + key % kColumns,
                    _mm512_mask_i32gather_ps(_mm512_setzero_ps(), 0xffff, places, block + key * width + d, 4));
        turned = true;
    }

    int64_t width;
    bool rounds = __builtin_cpu_supports("avx512bf16"), halves, turned = false, packed = false, paired = false;
    const float* block = nullptr;
    Memory<float> exact_queries, last, scoring;
    Memory<uint16_t> queries, rounded, rough_scoring, summing, weights;
};

}  // namespace itc

#endif
