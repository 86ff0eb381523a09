using ITContrast.Data;
using ITContrast.Encoders.Oscar;
using ITContrast.Evaluation.Reranking;
using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Systems.Oscar;

/// <summary>
/// A fine-tuned OSCAR as matcher for re-ranking.
/// <code>score = logit₁ − logit₀        softmax(logits)₁ = σ(score)</code>
/// The same order as the published probability, but two sure pairs do not tie at 1.
/// </summary>
/// <param name="system">The trained matching system; disposed with this one.</param>
public sealed class OscarPairMatcher(OscarMatching system) : IMatcher, IDisposable
{
    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The images are not regions, or one has none.</exception>
    public Tensor Score(ImageBatch images, CaptionBatch captions)
    {
        using IDisposable guard = no_grad();
        using DisposeScope scope = NewDisposeScope();
        OscarModel model = ((OscarEncoder)system.Encoder).Model;
        model.eval();
        Tensor members = Encoders.Pooling.Members.Of(captions.Tokens.shape[1], captions.Lengths);
        Tensor mask = cat([members, OscarRegions.Members(model, images)], 1);
        Tensor logits = new OscarMatcher(model).Logits(captions.Tokens, zeros_like(captions.Tokens), images.Values, mask);
        return (logits.select(1, 1) - logits.select(1, 0)).MoveToOuterDisposeScope();
    }

    /// <summary>Frees the model.</summary>
    public void Dispose() => system.Dispose();
}
