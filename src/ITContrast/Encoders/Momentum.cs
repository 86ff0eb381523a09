using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Encoders;

/// <summary>
/// Momentum update of a key encoder from the query encoder of the same structure.
/// <code>θ_k ← m·θ_k + (1−m)·θ_q        buffers (running statistics, counters) are copied</code>
/// Parameters alone are not enough: a batch normalisation whose running statistics stay behind evaluates another function.
/// What is not trained moves no more once it was copied (m = 0, a run's first step), so it is left alone.
/// Source: MoCo; USER updates parameters only [V], buffers are copied here [I].
/// </summary>
public static class Momentum
{
    /// <summary>One update.</summary>
    /// <param name="query">Trained by gradients.</param>
    /// <param name="key">Follows; same structure.</param>
    /// <param name="momentum">m within [0, 1]: 0 copies, 1 leaves the key encoder as it is (its buffers still follow).</param>
    /// <exception cref="ArgumentException">The structures differ.</exception>
    public static void Update(nn.Module query, nn.Module key, double momentum)
    {
        if (!(momentum is >= 0 and <= 1)) throw new ArgumentOutOfRangeException(nameof(momentum), $"momentum is {momentum}; use a number within [0, 1].");
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        foreach (var (target, source) in Matched(query.named_parameters(), key.named_parameters()))
            if (momentum == 0) target.copy_(source);
            else if (source.requires_grad) target.lerp_(source, 1 - momentum);
        foreach (var (target, source) in Matched(query.named_buffers(), key.named_buffers())) target.copy_(source);
    }

    private static IEnumerable<(Tensor Target, Tensor Source)> Matched<T>(IEnumerable<(string name, T value)> query, IEnumerable<(string name, T value)> key)
        where T : Tensor
    {
        var sources = query.ToDictionary(p => p.name, p => (Tensor)p.value);
        var targets = key.ToList();
        if (targets.Count != sources.Count || targets.FirstOrDefault(t => !sources.ContainsKey(t.name)) is { name: not null })
            throw new ArgumentException($"The key encoder has {targets.Count} tensors, the query encoder {sources.Count}; both must have the same structure.");
        return targets.Select(t => ((Tensor)t.value, sources[t.name]));
    }
}
