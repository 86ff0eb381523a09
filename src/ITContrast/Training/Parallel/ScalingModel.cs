using ITContrast.Encoders.Oscar;

namespace ITContrast.Training.Parallel;

/// <summary>What one training step of a pair of encoders costs, counted from the model's shape.</summary>
/// <param name="Name">What is trained.</param>
/// <param name="Parameters">P.</param>
/// <param name="FlopsPerPair">F: floating-point operations of one pair's forward and backward pass through the encoders.</param>
/// <param name="ActivationBytesPerPair">A: bytes kept between the two passes for one pair.</param>
/// <param name="Dimension">D, of embeddings.</param>
public sealed record ScalingModel(string Name, double Parameters, double FlopsPerPair, double ActivationBytesPerPair, int Dimension)
{
    /// <summary>
    /// OSCAR as two-tower encoder, one pass over the caption and one over the regions:
    /// <code>
    ///   F = Σ_passes 6·P_layers·s + 12·L·s²·H      A = Σ_passes L·s·H·(68 + 10·a·s/H)      s tokens, a heads, float32
    /// </code>
    /// Two operations a weight and token forward, four backward; attention's two products beside them. Activations after Korthikanti et al. (2022), equation 2
    /// [A], in four bytes in place of two.
    /// </summary>
    /// <param name="config">The model's shape.</param>
    /// <param name="tokens">Word pieces of a caption.</param>
    /// <param name="regions">Regions of an image.</param>
    public static ScalingModel Oscar(OscarConfig config, int tokens, int regions)
    {
        double hidden = config.Hidden, layer = 4 * hidden * hidden + 2 * hidden * config.Intermediate, layers = config.Layers * layer;
        double Flops(double s) => 6 * layers * s + 12 * config.Layers * s * s * hidden;
        double Bytes(double s) => config.Layers * s * hidden * (68 + 10 * config.Heads * s / hidden);
        var vectors = config.Layers * (9 * hidden + config.Intermediate) + 2 * hidden;
        var embeddings = (config.VocabularySize + config.Positions + config.Segments) * hidden;
        var heads = (config.RegionWidth + 1) * hidden + (hidden + 1) * hidden + (hidden + 1) * config.Labels;
        return new(
            "OSCAR", layers + vectors + embeddings + heads, Flops(tokens) + Flops(regions) + 6.0 * regions * config.RegionWidth * hidden,
            Bytes(tokens) + Bytes(regions), config.Hidden);
    }
}

/// <summary>A processor with its memory and links.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Flops">Operations a second that training sustains.</param>
/// <param name="MemoryBytes">Its memory.</param>
/// <param name="NodeBytesPerSecond">Bytes a second to each neighbour of its machine, one way.</param>
/// <param name="WireBytesPerSecond">Bytes a second to other machines, one way.</param>
/// <param name="Latency">Seconds of one message.</param>
/// <param name="PerNode">Processors of a machine.</param>
public sealed record ScalingMachine(
    string Name, double Flops, double MemoryBytes, double NodeBytesPerSecond, double WireBytesPerSecond, double Latency, int PerNode)
{
    /// <summary>The slowest link on a ring of so many processors.</summary>
    public double Link(int ranks) => ranks <= PerNode ? NodeBytesPerSecond : WireBytesPerSecond;
}
