// A dropout mask in one pass. libtorch draws its uniform numbers one virtual call at a time, then compares, converts and scales them in passes of their own.
#include "shim.h"
#include "wide.h"

#include <ATen/ATen.h>

#include <cmath>

namespace {

constexpr int kWords = 624, kShift = 397;

// Matsumoto and Nishimura's Mersenne Twister (1998), which is libtorch's generator on the CPU: the next 624 words of state.
ITC_WIDE void twist(uint32_t* s) {
    auto mix = [](uint32_t high, uint32_t low) {
        uint32_t y = (high & 0x80000000u) | (low & 0x7fffffffu);
        return (y >> 1) ^ (-(low & 1u) & 0x9908b0dfu);
    };
    for (int i = 0; i < kWords - kShift; ++i) s[i] = s[i + kShift] ^ mix(s[i], s[i + 1]);
    for (int i = kWords - kShift; i < kWords - 1; ++i) s[i] = s[i + kShift - kWords] ^ mix(s[i], s[i + 1]);
    s[kWords - 1] = s[kShift - 1] ^ mix(s[kWords - 1], s[0]);
}

// A float's uniform number is the tempered word's lower 24 bits over 2^24.
ITC_WIDE void fill(const uint32_t* s, float* out, int count, int32_t least, float scale) {
    for (int i = 0; i < count; ++i) {
        uint32_t y = s[i];
        y ^= y >> 11;
        y ^= (y << 7) & 0x9d2c5680u;
        y ^= (y << 15) & 0xefc60000u;
        y ^= y >> 18;
        out[i] = static_cast<int32_t>(y & 0xffffffu) >= least ? scale : 0.0f;
    }
}

}  // namespace

// Fills a contiguous float tensor with [u >= p] / (1 - p), u as rand() draws it from a new generator of that seed.
ITC_API int32_t itc_dropout_mask(void* handle, int64_t seed, double p) {
    return itc::guarded(-1, [&] {
        auto mask = itc::borrow(handle);
        uint32_t state[kWords];
        state[0] = static_cast<uint32_t>(seed);
        for (int i = 1; i < kWords; ++i) state[i] = 1812433253u * (state[i - 1] ^ (state[i - 1] >> 30)) + i;
        auto least = static_cast<int32_t>(std::ceil(static_cast<double>(static_cast<float>(p)) * 16777216.0));
        auto scale = static_cast<float>(1 / (1 - p));
        float* out = mask.data_ptr<float>();
        for (int64_t left = mask.numel(); left > 0; left -= kWords, out += kWords) {
            twist(state);
            fill(state, out, static_cast<int>(std::min<int64_t>(left, kWords)), least, scale);
        }
        return 0;
    });
}
