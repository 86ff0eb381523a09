// A square of scores weighed in both directions at once: InfoNCE with further negatives of each anchor, as one node of the graph, and weights beside a one. libtorch's
// operators, some eighty of them, most of which read and write the whole square, take a tenth of a small model's step.
#include "shim.h"
#include "wide.h"

#include <ATen/ATen.h>
#include <ATen/core/LegacyTypeDispatch.h>
#include <torch/csrc/autograd/custom_function.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace {

namespace ag = torch::autograd;

using itc::Counts;
using itc::kLanes;
using itc::Lanes;

constexpr float kNone = -std::numeric_limits<float>::infinity();

// (s + margin)·scale is a negative's logit; offset, the logarithm of λ, joins those that were made.
struct Scaling {
    float scale, margin, offset;
    float made(float score) const { return (score + margin) * scale + offset; }
};

// What one direction's anchors see, each a number an anchor and up to a whole number of lanes.
struct Anchors {
    explicit Anchors(int64_t padded) : hardest(padded, kNone), largest(padded), sums(padded), squares(padded), counts(padded) {}
    std::vector<float> hardest, largest, sums, squares;
    std::vector<int32_t> counts;
};

// A row of scores with -inf where masked; the hardest and the number of what is left, of the row and of every column.
ITC_WIDE void open(
    const float* scores, const bool* mask, int64_t n, float* left, float* hardest, int32_t* counts, float* row_hardest, int32_t* row_count) {
    Lanes most = Lanes{} + kNone;
    Counts all = {};
    for (int64_t j = 0; j < n; j += kLanes) {
        const float* numbers = scores + j;
        const bool* excluded = mask + j;
        float last[kLanes] = {};
        bool last_excluded[kLanes];
        if (j + kLanes > n) {
            std::copy(numbers, scores + n, last);
            std::fill(std::copy(excluded, mask + n, last_excluded), last_excluded + kLanes, true);
            numbers = last;
            excluded = last_excluded;
        }
        Counts out;
        itc::set_lanes(excluded, &out);
        Lanes here = out ? Lanes{} + kNone : *reinterpret_cast<const Lanes*>(numbers);
        Lanes& column = *reinterpret_cast<Lanes*>(hardest + j);
        *reinterpret_cast<Lanes*>(left + j) = here;
        *reinterpret_cast<Counts*>(counts + j) += out + 1;
        all += out + 1;
        most = here > most ? here : most;
        column = here > column ? here : column;
    }
    *row_hardest = kNone;
    *row_count = 0;
    for (int64_t l = 0; l < kLanes; ++l) {
        *row_hardest = std::max(*row_hardest, most[l]);
        *row_count += all[l];
    }
}

// Adds up e^{x − largest} and its square over a row, and over every column.
ITC_WIDE void add(
    const float* __restrict left, int64_t padded, Scaling by, float row_largest, float* __restrict row_sum, float* __restrict row_square,
    const float* __restrict largest, float* __restrict sums, float* __restrict squares) {
    float row[kLanes] = {}, row_squares[kLanes] = {};
    for (int64_t j = 0; j < padded; j += kLanes)
        for (int64_t l = 0; l < kLanes; ++l) {
            float x = (left[j + l] + by.margin) * by.scale, mine = itc::exponential(x - row_largest), its = itc::exponential(x - largest[j + l]);
            row[l] += mine;
            row_squares[l] += mine * mine;
            sums[j + l] += its;
            squares[j + l] += its * its;
        }
    for (int64_t l = 0; l < kLanes; ++l) {
        *row_sum += row[l];
        *row_square += row_squares[l];
    }
}

