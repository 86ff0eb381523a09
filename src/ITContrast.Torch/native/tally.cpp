// What was made for anchors, counted beside their positives and hardest real negatives: as operators on some thousand numbers it is thirty calls.
#include "shim.h"

#include <ATen/ATen.h>

#include <limits>

// made [B, M], hardest [B, K] from hard to easy, and scores [B, N] float, of any strides; positives int64 [B]. counted: how many were made, score above the
// positive, and have a real negative beside them; the sum of the scores, and of their distance to the hardest real one.
ITC_API int32_t itc_tally(void* made, void* hardest, void* scores, void* positives, double* counted) {
    return itc::guarded(-1, [&] {
        auto m = itc::borrow(made), h = itc::borrow(hardest), s = itc::borrow(scores), p = itc::borrow(positives).contiguous();
        constexpr float none = -std::numeric_limits<float>::infinity();
        double count = 0, too_hard = 0, compared = 0, sum = 0, distance = 0;
        for (int64_t i = 0; i < m.size(0); ++i) {
            const float* row = m.data_ptr<float>() + i * m.stride(0);
            float most = h.data_ptr<float>()[i * h.stride(0)], own = s.data_ptr<float>()[i * s.stride(0) + p.data_ptr<int64_t>()[i] * s.stride(1)];
            for (int64_t j = 0; j < m.size(1); ++j) {
                float score = row[j * m.stride(1)];
                if (!(score > none)) continue;
                count += 1;
                sum += score;
                too_hard += score > own;
                if (!(most > none)) continue;
                compared += 1;
                distance += static_cast<double>(score) - most;
            }
        }
        counted[0] = count;
        counted[1] = too_hard;
        counted[2] = compared;
        counted[3] = sum;
        counted[4] = distance;
        return 0;
    });
}
