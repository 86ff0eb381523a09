using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ITContrast.Systems.ModalityInvariant;

/// <summary>
/// Tells image embeddings from caption embeddings: an MLP <c>D → D/2 → D/4 → 1</c> with ReLU, whose logit is above 0 for an image.
/// <code>L_C = ½ ( mean −log σ(C(x)) + mean −log(1 − σ(C(y))) )        x images, y captions</code>
/// Source: Liu et al., TOMM 2019 [A: "a modality classification network with an adversarial loss, which classifies an embedding into either the image or text
/// modality"];
/// depth and widths are this project's [I]. ACMR's released classifier has no activations, which makes it linear: not copied.
/// </summary>
public sealed class ModalityClassifier : nn.Module<Tensor, Tensor>
{
    private readonly Linear first, second, last;

    /// <summary>Creates a classifier of D-wide embeddings.</summary>
    /// <param name="dimension">D; at least 4.</param>
    public ModalityClassifier(int dimension) : base(nameof(ModalityClassifier))
    {
        if (dimension < 4) throw new ArgumentOutOfRangeException(nameof(dimension), $"dimension is {dimension}; use at least 4.");
        first = nn.Linear(dimension, dimension / 2);
        second = nn.Linear(dimension / 2, dimension / 4);
        last = nn.Linear(dimension / 4, 1);
        RegisterComponents();
    }

    /// <summary>Logits <c>[B]</c> of embeddings <c>[B, D]</c>.</summary>
    public override Tensor forward(Tensor x) => last.call(second.call(first.call(x).relu()).relu()).squeeze(1);

    /// <summary>The same logits with the classifier's weights held fixed: gradients reach the embeddings alone.</summary>
    public Tensor Fixed(Tensor x)
    {
        foreach (var layer in new[] { first, second })
            x = nn.functional.linear(x, layer.weight!.detach(), layer.bias!.detach()).relu();
        return nn.functional.linear(x, last.weight!.detach(), last.bias!.detach()).squeeze(1);
    }

    /// <summary>L_C, attached to whatever its inputs are attached to.</summary>
    public Tensor Loss(Tensor images, Tensor captions) =>
        (nn.functional.softplus(-call(images)).mean() + nn.functional.softplus(call(captions)).mean()) / 2;

    /// <summary>Share classified rightly, both modalities weighing one half, in [0, 1]: ½ is invariance.</summary>
    public double Accuracy(Tensor images, Tensor captions)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        return ((call(images) > 0).to(ScalarType.Float64).mean() + (call(captions) <= 0).to(ScalarType.Float64).mean()).item<double>() / 2;
    }
}
