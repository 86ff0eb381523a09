using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ITContrast.Encoders.Oscar;

/// <summary>
/// BERT's prediction of masked tokens; the output layer is the word embeddings.
/// <code>logits = LN( gelu( W x + b ) )·Eᵀ + c</code>
/// Source: Devlin et al., BERT (2019), as in <c>cls.predictions</c> of the published checkpoints [V, METHODS 6.5].
/// </summary>
public sealed class MaskedTokenHead : nn.Module
{
    private readonly Linear transform;
    private readonly LayerNorm norm;
    private readonly Parameter bias;

    /// <param name="config">The model's shape.</param>
    public MaskedTokenHead(OscarConfig config) : base(nameof(MaskedTokenHead))
    {
        (transform, norm, bias) = (
            nn.Linear(config.Hidden, config.Hidden), nn.LayerNorm(config.Hidden, config.NormEpsilon), nn.Parameter(zeros(config.VocabularySize)));
        RegisterComponents();
    }

    /// <summary>Logits <c>[M, V]</c> of states <c>[M, H]</c>.</summary>
    /// <param name="states">The last layer at the tokens to predict.</param>
    /// <param name="words">E, the word embeddings, <c>[V, H]</c>.</param>
    public Tensor Logits(Tensor states, Tensor words)
    {
        using var scope = NewDisposeScope();
        return (norm.call(nn.functional.gelu(transform.call(states))).matmul(words.transpose(0, 1)) + bias).MoveToOuterDisposeScope();
    }
}