// The gradient of a row's scores: the sum of both directions' weights, times what an anchor counts; and of the scale, Σ weight·(s + margin).
ITC_WIDE float weigh(
    const float* __restrict left, int64_t n, Scaling by, float row_total, const float* __restrict totals, float factor, float* __restrict gradient) {
    float of_scale[kLanes] = {};
    for (int64_t start = 0; start < n; start += kLanes) {
        float weights[kLanes];
        for (int64_t l = 0; l < kLanes; ++l) {
            float raw = left[start + l] + by.margin, x = raw * by.scale;
            weights[l] = itc::exponential(x - row_total) + itc::exponential(x - totals[start + l]);
            of_scale[l] += raw == kNone ? 0 : weights[l] * raw;
            weights[l] *= by.scale * factor;
        }
        if (start + kLanes <= n) std::copy(weights, weights + kLanes, gradient + start);
        else std::copy(weights, weights + n - start, gradient + start);
    }
    float sum = 0;
    for (float part : of_scale) sum += part;
    return sum;
}

// What a loss tells beside its value, means over anchors.
struct Told {
    double violations = 0, effective = 0, synthetic = 0, plateau = 0;
};

const float* data_or_none(const at::Tensor& x) { return x.numel() > 0 ? x.data_ptr<float>() : nullptr; }

// The largest logit of every anchor; the hardest is that of its real negatives.
void largest(Anchors& anchors, const float* positives, const float* made, int64_t n, int64_t each, Scaling by) {
    for (int64_t i = 0; i < n; ++i) {
        float most = std::max((anchors.hardest[i] + by.margin) * by.scale, positives[i] * by.scale);
        for (int64_t g = 0; made && g < each; ++g) most = std::max(most, by.made(made[i * each + g]));
        anchors.largest[i] = most;
    }
}

// Sums over anchors: their losses, whose denominators' logarithms go to totals, and what is told of them.
double close(
    const Anchors& anchors, const float* positives, const float* made, int64_t n, int64_t each, double lambda, Scaling by, float* totals, Told& told) {
    double value = 0, violations = 0, any = 0, effective = 0, share = 0, counted = 0, plateau = 0;
    double raised = std::exp(static_cast<double>(by.scale) * by.margin);
    for (int64_t i = 0; i < n; ++i) {
        double sum = anchors.sums[i], squares = anchors.squares[i], extra = 0, finite = 0;
        for (int64_t g = 0; made && g < each; ++g) {
            double mass = itc::exponential(by.made(made[i * each + g]) - anchors.largest[i]);
            extra += mass;
            squares += mass * mass;
            finite += std::isfinite(made[i * each + g]);
        }
        float own = positives[i] * by.scale;
        double all = sum + extra + std::exp(static_cast<double>(own - anchors.largest[i])), mass = (sum + extra) / all;
        totals[i] = static_cast<float>(anchors.largest[i] + std::log(all));
        value += anchors.largest[i] - own + std::log(all);
        if (anchors.hardest[i] > kNone) {
            any += 1;
            violations += anchors.hardest[i] >= positives[i];
        }
        if (mass > 0) {
            counted += 1;
            effective += mass * mass / std::max(squares / (all * all), 1e-30);
            share += extra / all / std::max(mass, 1e-30);
        }
        plateau += std::log1p((anchors.counts[i] + lambda * finite) * raised);
    }
    told.violations += violations / std::max(any, 1.0) / 2;
    told.effective += effective / std::max(counted, 1.0) / 2;
    told.synthetic += share / std::max(counted, 1.0) / 2;
    told.plateau += plateau / n / 2;
    return value / n / 2;
}

// Both directions' anchors, of the scores that a mask leaves; those are kept in left [n, padded].
struct Square {
    Square(const at::Tensor& scores, const at::Tensor& mask, float* left, int64_t padded) : rows(padded), columns(padded), positives(scores.size(0)) {
        int64_t n = scores.size(0);
        for (int64_t i = 0; i < n; ++i) {
            const float* row = scores.data_ptr<float>() + i * n;
            open(row, mask.data_ptr<bool>() + i * n, n, left + i * padded, columns.hardest.data(), columns.counts.data(), &rows.hardest[i], &rows.counts[i]);
            positives[i] = row[i];
        }
    }

    void sum(const float* left, int64_t padded, Scaling by) {
        for (int64_t i = 0; i < static_cast<int64_t>(positives.size()); ++i)
            add(left + i * padded, padded, by, rows.largest[i], &rows.sums[i], &rows.squares[i], columns.largest.data(), columns.sums.data(),
                columns.squares.data());
    }

