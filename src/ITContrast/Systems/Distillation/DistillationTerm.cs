using ITContrast.Losses;
using ITContrast.Negatives;
using static TorchSharp.torch;

namespace ITContrast.Systems.Distillation;

/// <summary>
/// What a teacher's scores add to a student's loss, both directions averaged.
/// <code>
///   N_i = the K negatives hardest for the teacher        p^T, p^S = softmax over {i} ∪ N_i of T_i·/τ and S_i·/τ
///   ω_i = p^T_i(own) · (1 − p^S_i(own))                  the teacher knows, the student does not yet; 1 where weights are not dynamic
///   D   = mean_i ω_i · KL( p^T_i ‖ p^S_i )
/// </code>
/// Negatives change with the batch and weights with the student. Source: Rao et al., Dynamic Contrastive Distillation, TMM 2023 [A: the teacher estimates the
/// student's hard samples; samples weigh by their difficulty]; all formulas are this project's reading [I].
/// </summary>
/// <param name="options">K, τ and whether weights are dynamic.</param>
public sealed class DistillationTerm(DistillationOptions options)
{
    private readonly DistillationOptions options = options.Validated();

    /// <summary>D, a scalar attached to the student, and the mean ω.</summary>
    /// <param name="student">The student's scores.</param>
    /// <param name="teacher">The teacher's scores of the same batch, <c>[B, B]</c>; detached here.</param>
    /// <exception cref="ShapeException">The teacher's scores are not of the student's shape.</exception>
    public (Tensor Value, Tensor MeanWeight) Of(Scores student, Tensor teacher)
    {
        if (!teacher.shape.SequenceEqual(student.Matrix.shape))
            throw ShapeException.Of("the teacher's scores", string.Join(", ", student.Matrix.shape), teacher.shape);
        var taught = student with { Matrix = teacher.detach() };
        var (rows, rowWeight) = Side(Direction.OfImages(student), Direction.OfImages(taught));
        var (columns, columnWeight) = Side(Direction.OfCaptions(student), Direction.OfCaptions(taught));
        return ((rows + columns) / 2, (rowWeight + columnWeight) / 2);
    }

    private (Tensor, Tensor) Side(Direction student, Direction teacher)
    {
        var most = (int)student.KeyCount - 1;
        var k = options.Hardest == 0 ? most : Math.Min(options.Hardest, most);
        var (hardest, index) = teacher.Negatives.topk(k, 1);
        var (log, known) = (Log(student.Positives, student.Scores.gather(1, index), hardest), Log(teacher.Positives, hardest, hardest));
        var probability = known.exp();
        // 0 · (−inf − −inf) is not a number: an absent negative is left out of the sum.
        var divergence = (probability * (known - log).masked_fill(probability == 0, 0.0)).sum(1);
        var weight = options.Dynamic ? (probability.select(1, 0) * (1 - log.detach().select(1, 0).exp())) : ones_like(divergence);
        return ((weight * divergence).mean(), weight.mean());
    }

    // Log-probabilities over the own item, then its K negatives; −inf where the teacher has none left.
    private Tensor Log(Tensor positives, Tensor negatives, Tensor present) =>
        (cat([positives.unsqueeze(1), negatives.masked_fill(present.isfinite().logical_not(), double.NegativeInfinity)], 1) / options.Temperature).log_softmax(
            1);
}
