// Products of bf16 rows on the processor's matrix tiles (AMX), for whoever reads a product once while it is in cache: libtorch's own writes whole matrices, in bf16,
// and reaches a fraction of the units' speed on them. Four sums of 16 x 16 are kept while two tiles of each operand pass.
#include "tiles.h"
#include "shim.h"

#ifdef ITC_TILES
#include <cpuid.h>
#include <sys/syscall.h>
#include <unistd.h>
#endif

namespace itc {

#ifdef ITC_TILES

namespace {

constexpr int64_t kSide = kTileSide, kDepth = kTileDepth;

bool find() {
    constexpr unsigned kRequestPermission = 0x1023, kTileData = 18, kAvx512 = 1u << 16, kBFloat16 = 1u << 22, kTile = 1u << 24, kAvx512BFloat16 = 1u << 5;
    unsigned a, b, c, d, more;
    return __get_cpuid_count(7, 0, &a, &b, &c, &d) && (b & kAvx512) && (d & kBFloat16) && (d & kTile) && __get_cpuid_count(7, 1, &more, &b, &c, &d) &&
           (more & kAvx512BFloat16) && syscall(SYS_arch_prctl, kRequestPermission, kTileData) == 0;
}

// What the processor reads to shape its registers: all of them 16 rows of 64 bytes.
struct Shape {
    constexpr Shape() {
        for (int i = 0; i < 8; ++i) bytes[i] = 64, rows[i] = kSide;
    }
    uint8_t palette = 1, start = 0, reserved[14] = {};
    uint16_t bytes[16] = {};
    uint8_t rows[16] = {};
};
static_assert(sizeof(Shape) == 64, "as the processor reads it");
// A constant in memory: of a local one the compiler stores no more than the eight bytes that it believes to be read.
constexpr Shape kShape;

}  // namespace

ITC_TILES TileShape::TileShape() { _tile_loadconfig(&kShape); }

ITC_TILES TileShape::~TileShape() { _tile_release(); }

ITC_VECTORS void tiles_pack(const uint16_t* rows, int64_t stride, int64_t count, int64_t width, uint16_t* panel, int64_t depth) {
    const __m512i places =
        _mm512_mullo_epi32(_mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15), _mm512_set1_epi32(static_cast<int>(stride / 2)));
    for (int64_t row = 0; row < count; row += kSide, rows += kSide * stride, panel += kSide * depth)
        for (int64_t pair = 0; pair < width / 2; ++pair)
            _mm512_storeu_si512(
                panel + pair * 2 * kSide, _mm512_mask_i32gather_epi32(_mm512_setzero_si512(), 0xffff, places, reinterpret_cast<const int*>(rows) + pair, 4));
}

namespace {

// The four sums of a block of 32 x 32 stay in registers 0 to 3.
ITC_TILES inline void open(const float* upper, int64_t step, bool add) {
    if (!add) {
        _tile_zero(0);
        _tile_zero(1);
        _tile_zero(2);
        _tile_zero(3);
        return;
    }
    const float* lower = upper + kSide * step;
    _tile_loadd(0, upper, 4 * step);
    _tile_loadd(1, upper + kSide, 4 * step);
    _tile_loadd(2, lower, 4 * step);
    _tile_loadd(3, lower + kSide, 4 * step);
}

ITC_TILES inline void close(float* upper, int64_t step) {
    float* lower = upper + kSide * step;
    _tile_stored(0, upper, 4 * step);
    _tile_stored(1, upper + kSide, 4 * step);
    _tile_stored(2, lower, 4 * step);
    _tile_stored(3, lower + kSide, 4 * step);
}

ITC_TILES inline void load_rows(const uint16_t* rows, int64_t stride) {
    _tile_loadd(4, rows, 2 * stride);
    _tile_loadd(5, rows + kSide * stride, 2 * stride);
}

ITC_TILES inline void load_columns(const uint16_t* panel, int64_t depth) {
    _tile_loadd(6, panel, 64);
    _tile_loadd(7, panel + kSide * depth, 64);
}

ITC_TILES inline void add_products() {
    _tile_dpbf16ps(0, 4, 6);
    _tile_dpbf16ps(1, 4, 7);
    _tile_dpbf16ps(2, 5, 6);
    _tile_dpbf16ps(3, 5, 7);
}

}  // namespace

ITC_TILES void tiles_multiply(
    const uint16_t* rows, int64_t stride, int64_t count, const uint16_t* panel, int64_t depth, int64_t columns, int64_t width, float* out, int64_t out_step, bool add) {
    for (int64_t i = 0; i < count; i += 2 * kSide, rows += 2 * kSide * stride, out += 2 * kSide * out_step)
        for (int64_t j = 0; j < columns; j += 2 * kSide) {
            open(out + j, out_step, add);
            for (int64_t k = 0; k < width; k += kDepth) {
                load_rows(rows + k, stride);
                load_columns(panel + j * depth + k * kSide, depth);
                add_products();
            }
            close(out + j, out_step);
        }
}

ITC_TILES void tiles_multiply(
    Halves rows, int64_t stride, int64_t count, Halves panel, int64_t depth, int64_t columns, int64_t width, float* out, int64_t out_step, bool add) {
    for (int64_t i = 0; i < count; i += 2 * kSide, out += 2 * kSide * out_step)
        for (int64_t j = 0; j < columns; j += 2 * kSide) {
            open(out + j, out_step, add);
            for (int64_t k = 0; k < width; k += kDepth) {
                int64_t row = i * stride + k, column = j * depth + k * kSide;
                load_rows(rows.low + row, stride);
                load_columns(panel.high + column, depth);
                add_products();
                load_rows(rows.high + row, stride);
                add_products();
                load_columns(panel.low + column, depth);
                add_products();
            }
            close(out + j, out_step);
        }
}

bool tiles() {
    static const bool there = find();
    return there;
}

#else

bool tiles() { return false; }

#endif

}  // namespace itc

// 1 where the processor has bf16 tiles and the system lets this process use them; nothing below may be called elsewhere.
ITC_API int32_t itc_tiles() { return itc::tiles(); }

// count rows of width values, stride apart, into a panel [count, width] of the second operand. count is a multiple of 32, as are width and stride.
ITC_API void itc_tiles_pack(const uint16_t* rows, int64_t stride, int64_t count, int64_t width, uint16_t* panel) {
#ifdef ITC_TILES
    itc::tiles_pack(rows, stride, count, width, panel, width);
#endif
}

// out[count, columns] = rows · panelᵀ, out_step values from one row to the next. count, columns, width and stride are multiples of 32.
ITC_API void itc_tiles_multiply(const uint16_t* rows, int64_t stride, int64_t count, const uint16_t* panel, int64_t columns, int64_t width, float* out, int64_t out_step) {
#ifdef ITC_TILES
    itc::TileShape shape;
    itc::tiles_multiply(rows, stride, count, panel, width, columns, width, out, out_step, false);
#endif
}
