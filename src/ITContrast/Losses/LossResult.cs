using static TorchSharp.torch;

namespace ITContrast.Losses;

/// <summary>A loss and its diagnostics.</summary>
/// <param name="Value">The scalar to minimise, with its graph.</param>
/// <param name="Diagnostics">Scalars by name, detached; each loss documents its own.</param>
public sealed record LossResult(Tensor Value, IReadOnlyDictionary<string, Tensor> Diagnostics);
