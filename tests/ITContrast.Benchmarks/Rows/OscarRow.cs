using ITContrast.Benchmarks.Running;
using ITContrast.Benchmarks.Work;
using ITContrast.Encoders.Oscar;

namespace ITContrast.Benchmarks.Rows;

/// <summary>OSCAR-base as a bi-encoder: one BERT of twelve layers over captions alone and over regions alone.</summary>
internal sealed class OscarRow : Row
{
    private const int Batch = 32, Regions = 36, Longest = 20;
    private const long Cls = 2;

    public override string Name => "oscar";

    public override string Title => $"training step of the OSCAR-base bi-encoder, {Regions} regions, {Longest} word pieces, B = {Batch}";

    public override int Rounds => 2;

    public override double Seconds => 0.01;

    public override bool OnDevice => true;

    public override IReadOnlyList<Contender> Contenders { get; } =
    [
        new("C#", Side.CSharp), new("Python", Side.Python) { Tolerance = 1e-3 }, new("C# bf16", Side.CSharp, "bf16") { Tolerance = 0.3 },
    ];

    public override IReadOnlyList<Comparison> Comparisons { get; } =
    [
        new("step ÷ Python", new("C#"), new("Python"), 1),
        new("step in bf16 ÷ Python in fp32", new("C# bf16"), new("Python"), 0.5),
        new("peak memory ÷ Python", new("C#"), new("Python"), 1, Measure.PeakRatio),
    ];

    public override string Note =>
        """
        Limits, by libtorch's record of operators in one step of bf16: matrix products 68 % (434 of them, of some 0.9 TFLOP in all, by oneDNN's AMX kernels), copies between types and layouts 6 %, AdamW's own
        operators 9 %, additions 3 %, batched products of the attention 3 %, GELU both ways 3 %. oneDNN 2.6.3, which libtorch 1.13 brings, reaches 120 to 290 GFLOP/s in bf16 on the products with the wide layer, by
        themselves and on a busy machine, against 80 in fp32 there; blocks of the output made none faster.
        """;

    public override void Prepare(string file)
    {
        OscarConfig config = Config(true);
        using OscarModel model = new(config);
        PairStep.Prepare(file, model, Batch, Regions, config.RegionWidth, config.VocabularySize, Longest);
    }

    public override IWork Work(string variant, string file) => new PairStep(dropout => new OscarEncoder(new OscarModel(Config(dropout)), Cls), file, variant == "bf16");

    private static OscarConfig Config(bool dropout) => dropout ? new() : new() { Dropout = 0, AttentionDropout = 0 };
}
