// ITC_WIDE compiles a function for several widths of vector; the processor at hand chooses when the library loads.
#pragma once

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

}  // namespace itc
