using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Systems;

/// <summary>
/// A system that looks at the validation split after every epoch, before it is evaluated there. What it tells goes into the run's metrics; what it tunes
/// is part of its module, and so of the checkpoint.
/// </summary>
public interface IValidatedSystem : IMatchingSystem
{
    /// <summary>Called with the module in evaluation mode and without gradients.</summary>
    /// <param name="view">The validation split.</param>
    /// <returns>Finite numbers by name; a name of the recalls ("rsum") is not used.</returns>
    IReadOnlyDictionary<string, double> AfterEpoch(ValidationView view);
}

/// <summary>The validation split as a system sees it.</summary>
/// <param name="Embed">Embeds all images <c>[N, D]</c> and captions <c>[M, D]</c> by the system's encoder as it is now; the caller's dispose scope holds
/// them.</param>
/// <param name="ImageOf">Per caption the row of its image.</param>
/// <param name="Epoch">0-based epoch that just ended.</param>
public sealed record ValidationView(Func<(Tensor Images, Tensor Captions)> Embed, int[] ImageOf, int Epoch);
