// Scores of anchors with normalised mixtures of a few keys, as one node of the graph. Every mixture is summed, measured and forgotten block by block: no tensor
// holds the mixtures or their parents, and the backward pass adds the parents' rows up once more.
#include "shim.h"
#include "wide.h"

#include <ATen/ATen.h>
#include <ATen/core/LegacyTypeDispatch.h>
#include <torch/csrc/autograd/custom_function.h>

#include <cmath>
#include <limits>
#include <vector>

namespace {

namespace ag = torch::autograd;

using itc::kLanes;
using itc::Lanes;

// Half and half: one lane after the other, each addition would wait for the last.
inline float total_of(const Lanes& lanes) {
    float parts[kLanes];
    *reinterpret_cast<Lanes*>(parts) = lanes;
    for (int64_t half = kLanes / 2; half > 0; half /= 2)
        for (int64_t l = 0; l < half; ++l) parts[l] += parts[l + half];
    return parts[0];
}

// h = Σ_k w_k·row_k: h·q and h·h, and h itself where there is room for it.
ITC_WIDE void sum(const float* const* rows, const float* weights, int64_t count, const float* q, int64_t width, float* dot, float* square, float* total) {
    Lanes dots = {}, squares = {};
    int64_t i = 0;
    for (; i + 4 * kLanes <= width; i += 4 * kLanes) {
        Lanes h0 = {}, h1 = {}, h2 = {}, h3 = {};
        for (int64_t k = 0; k < count; ++k) {
            const Lanes* row = reinterpret_cast<const Lanes*>(rows[k] + i);
            float weight = weights[k];
            h0 += weight * row[0];
            h1 += weight * row[1];
            h2 += weight * row[2];
            h3 += weight * row[3];
        }
        const Lanes* other = reinterpret_cast<const Lanes*>(q + i);
        dots += (h0 * other[0] + h1 * other[1]) + (h2 * other[2] + h3 * other[3]);
        squares += (h0 * h0 + h1 * h1) + (h2 * h2 + h3 * h3);
        if (!total) continue;
        Lanes* out = reinterpret_cast<Lanes*>(total + i);
        out[0] = h0;
        out[1] = h1;
        out[2] = h2;
        out[3] = h3;
    }
    *dot = total_of(dots);
    *square = total_of(squares);
    for (; i < width; ++i) {
        float h = 0;
        for (int64_t k = 0; k < count; ++k) h += weights[k] * rows[k][i];
        *dot += h * q[i];
        *square += h * h;
        if (total) total[i] = h;
    }
}

// anchors [B, D], keys [N, D], parents [B, M, m], weights [B, M, m], valid [B, M]; of_anchor and of_sign [B, M] or empty.
struct Recipe {
    at::Tensor anchors, keys, parents, weights, valid, of_anchor, of_sign;
};

const float* data_or_none(const at::Tensor& x) { return x.numel() > 0 ? x.data_ptr<float>() : nullptr; }

// What mixtures of one anchor are made of: rows and their weights, the anchor and its signs among them.
class Ingredients {
public:
    explicit Ingredients(const Recipe& r)
        : width_(r.anchors.size(1)), count_(r.parents.size(1)), each_(r.parents.size(2)), q_(r.anchors.data_ptr<float>()), keys_(r.keys.data_ptr<float>()),
          parents_(r.parents.data_ptr<int64_t>()), weights_(r.weights.data_ptr<float>()), of_anchor_(data_or_none(r.of_anchor)),
          of_sign_(data_or_none(r.of_sign)), signs_(width_) {
        // All of an anchor's mixtures, the anchor and its signs in each; one more is written before it is found to weigh nothing.
        rows.resize(count_ * (each_ + 2) + 1);
        weights.resize(rows.size());
    }

    const float* anchor(int64_t b) {
        const float* q = q_ + b * width_;
        if (of_sign_)
            for (int64_t i = 0; i < width_; ++i) signs_[i] = static_cast<float>((q[i] > 0) - (q[i] < 0));
        return q;
    }

    // Adds mixture m of anchor b, every weight times the factor.
    void add(int64_t b, int64_t m, float factor) {
        int64_t at = b * count_ + m;
        for (int64_t k = at * each_; k < (at + 1) * each_; ++k) add(keys_ + parents_[k] * width_, factor * weights_[k]);
        if (of_anchor_) add(q_ + b * width_, factor * of_anchor_[at]);
        if (of_sign_) add(signs_.data(), factor * of_sign_[at]);
    }

