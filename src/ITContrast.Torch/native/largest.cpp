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

// From one row to the next, and from a number to the next one of its row.
struct Steps {
    int64_t row, number;
};

using itc::Counts;
using itc::kLanes;
using itc::Lanes;

constexpr float kNone = -std::numeric_limits<float>::infinity();

// -inf in place of the numbers that are left out.
inline void keep(const float* numbers, const bool* excluded, float* left) {
    Counts out;
    itc::set_lanes(excluded, &out);
    *reinterpret_cast<Lanes*>(left) = out ? Lanes{} + kNone : *reinterpret_cast<const Lanes*>(numbers);
}

// What is left of some rows, side by side, -inf up to a whole number of lanes. Rows that lie across memory are read line by line.
ITC_WIDE void gather(const float* scores, const bool* excluded, int64_t rows, int64_t n, Steps score, Steps mask, int64_t padded, float* left) {
    int64_t i = 0;
    if (score.number == 1 && mask.number == 1) {
        for (; i + kLanes <= n; i += kLanes)
            for (int64_t r = 0; r < rows; ++r) keep(scores + r * score.row + i, excluded + r * mask.row + i, left + r * padded + i);
    } else if (score.row == 1 && mask.row == 1 && rows == kLanes) {
        for (; i < n; ++i) {
            float line[kLanes];
            keep(scores + i * score.number, excluded + i * mask.number, line);
            for (int64_t r = 0; r < kLanes; ++r) left[r * padded + i] = line[r];
        }
    }
    for (; i < padded; ++i)
        for (int64_t r = 0; r < rows; ++r)
            left[r * padded + i] = i >= n || excluded[i * mask.number + r * mask.row] ? kNone : scores[i * score.number + r * score.row];
}

ITC_WIDE int32_t count(const float* row, int64_t padded, float floor) {
    Counts found = {};
    for (int64_t i = 0; i < padded; i += kLanes) found -= *reinterpret_cast<const Lanes*>(row + i) >= floor;
    int32_t sum = 0;
    for (int64_t l = 0; l < kLanes; ++l) sum += found[l];
    return sum;
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

// Room for a row's candidates, and as many lanes more as a vector may write past them.
struct Candidates {
    explicit Candidates(int64_t n) : numbers(n + kLanes), sorted(n + kLanes), places(n + kLanes), indices(n + kLanes), ranks(n + kLanes) {}
    std::vector<float> numbers, sorted;
    std::vector<int32_t> places, indices, ranks;
};

// The numbers that are not below a floor, and where they stand.
#ifdef ITC_WIDE_512
ITC_WIDE_512 int64_t pick(const float* row, int64_t padded, float floor, float* numbers, int32_t* places) {
    __m512i place = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    int64_t count = 0;
    for (int64_t i = 0; i < padded; i += kLanes, place = _mm512_add_epi32(place, _mm512_set1_epi32(kLanes))) {
        __m512 here = _mm512_loadu_ps(row + i);
        __mmask16 kept = _mm512_cmp_ps_mask(here, _mm512_set1_ps(floor), _CMP_GE_OQ);
        _mm512_storeu_ps(numbers + count, _mm512_maskz_compress_ps(kept, here));
        _mm512_storeu_si512(places + count, _mm512_maskz_compress_epi32(kept, place));
        count += __builtin_popcount(kept);
    }
    return count;
}

__attribute__((target("default")))
#endif
int64_t pick(const float* row, int64_t padded, float floor, float* numbers, int32_t* places) {
    int64_t count = 0;
    for (int64_t i = 0; i < padded; ++i) {
        numbers[count] = row[i];
        places[count] = static_cast<int32_t>(i);
        count += row[i] >= floor;
    }
    return count;
}

// How many numbers are larger, for each, and all of that together; there is room for a whole number of lanes.
ITC_WIDE int64_t rank(float* numbers, int64_t n, int32_t* ranks) {
    int64_t padded = (n + kLanes - 1) / kLanes * kLanes, all = 0;
    for (int64_t i = n; i < padded; ++i) numbers[i] = std::numeric_limits<float>::infinity();
    for (int64_t i = 0; i < padded; i += kLanes) {
        Lanes here = *reinterpret_cast<const Lanes*>(numbers + i);
        Counts larger = {};
        for (int64_t j = 0; j < n; ++j) larger -= numbers[j] > here;
        *reinterpret_cast<Counts*>(ranks + i) = larger;
    }
    for (int64_t i = 0; i < n; ++i) all += ranks[i];
    return all;
}

// Puts the k largest of a row in falling order. Tied where equal numbers meet, or so many that counting whom each exceeds would take longer than a sort.
Found select(const float* row, int64_t padded, int64_t k, Candidates& room, float* values, int64_t* indices) {
    float least, most;
    if (!range(row, padded, &least, &most)) return Found::NotANumber;
    int64_t count = pick(row, padded, floor_of(row, padded, k, least, most), room.numbers.data(), room.places.data());
    // Equal numbers have one rank, so that ranks are not all different.
    if (count > 4 * k + 64 || rank(room.numbers.data(), count, room.ranks.data()) != count * (count - 1) / 2) return Found::Tied;
    for (int64_t c = 0; c < count; ++c) {
        room.sorted[room.ranks[c]] = room.numbers[c];
        room.indices[room.ranks[c]] = room.places[c];
    }
    int64_t found = std::min(k, count);
    std::fill(std::copy_n(room.sorted.data(), found, values), values + k, kNone);
    std::fill(std::copy_n(room.indices.data(), found, indices), indices + k, 0);
    return Found::Done;
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

// scores: float [B, N] of any strides; excluded: bool [B, N], true leaves a number out; values float and indices int64, both contiguous [B, k]. 0 where it gave
// up at a NaN.
ITC_API int32_t itc_largest(void* scores, void* excluded, void* values, void* indices) {
    return itc::guarded(-1, [&] {
        auto s = itc::borrow(scores), m = itc::borrow(excluded), v = itc::borrow(values), x = itc::borrow(indices);
        int64_t n = s.size(1), k = v.size(1);
        int64_t padded = (n + kLanes - 1) / kLanes * kLanes;
        std::vector<Entry> all;
        std::vector<float> left(kLanes * padded);
        Candidates room(padded);
        for (int64_t first = 0; first < s.size(0); first += kLanes) {
            int64_t rows = std::min<int64_t>(kLanes, s.size(0) - first);
            Steps score{s.stride(0), s.stride(1)}, mask{m.stride(0), m.stride(1)};
            gather(s.data_ptr<float>() + first * score.row, m.data_ptr<bool>() + first * mask.row, rows, n, score, mask, padded, left.data());
            for (int64_t r = 0; r < rows; ++r) {
                const float* row = left.data() + r * padded;
                auto* value = v.data_ptr<float>() + (first + r) * k;
                auto* index = x.data_ptr<int64_t>() + (first + r) * k;
                switch (select(row, padded, k, room, value, index)) {
                    case Found::NotANumber: return 0;
                    case Found::Tied: sort(row, n, k, all, value, index); break;
                    case Found::Done: break;
                }
            }
        }
        return 1;
    });
}
