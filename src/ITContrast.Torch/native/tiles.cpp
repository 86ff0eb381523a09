// Products of bf16 rows on the processor's matrix tiles (AMX), for whoever reads a product once while it is in cache: libtorch's own writes whole matrices, in bf16,
// and reaches a fraction of the units' speed on them. A tile register holds 16 rows of 64 bytes; four sums of 16 x 16 are kept while two tiles of each operand pass.
#include "shim.h"

#if defined(__x86_64__) && defined(__linux__) && defined(__GNUC__)
#include <cpuid.h>
#include <immintrin.h>
#include <sys/syscall.h>
#include <unistd.h>
#define ITC_TILES __attribute__((target("amx-tile,amx-bf16,avx512f")))
#endif

namespace {

// Rows of a tile register; bf16 values in one of its rows.
constexpr int64_t kSide = 16, kDepth = 32;

#ifdef ITC_TILES

bool found() {
    constexpr unsigned kRequestPermission = 0x1023, kTileData = 18, kAvx512 = 1u << 16, kBFloat16 = 1u << 22, kTile = 1u << 24;
    unsigned a, b, c, d;
    return __get_cpuid_count(7, 0, &a, &b, &c, &d) && (b & kAvx512) && (d & kBFloat16) && (d & kTile) && syscall(SYS_arch_prctl, kRequestPermission, kTileData) == 0;
}

// What the processor reads to shape its registers: all of them 16 rows of 64 bytes.
struct Shape {
    Shape() {
        for (int i = 0; i < 8; ++i) bytes[i] = 64, rows[i] = kSide;
    }
    uint8_t palette = 1, start = 0, reserved[14] = {};
    uint16_t bytes[16] = {};
    uint8_t rows[16] = {};
};
static_assert(sizeof(Shape) == 64, "as the processor reads it");

// Pairs of values of 16 rows, side by side: what the second operand's registers hold.
ITC_TILES void pack(const uint16_t* rows, int64_t stride, int64_t count, int64_t width, uint16_t* panel) {
    for (int64_t row = 0; row < count; row += kSide, rows += kSide * stride)
        for (int64_t k = 0; k < width; k += kDepth)
            for (int64_t pair = 0; pair < kDepth / 2; ++pair, panel += 2 * kSide) {
                __m512i places = _mm512_mullo_epi32(_mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15), _mm512_set1_epi32(static_cast<int>(stride / 2)));
                _mm512_storeu_si512(panel, _mm512_mask_i32gather_epi32(_mm512_setzero_si512(), 0xffff, places, reinterpret_cast<const int*>(rows + k) + pair, 4));
            }
}

ITC_TILES void multiply(const uint16_t* rows, int64_t stride, int64_t count, const uint16_t* panel, int64_t columns, int64_t width, float* out, int64_t out_step) {
    Shape shape;
    _tile_loadconfig(&shape);
    for (int64_t i = 0; i < count; i += 2 * kSide, rows += 2 * kSide * stride, out += 2 * kSide * out_step)
        for (int64_t j = 0; j < columns; j += 2 * kSide) {
            const uint16_t *a0 = rows, *a1 = rows + kSide * stride, *b0 = panel + j * width, *b1 = b0 + kSide * width;
            _tile_zero(0);
            _tile_zero(1);
            _tile_zero(2);
            _tile_zero(3);
            for (int64_t k = 0; k < width; k += kDepth, a0 += kDepth, a1 += kDepth, b0 += kSide * kDepth, b1 += kSide * kDepth) {
                _tile_loadd(4, a0, 2 * stride);
                _tile_loadd(5, a1, 2 * stride);
                _tile_loadd(6, b0, 64);
                _tile_loadd(7, b1, 64);
                _tile_dpbf16ps(0, 4, 6);
                _tile_dpbf16ps(1, 4, 7);
                _tile_dpbf16ps(2, 5, 6);
                _tile_dpbf16ps(3, 5, 7);
            }
            float *upper = out + j, *lower = upper + kSide * out_step;
            _tile_stored(0, upper, 4 * out_step);
            _tile_stored(1, upper + kSide, 4 * out_step);
            _tile_stored(2, lower, 4 * out_step);
            _tile_stored(3, lower + kSide, 4 * out_step);
        }
    _tile_release();
}

#else

bool found() { return false; }
void pack(const uint16_t*, int64_t, int64_t, int64_t, uint16_t*) {}
void multiply(const uint16_t*, int64_t, int64_t, const uint16_t*, int64_t, int64_t, float*, int64_t) {}

#endif

}  // namespace

// 1 where the processor has bf16 tiles and the system lets this process use them; nothing below may be called elsewhere.
ITC_API int32_t itc_tiles() {
    static const bool there = found();
    return there;
}

// count rows of width values, stride apart, into a panel [count, width] of the second operand. count is a multiple of 32, as are width and stride.
ITC_API void itc_tiles_pack(const uint16_t* rows, int64_t stride, int64_t count, int64_t width, uint16_t* panel) { pack(rows, stride, count, width, panel); }

// out[count, columns] = rows · panelᵀ, out_step values from one row to the next. count, columns, width and stride are multiples of 32.
ITC_API void itc_tiles_multiply(const uint16_t* rows, int64_t stride, int64_t count, const uint16_t* panel, int64_t columns, int64_t width, float* out, int64_t out_step) {
    multiply(rows, stride, count, panel, columns, width, out, out_step);
}