    std::vector<const float*> rows;
    std::vector<float> weights;
    int64_t size = 0;

private:
    void add(const float* row, float weight) {
        rows[size] = row;
        weights[size] = weight;
        size += weight != 0;
    }

    int64_t width_, count_, each_;
    const float *q_, *keys_;
    const int64_t* parents_;
    const float *weights_, *of_anchor_, *of_sign_;
    std::vector<float> signs_;
};

// scores [B, M], -inf where undefined; scales [B, M], 1/‖h‖ or 0 there.
void score(const Recipe& r, double smallest, at::Tensor& scores, at::Tensor& scales) {
    Ingredients parts(r);
    const bool* valid = r.valid.data_ptr<bool>();
    float *s = scores.data_ptr<float>(), *scale = scales.data_ptr<float>();
    for (int64_t b = 0; b < scores.size(0); ++b) {
        const float* q = parts.anchor(b);
        for (int64_t m = 0; m < scores.size(1); ++m, ++s, ++scale, ++valid) {
            float dot = 0, square = 0;
            parts.size = 0;
            if (*valid) parts.add(b, m, 1);
            sum(parts.rows.data(), parts.weights.data(), parts.size, q, r.anchors.size(1), &dot, &square, nullptr);
            bool defined = *valid && square >= smallest;
            *scale = defined ? 1 / std::sqrt(square) : 0;
            *s = defined ? dot * *scale : -std::numeric_limits<float>::infinity();
        }
    }
}

void back(const Recipe& r, const at::Tensor& scales, const at::Tensor& gradient, at::Tensor& found) {
    Ingredients parts(r);
    const float *scale = scales.data_ptr<float>(), *g = gradient.data_ptr<float>();
    for (int64_t b = 0; b < scales.size(0); ++b) {
        float dot, square;
        const float* q = parts.anchor(b);
        parts.size = 0;
        for (int64_t m = 0; m < scales.size(1); ++m, ++scale, ++g)
            if (*scale != 0) parts.add(b, m, *g * *scale);
        float* out = found.data_ptr<float>() + b * r.anchors.size(1);
        sum(parts.rows.data(), parts.weights.data(), parts.size, q, r.anchors.size(1), &dot, &square, out);
    }
}

struct Mixtures : ag::Function<Mixtures> {
    static at::Tensor forward(
        ag::AutogradContext* context, at::Tensor anchors, at::Tensor keys, at::Tensor parents, at::Tensor weights, at::Tensor valid, at::Tensor of_anchor,
        at::Tensor of_sign, double smallest) {
        at::AutoDispatchBelowADInplaceOrView below;
        Recipe recipe{anchors, keys, parents, weights, valid, of_anchor, of_sign};
        auto scores = at::empty(valid.sizes(), anchors.options()), scales = at::empty(valid.sizes(), anchors.options());
        score(recipe, smallest, scores, scales);
        context->save_for_backward({anchors, keys, parents, weights, valid, of_anchor, of_sign, scales});
        return scores;
    }

    static ag::variable_list backward(ag::AutogradContext* context, ag::variable_list gradients) {
        at::AutoDispatchBelowADInplaceOrView below;
        auto s = context->get_saved_variables();
        Recipe recipe{s[0], s[1], s[2], s[3], s[4], s[5], s[6]};
        auto gradient = gradients[0].contiguous(), found = at::empty(s[0].sizes(), s[0].options());
        back(recipe, s[7], gradient, found);
        return {found, at::Tensor(), at::Tensor(), at::Tensor(), at::Tensor(), at::Tensor(), at::Tensor(), at::Tensor()};
    }
};

}  // namespace

// anchors [B, D] and keys [N, D] float; parents int64 [B, M, m], weights [B, M, m], valid bool [B, M]; of_anchor and of_sign [B, M] or null. Returns
// scores [B, M] whose gradient reaches the anchors alone.
ITC_API void* itc_mixtures(void* anchors, void* keys, void* parents, void* weights, void* valid, void* of_anchor, void* of_sign, double smallest) {
    return itc::guarded(static_cast<void*>(nullptr), [&] {
        auto side_by_side = [](void* x) { return itc::borrow(x).contiguous(); };
        auto w = side_by_side(weights);
        auto some = [&](void* x) { return x ? side_by_side(x) : at::empty({0}, w.options()); };
        auto q = side_by_side(anchors), k = side_by_side(keys).detach(), p = side_by_side(parents), v = side_by_side(valid);
        return itc::own(Mixtures::apply(q, k, p, w, v, some(of_anchor), some(of_sign), smallest));
    });
}