    Anchors rows, columns;
    std::vector<float> positives;
};

struct Contrast : ag::Function<Contrast> {
    // scores [B, B]; mask bool [B, B]; for_rows and for_columns [B, M], or empty.
    static at::Tensor forward(
        ag::AutogradContext* context, at::Tensor scores, at::Tensor mask, at::Tensor for_rows, at::Tensor for_columns, at::Tensor scale, double margin,
        double lambda, Told* told) {
        at::AutoDispatchBelowADInplaceOrView below;
        int64_t n = scores.size(0), padded = (n + kLanes - 1) / kLanes * kLanes;
        Scaling by{scale.item<float>(), static_cast<float>(margin), static_cast<float>(std::log(lambda))};
        auto left = at::empty({n, padded}, scores.options()), totals = at::zeros({2, padded}, scores.options());
        float *kept = left.data_ptr<float>(), *total = totals.data_ptr<float>();
        Square square(scores, mask, kept, padded);
        Anchors &rows = square.rows, &columns = square.columns;
        const std::vector<float>& positives = square.positives;
        const float *more_rows = data_or_none(for_rows), *more_columns = data_or_none(for_columns);
        int64_t each_row = for_rows.size(-1), each_column = for_columns.size(-1);
        largest(rows, positives.data(), more_rows, n, each_row, by);
        largest(columns, positives.data(), more_columns, n, each_column, by);
        square.sum(kept, padded, by);
        double value = close(rows, positives.data(), more_rows, n, each_row, lambda, by, total, *told);
        value += close(columns, positives.data(), more_columns, n, each_column, lambda, by, total + padded, *told);
        context->save_for_backward({scores, left, totals, for_rows, for_columns});
        context->saved_data["scale"] = static_cast<double>(by.scale);
        context->saved_data["margin"] = margin;
        context->saved_data["offset"] = std::log(lambda);
        return at::scalar_tensor(value, scores.options());
    }

    static ag::variable_list backward(ag::AutogradContext* context, ag::variable_list gradients) {
        at::AutoDispatchBelowADInplaceOrView below;
        auto saved = context->get_saved_variables();
        auto number = [&](const char* name) { return static_cast<float>(context->saved_data[name].toDouble()); };
        Scaling by{number("scale"), number("margin"), number("offset")};
        const at::Tensor &scores = saved[0], &left = saved[1], &totals = saved[2];
        int64_t n = left.size(0), padded = left.size(1);
        const float *s = scores.data_ptr<float>(), *of_rows = totals.data_ptr<float>(), *of_columns = of_rows + padded;
        float factor = gradients[0].item<float>() / (2 * n);
        double of_scale = 0;
        auto found = at::empty({n, n}, left.options());
        float* gradient = found.data_ptr<float>();
        for (int64_t i = 0; i < n; ++i) {
            of_scale += weigh(left.data_ptr<float>() + i * padded, n, by, of_rows[i], of_columns, factor, gradient + i * n);
            float own = s[i * n + i], pull = std::expm1(own * by.scale - of_rows[i]) + std::expm1(own * by.scale - of_columns[i]);
            gradient[i * n + i] += pull * by.scale * factor;
            of_scale += static_cast<double>(pull) * own;
        }
        auto extra = [&](const at::Tensor& made, const float* total) {
            if (made.numel() == 0) return at::Tensor();
            auto result = at::empty(made.sizes(), made.options());
            for (int64_t i = 0, at = 0; i < n; ++i)
                for (int64_t g = 0; g < made.size(1); ++g, ++at) {
                    float score = made.data_ptr<float>()[at], weight = itc::exponential(by.made(score) - total[i]);
                    result.data_ptr<float>()[at] = weight * by.scale * factor;
                    if (score != kNone) of_scale += static_cast<double>(weight) * (score + by.margin);
                }
            return result;
        };
        auto more_rows = extra(saved[3], of_rows), more_columns = extra(saved[4], of_columns);
        auto scale = at::scalar_tensor(of_scale * factor, left.options());
        return {found, at::Tensor(), more_rows, more_columns, scale, at::Tensor(), at::Tensor(), at::Tensor()};
    }
};

