using static TorchSharp.torch;

namespace ITContrast.Systems.Coder;

/// <summary>Embeddings of both modalities.</summary>
/// <param name="Images">Unit rows, <c>[B, D]</c>.</param>
/// <param name="Captions">Unit rows, <c>[B, D]</c>.</param>
internal readonly record struct Pair(Tensor Images, Tensor Captions)
{
    /// <summary>Hands both to the caller, beyond the scope they were made in.</summary>
    public Pair KeepBeyondScope() => new(Images.DetachFromDisposeScope(), Captions.DetachFromDisposeScope());

    /// <summary>Disposes both; nothing where there are none.</summary>
    public void Dispose()
    {
        Images?.Dispose();
        Captions?.Dispose();
    }
}
