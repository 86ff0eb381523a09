using ITContrast.Benchmarks.Running;
using ITContrast.Benchmarks.Work;
using ITContrast.Encoders.Branches;

namespace ITContrast.Benchmarks.Rows;

/// <summary>VSE∞ on detector features: regions through a residual perceptron, captions through a bidirectional GRU, generalised pooling of both.</summary>
internal sealed class RegionsRow : Row
{
    private const int Batch = 128, Regions = 36, Features = 2048, Words = 8000, Longest = 20;

    public override string Name => "regions";

    public override string Title => $"training step of VSE∞: {Regions} × {Features:#,0} regions, BiGRU, GPO, D = 1,024, B = {Batch}";

    public override int Rounds => 3;

    public override double Seconds => 3;

    public override bool OnDevice => true;

    public override IReadOnlyList<Contender> Contenders { get; } =
    [
        new("C#", Side.CSharp), new("Python", Side.Python) { Tolerance = 1e-3 }, new("C# bf16", Side.CSharp, "bf16") { Tolerance = 0.2 },
    ];

    public override IReadOnlyList<Comparison> Comparisons { get; } =
    [
        new("step ÷ Python", new("C#"), new("Python"), 1),
        new("step in bf16 ÷ Python in fp32", new("C# bf16"), new("Python"), 0.5),
        new("peak memory ÷ Python", new("C#"), new("Python"), 1, Measure.PeakRatio),
    ];

    public override string Note =>
        """
        Limits, by libtorch's record of operators in one step of bf16: matrix products 56 % (480 of them, most of the GRU and one time step each), copies between types and
        layouts 10 %, additions 8 %, products by element 5 %, AdamW's own operators 5 %, sorting the sets 2 %.
        """;

    public override void Prepare(string file)
    {
        using PairEncoder encoder = Encoder();
        PairStep.Prepare(file, encoder, Batch, Regions, Features, Words, Longest);
    }

    public override IWork Work(string variant, string file) => new PairStep(_ => Encoder(), file, variant == "bf16");

    // No region is left out at random, so that both sides pool the same sets.
    private static PairEncoder Encoder() => new(new RegionEncoder(new() { DropRegions = 0 }), new GruCaptionEncoder(Words));
}