// Where a one stands beside an anchor's exponentials: their largest is no less than its logarithm.
void begin_with_one(Anchors& anchors, int64_t n, Scaling by) {
    for (int64_t i = 0; i < n; ++i) {
        float most = (anchors.hardest[i] + by.margin) * by.scale;
        anchors.largest[i] = most < 0 ? 0 : most;
    }
}

// The logarithms of 1 + the sums go to totals.
void close_with_one(const Anchors& anchors, const float* positives, int64_t n, float* totals, Told& told) {
    double violations = 0, any = 0, effective = 0, counted = 0;
    for (int64_t i = 0; i < n; ++i) {
        double all = anchors.sums[i] + std::exp(-static_cast<double>(anchors.largest[i]));
        totals[i] = static_cast<float>(anchors.largest[i] + std::log(all));
        if (anchors.hardest[i] > kNone) {
            any += 1;
            violations += anchors.hardest[i] >= positives[i];
        }
        if (anchors.sums[i] > 0) {
            counted += 1;
            double mass = anchors.sums[i] / all;
            effective += mass * mass / std::max(anchors.squares[i] / (all * all), 1e-30);
        }
    }
    told.violations += violations / std::max(any, 1.0) / 2;
    told.effective += effective / std::max(counted, 1.0) / 2;
}

}  // namespace

// weights[i, j] = w_ij of row i's anchor + w'_ij of column j's, of w_ij = e^{mu (s_ij - gamma)} / (1 + the sum over j); scores [B, B] and weights [B, B] float; mask
// bool [B, B], true where a pair is no negative and has no weight. All contiguous. What it tells: violations, effective negatives.
ITC_API int32_t itc_weigh_square(void* scores, void* mask, double mu, double gamma, void* weights, double* told) {
    return itc::guarded(-1, [&] {
        auto s = itc::borrow(scores), m = itc::borrow(mask), w = itc::borrow(weights);
        int64_t n = s.size(0), padded = (n + kLanes - 1) / kLanes * kLanes;
        Scaling by{static_cast<float>(mu), static_cast<float>(-gamma), 0};
        std::vector<float> left(n * padded), of_rows(padded), of_columns(padded);
        Square square(s, m, left.data(), padded);
        begin_with_one(square.rows, n, by);
        begin_with_one(square.columns, n, by);
        square.sum(left.data(), padded, by);
        Told all;
        close_with_one(square.rows, square.positives.data(), n, of_rows.data(), all);
        close_with_one(square.columns, square.positives.data(), n, of_columns.data(), all);
        for (int64_t i = 0; i < n; ++i) weigh(left.data() + i * padded, n, by, of_rows[i], of_columns.data(), 1 / by.scale, w.data_ptr<float>() + i * n);
        told[0] = all.violations;
        told[1] = all.effective;
        return 0;
    });
}

// scores float [B, B]; mask bool [B, B], true where a pair is no negative; for_rows and for_columns float [B, M] or null, -inf where one is left out;
// scale a float. Returns the loss, and what it tells: violations, effective negatives, synthetic mass, plateau.
ITC_API void* itc_contrast(void* scores, void* mask, void* for_rows, void* for_columns, void* scale, double margin, double lambda, double* told) {
    return itc::guarded(static_cast<void*>(nullptr), [&] {
        auto s = itc::borrow(scores).contiguous(), m = itc::borrow(mask).contiguous();
        auto some = [&](void* x) { return x ? itc::borrow(x).contiguous() : at::empty({0}, s.options()); };
        Told all;
        auto value = itc::own(Contrast::apply(s, m, some(for_rows), some(for_columns), itc::borrow(scale), margin, lambda, &all));
        told[0] = all.violations;
        told[1] = all.effective;
        told[2] = all.synthetic;
        told[3] = all.plateau;
        return value;
    });
}
