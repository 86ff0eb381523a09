using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ITContrast.Systems.Coder;

/// <summary>
/// Asks the concept basis what an instance is about: attention of the instance over concepts, and their weighted sum as descriptor.
/// <code>
///   a_c = fc₃( tanh(BN(fc₁ C_c)) ∘ tanh(BN(fc₂ x)) )        w = softmax(10·a)        e = normalize( Σ_c w_c C_c )
/// </code>
/// One for each modality. It sees the instance's own features alone, never sibling captions: CVSE mixed the labels of all five captions in, also at test, which
/// leaks.
/// Source: CVSE (ECCV 2020) [V for the formula].
/// </summary>
public sealed class ConceptQuery : nn.Module
{
    private readonly Linear concepts, instance, score;
    private readonly BatchNorm1d conceptNorm, instanceNorm;

    /// <summary>Creates a query.</summary>
    /// <param name="dimension">D of instances and basis.</param>
    /// <param name="hidden">Width of the attention.</param>
    public ConceptQuery(int dimension, int hidden) : base(nameof(ConceptQuery))
    {
        (concepts, instance, score) = (nn.Linear(dimension, hidden), nn.Linear(dimension, hidden), nn.Linear(hidden, 1));
        (conceptNorm, instanceNorm) = (nn.BatchNorm1d(hidden), nn.BatchNorm1d(hidden));
        RegisterComponents();
    }

    /// <summary>Descriptors, unit rows <c>[B, D]</c>, and the attention <c>[B, C]</c> they come from.</summary>
    /// <param name="instances">x, <c>[B, D]</c>.</param>
    /// <param name="basis">C, <c>[C, D]</c>.</param>
    public (Tensor Descriptors, Tensor Attention) Ask(Tensor instances, Tensor basis)
    {
        var keys = conceptNorm.call(concepts.call(basis)).tanh();
        var query = instanceNorm.call(instance.call(instances)).tanh();
        // fc₃ of the product is a bilinear form: query scaled by fc₃'s weights against the keys, one [B, C] product and no [B, C, hidden].
        var attention = ((query * score.weight!).matmul(keys.T) + score.bias!) * 10;
        var weights = attention.softmax(1);
        return (nn.functional.normalize(weights.matmul(basis)), weights);
    }
}
