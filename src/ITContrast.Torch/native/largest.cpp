// The largest unmasked numbers of every row in a few passes over each row: libtorch's topk moves whole rows of pairs about, however few are wanted.
#include "shim.h"
#include "wide.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <limits>
#include <vector>

namespace {

struct Entry {
    float value;
    int64_t index;
};

enum class Found { Done, Tied, NotANumber };

using itc::kLanes;
using itc::Lanes;

constexpr float kNone = -std::numeric_limits<float>::infinity();

// What is left of a row, side by side, -inf where left out and up to a whole number of lanes.
ITC_WIDE void gather(const float* row, const bool* excluded, int64_t n, int64_t row_step, int64_t mask_step, int64_t padded, float* left) {
    if (row_step == 1 && mask_step == 1)
        for (int64_t i = 0; i < n; ++i) left[i] = excluded[i] ? kNone : row[i];
    else
        for (int64_t i = 0; i < n; ++i) left[i] = excluded[i * mask_step] ? kNone : row[i * row_step];
    for (int64_t i = n; i < padded; ++i) left[i] = kNone;
}

ITC_WIDE int32_t count(const float* row, int64_t n, float floor) {
    int32_t found = 0;
    for (int64_t i = 0; i < n; ++i) found += row[i] >= floor;
    return found;
}

// The least and the greatest number; false at a NaN.
ITC_WIDE bool range(const float* row, int64_t padded, float* least, float* most) {
    constexpr float infinity = std::numeric_limits<float>::infinity();
    Lanes low = Lanes{} + infinity, high = -low, all = low;
    auto bad = low != low;
    for (int64_t i = 0; i < padded; i += kLanes) {
        Lanes here = *reinterpret_cast<const Lanes*>(row + i), counted = here == -all ? all : here;
        bad |= here != here;
        high = here > high ? here : high;
        low = counted < low ? counted : low;
    }
    *least = infinity;
    *most = kNone;
    int32_t any = 0;
    for (int64_t l = 0; l < kLanes; ++l) {
        *least = std::min(*least, low[l]);
        *most = std::max(*most, high[l]);
        any |= bad[l];
    }
    return any == 0;
}

// A number that k or somewhat more of the row are not below: what is below it need not be looked at. Halving what lies between finds it in a few passes.
float floor_of(const float* row, int64_t padded, int64_t k, float low, float high) {
    for (int step = 0; step < 16 && low < high; ++step) {
        float middle = low + (high - low) / 2;
        int32_t found = count(row, padded, middle);
        (found >= k ? low : high) = middle;
        if (found >= k && found <= k + k / 8) break;
    }
    return low;
}

// How many numbers are larger, for each.
ITC_WIDE void rank(const float* numbers, int64_t n, int32_t* ranks) {
    for (int64_t i = 0; i < n; ++i) ranks[i] = 0;
    for (int64_t j = 0; j < n; ++j)
        for (int64_t i = 0; i < n; ++i) ranks[i] += numbers[j] > numbers[i];
}

// Room for a row's candidates.
struct Candidates {
    explicit Candidates(int64_t n) : numbers(n + 1), places(n + 1), ranks(n + 1) {}
    std::vector<float> numbers;
    std::vector<int32_t> places, ranks;
};

// Puts the k largest of a row in falling order. Tied where equal numbers meet at a place that counts, or so many that counting whom each exceeds would take longer than a sort.
Found select(const float* row, int64_t n, int64_t padded, int64_t k, Candidates& room, float* values, int64_t* indices) {
    float least, most;
    if (!range(row, padded, &least, &most)) return Found::NotANumber;
    float floor = floor_of(row, padded, k, least, most);
    int64_t count = 0;
    for (int64_t i = 0; i < n; ++i) {
        room.numbers[count] = row[i];
        room.places[count] = static_cast<int32_t>(i);
        count += row[i] >= floor;
    }
    if (count > 4 * k + 64) return Found::Tied;
    rank(room.numbers.data(), count, room.ranks.data());
    std::fill(values, values + k, kNone);
    std::fill(indices, indices + k, 0);
    int64_t taken = 0, places = 0;
    for (int64_t c = 0; c < count; ++c) {
        int32_t place = room.ranks[c];
        if (place >= k) continue;
        values[place] = room.numbers[c];
        indices[place] = room.places[c];
        ++taken;
        places += place;
    }
    // Equal numbers have one place: one too many is taken, or a place stays free.
    int64_t expected = std::min(k, count);
    return taken == expected && places == expected * (expected - 1) / 2 ? Found::Done : Found::Tied;
}

// The order of equal numbers is that of the algorithms in libtorch's topk, run here over the one row.
void sort(const float* row, int64_t n, int64_t k, std::vector<Entry>& all, float* values, int64_t* indices) {
    all.resize(n);
    for (int64_t i = 0; i < n; ++i) all[i] = {row[i], i};
    auto larger = [](const Entry& x, const Entry& y) { return x.value > y.value; };
    if (k * 64 <= n) {
        std::partial_sort(all.begin(), all.begin() + k, all.end(), larger);
    } else {
        std::nth_element(all.begin(), all.begin() + k - 1, all.end(), larger);
        std::sort(all.begin(), all.begin() + k - 1, larger);
    }
    for (int64_t j = 0; j < k; ++j) {
        values[j] = all[j].value;
        indices[j] = all[j].index;
    }
}

}  // namespace

// scores: float [B, N] of any strides; mask: bool [B, N], true leaves a number out; values float and indices int64, both contiguous [B, k]. 0 where it gave up at a NaN.
ITC_API int32_t itc_largest(void* scores, void* mask, void* values, void* indices) {
    return itc::guarded(-1, [&] {
        auto s = itc::borrow(scores), m = itc::borrow(mask), v = itc::borrow(values), x = itc::borrow(indices);
        int64_t n = s.size(1), k = v.size(1);
        std::vector<Entry> all;
        int64_t padded = (n + kLanes - 1) / kLanes * kLanes;
        std::vector<float> left(padded);
        Candidates room(n);
        for (int64_t b = 0; b < s.size(0); ++b) {
            gather(s.data_ptr<float>() + b * s.stride(0), m.data_ptr<bool>() + b * m.stride(0), n, s.stride(1), m.stride(1), padded, left.data());
            auto* value = v.data_ptr<float>() + b * k;
            auto* index = x.data_ptr<int64_t>() + b * k;
            switch (select(left.data(), n, padded, k, room, value, index)) {
                case Found::NotANumber: return 0;
                case Found::Tied: sort(left.data(), n, k, all, value, index); break;
                case Found::Done: break;
            }
        }
        return 1;
    });
}
