using static TorchSharp.torch;

namespace ITContrast.Losses;

/// <summary>A loss and its diagnostics.</summary>
/// <param name="Value">The scalar to minimise, with its graph.</param>
/// <param name="Diagnostics">Scalars by name, detached; each loss documents its own.</param>
public sealed record LossResult(Tensor Value, IReadOnlyDictionary<string, Tensor> Diagnostics)
{
    /// <summary>What a collapsed model, all scores equal, would get on this batch, and how far this one is from it; null where the loss states none.</summary>
    public Collapse? Collapse { get; init; }
}
