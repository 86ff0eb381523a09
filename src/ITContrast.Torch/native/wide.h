// ITC_WIDE compiles a function for several widths of vector; the processor at hand chooses when the library loads.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#define ITC_WIDE __attribute__((target_clones("avx512f", "avx2", "default"), optimize("O3")))
// A version of a function written for AVX-512; the one that it stands beside has target("default").
#define ITC_WIDE_512 __attribute__((target("avx512f")))
#include <immintrin.h>
#else
#define ITC_WIDE
#endif

namespace itc {

// Sixteen numbers at any address; the word auto would lose that they may lie anywhere.
typedef float Lanes __attribute__((vector_size(64), aligned(4), may_alias));
constexpr long kLanes = 16;

// As many whole numbers, as comparisons give them.
typedef int32_t Counts __attribute__((vector_size(64), aligned(4), may_alias));

// True where a byte is not 0. A loop, of which vectors are made; the compiler converts a vector of bytes one by one.
inline void set_lanes(const bool* bytes, Counts* set) {
    const uint8_t* plain = reinterpret_cast<const uint8_t*>(bytes);
    int32_t wide[kLanes];
    for (long l = 0; l < kLanes; ++l) wide[l] = plain[l];
    *set = *reinterpret_cast<const Counts*>(wide) != 0;
}

// e^x for x <= 87, to 2 units in the last place; 0 below what a float holds.
inline float exponential(float x) {
    float bounded = std::max(x, -87.0f), shifted = bounded * 1.44269504f + 12582912.0f, whole = shifted - 12582912.0f;
    float rest = bounded - whole * 0.693359375f + whole * 2.12194440e-4f;
    float series = 1.9875691500e-4f;
    series = series * rest + 1.3981999507e-3f;
    series = series * rest + 8.3334519073e-3f;
    series = series * rest + 4.1665795894e-2f;
    series = series * rest + 1.6666665459e-1f;
    series = series * rest + 5.0000001201e-1f;
    series = series * rest * rest + rest + 1.0f;
    int32_t exponent = (static_cast<int32_t>(whole) + 127) << 23;
    float power;
    std::memcpy(&power, &exponent, sizeof power);
    return x < -87.0f ? 0.0f : series * power;
}

}  // namespace itc
