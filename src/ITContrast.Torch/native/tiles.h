// The processor's matrix tiles (AMX), for kernels that read a product while it is in cache: 16 rows of 64 bytes a register.
#pragma once

#include <cstdint>

#if defined(__x86_64__) && defined(__linux__) && defined(__GNUC__)
#include <immintrin.h>
#define ITC_VECTORS __attribute__((target("avx512f"), optimize("O3")))
#define ITC_TILES __attribute__((target("amx-tile,amx-bf16,avx512f,avx512bf16"), optimize("O3")))
#endif

namespace itc {

// Rows of a register; bf16 values in one of its rows.
constexpr int64_t kTileSide = 16, kTileDepth = 32;

#ifdef ITC_TILES

// Shapes this thread's registers while it lives; without it there is no product.
struct TileShape {
    ITC_TILES TileShape();
    ITC_TILES ~TileShape();
};

// Pairs of values of 16 rows, side by side: what the second operand's registers hold. A group of 16 rows is `depth` values a row from the next one.
ITC_VECTORS void tiles_pack(const uint16_t* rows, int64_t stride, int64_t count, int64_t width, uint16_t* panel, int64_t depth);

// out[count, columns] (+)= rows · panelᵀ over `width` values, of which the panel's groups hold `depth`.
ITC_TILES void tiles_multiply(
    const uint16_t* rows, int64_t stride, int64_t count, const uint16_t* panel, int64_t depth, int64_t columns, int64_t width, float* out, int64_t out_step, bool add);

// A matrix of numbers that are two bf16 ones each, x = high + low to 2^-16 of it; rows or a panel.
struct Halves {
    const uint16_t *high, *low;
};

// The same of such numbers, out += rows · panelᵀ by three products, high·high + low·high + high·low, in two thirds of the time that they take apart.
ITC_TILES void tiles_multiply(
    Halves rows, int64_t stride, int64_t count, Halves panel, int64_t depth, int64_t columns, int64_t width, float* out, int64_t out_step, bool add);

#endif

// Whether the processor has bf16 tiles and the system lets this process use them.
bool tiles();

}  // namespace itc
