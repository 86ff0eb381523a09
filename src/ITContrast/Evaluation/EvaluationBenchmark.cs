using System.Diagnostics;
using System.Globalization;
using static TorchSharp.torch;

namespace ITContrast.Evaluation;

/// <summary>Times of one benchmark, in seconds, one entry a repeat, taken in turns; and the memory an evaluation took.</summary>
/// <param name="Product">The one fp32 matrix product of all images with all captions, by torch with the same threads, into memory that exists.</param>
/// <param name="Single">Ranks of both directions, fp32.</param>
/// <param name="BFloat16">The same, bf16; empty where it was not asked for.</param>
/// <param name="Automatic">The same, with the precision chosen by the evaluator.</param>
/// <param name="Chosen">What it chose.</param>
/// <param name="PeakBytes">The most memory above what the process held before, over the evaluations; 0 where the system does not tell.</param>
/// <param name="Load">Load average of the machine at the end.</param>
public sealed record EvaluationTimes(
    double[] Product, double[] Single, double[] BFloat16, double[] Automatic, ScorePrecision Chosen, long PeakBytes, double Load);

/// <summary>Evaluation against its own fp32 matrix product: what an exact ranking costs over the arithmetic it cannot avoid.</summary>
public static class EvaluationBenchmark
{
    /// <summary>Measures; the ranks of all precisions are compared on the way.</summary>
    /// <param name="images">Image rows.</param>
    /// <param name="captionsAnImage">Captions an image.</param>
    /// <param name="width">Values a row.</param>
    /// <param name="noise">
    /// Length of the noise between a caption and its image before normalisation: 1 makes cosines near 0.7, as of a trained model; infinity makes
    /// captions independent of images, an untrained model.
    /// </param>
    /// <param name="repeats">Rounds.</param>
    /// <param name="bfloat16">Also time bf16 by itself.</param>
    /// <exception cref="InvalidOperationException">Two precisions rank differently.</exception>
    public static EvaluationTimes Run(int images = 5000, int captionsAnImage = 5, int width = 1024, double noise = 1, int repeats = 3, bool bfloat16 = true)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        Tensor x = Unit(Gaussian(images, width, "images"));
        Tensor far = Unit(Gaussian(images * captionsAnImage, width, "captions"));
        Tensor y = double.IsInfinity(noise) ? far : Unit(x.repeat_interleave(captionsAnImage, 0) + far * noise);
        int[] imageOf = [.. Enumerable.Range(0, images * captionsAnImage).Select(caption => caption / captionsAnImage)];

        List<double> single = [], half = [], automatic = [], product = [];
        RetrievalReport expected = Retrieval.Evaluate(x, y, imageOf, new() { Precision = ScorePrecision.Single });
        // Memory first: the matrix product below holds all scores at once, which an evaluation never does.
        ForgetPeak();
        long before = Status("VmRSS:");
        ScorePrecision chosen = Retrieval.Evaluate(x, y, imageOf).Precision;
        long peak = Status("VmHWM:") - before;

        using Tensor scores = zeros([images, (long)images * captionsAnImage], ScalarType.Float32);
        using Tensor transposed = y.transpose(0, 1);
        for (int round = 0; round < repeats; round++)
        {
            product.Add(Timed(() => scores.addmm_(x, transposed, beta: 0).Dispose()));
            single.Add(Timed(() => Require(expected, Retrieval.Evaluate(x, y, imageOf, new() { Precision = ScorePrecision.Single }))));
            if (bfloat16) half.Add(Timed(() => Require(expected, Retrieval.Evaluate(x, y, imageOf, new() { Precision = ScorePrecision.BFloat16 }))));
            automatic.Add(Timed(() => Require(expected, Retrieval.Evaluate(x, y, imageOf))));
        }
        return new([.. product], [.. single], [.. half], [.. automatic], chosen, peak, Load());
    }

    private static Tensor Gaussian(int rows, int width, string name)
    {
        using Generator generator = new RandomStream(1, "benchmark-" + name).Generator();
        return randn([rows, width], ScalarType.Float32, generator: generator);
    }

    private static Tensor Unit(Tensor rows) => nn.functional.normalize(rows, 2, 1);

    private static double Timed(Action action)
    {
        var clock = Stopwatch.StartNew();
        action();
        return clock.Elapsed.TotalSeconds;
    }

    private static void Require(RetrievalReport expected, RetrievalReport report)
    {
        if (!expected.ImageQuery.Ranks.AsSpan().SequenceEqual(report.ImageQuery.Ranks) ||
            !expected.CaptionQuery.Ranks.AsSpan().SequenceEqual(report.CaptionQuery.Ranks))
            throw new InvalidOperationException($"Ranks under {report.Precision} differ from those under {expected.Precision}: the times would compare different results.");
    }

    // Linux only; elsewhere memory reads 0.
    private static void ForgetPeak()
    {
        if (File.Exists("/proc/self/clear_refs")) File.WriteAllText("/proc/self/clear_refs", "5");
    }

    private static long Status(string field) => File.Exists("/proc/self/status") &&
        File.ReadLines("/proc/self/status").FirstOrDefault(line => line.StartsWith(field, StringComparison.Ordinal)) is { } found
        ? 1024 * long.Parse(found[field.Length..].Replace("kB", "", StringComparison.Ordinal), NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture)
        : 0;

    private static double Load() => File.Exists("/proc/loadavg") ? double.Parse(File.ReadAllText("/proc/loadavg").Split(' ')[0], CultureInfo.InvariantCulture) : double.NaN;
}
