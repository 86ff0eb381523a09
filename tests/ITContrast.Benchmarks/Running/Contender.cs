namespace ITContrast.Benchmarks.Running;

/// <summary>Who does the work.</summary>
internal enum Side
{
    /// <summary>This library.</summary>
    CSharp,

    /// <summary>Plain PyTorch, NumPy or faiss under <c>python/</c>.</summary>
    Python,

    /// <summary>The same operators called from C++ under <c>floor/</c>.</summary>
    Cpp,
}

/// <summary>One program that a row times, in a fresh process a round.</summary>
/// <param name="Name">As tables show it.</param>
/// <param name="Side">Who does the work.</param>
/// <param name="Variant">What the program is told apart from the row's name, for example <c>bf16</c>.</param>
internal sealed record Contender(string Name, Side Side, string Variant = "")
{
    /// <summary>Start it as it comes from its package, with the BLAS kernel that OpenBLAS finds by itself.</summary>
    public bool AsInstalled { get; init; }

    /// <summary>
    /// How far its values and gradients may lie from the first contender's, relative to the largest of each tensor; null leaves it unchecked.
    /// </summary>
    public double? Tolerance { get; init; } = 2e-4;

    /// <summary>Whether it computes on the CPU alone, and has no part in a row on another device.</summary>
    public bool CpuOnly { get; init; } = Side == Side.Cpp;

    /// <summary>Rounds it takes part in; the row's where null. Slow contenders whose ratio is large need few.</summary>
    public int? Rounds { get; init; }

    /// <summary>How long each of its cases is timed in a round; null for the row's own time.</summary>
    public double? Seconds { get; init; }
}
