using System.Diagnostics;
using ITContrast.Encoders.Oscar;
using ITContrast.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Training.Parallel;

/// <summary>The coefficients of <see cref="ScalingLaw"/> that a machine is asked for.</summary>
/// <param name="ProductFlops">Operations a second of one large matrix product, on one thread.</param>
/// <param name="StepFlops">Operations a second of OSCAR's forward and backward pass, counted as <see cref="ScalingModel.Oscar"/> counts.</param>
/// <param name="LinkBytes">Bytes a second that one of two ranks sends in an all-reduce over loopback.</param>
/// <param name="Latency">Seconds of one message there.</param>
public sealed record ScalingMeasurement(double ProductFlops, double StepFlops, double LinkBytes, double Latency)
{
    private const int Repeats = 5;

    /// <summary>What of a matrix product's rate training keeps, 0..1.</summary>
    public double Share => StepFlops / ProductFlops;

    /// <summary>
    /// Measures: the best of several repeats, since everything else on a machine only slows it down. Two layers of BERT-base, 8 pairs of 20 word pieces and 36
    /// regions; a product of
    /// 1,536 × 1,536; all-reduces of 32 MB and of 4 bytes between two threads.
    /// </summary>
    /// <exception cref="PlatformNotSupportedException">There are no process groups in this build.</exception>
    public static ScalingMeasurement Take(int port)
    {
        var threads = get_num_threads();
        set_num_threads(1);
        try
        {
            var (link, latency) = Link(port);
            return new(Product(), Step(), link, latency);
        }
        finally
        {
            set_num_threads(threads);
        }
    }

    private static double Best(Action action)
    {
        action();
        return Enumerable.Range(0, Repeats).Min(_ =>
        {
            var clock = Stopwatch.StartNew();
            action();
            return clock.Elapsed.TotalSeconds;
        });
    }

    private static double Product()
    {
        const long Side = 1536;
        using var scope = NewDisposeScope();
        Tensor a = ones(Side, Side), b = ones(Side, Side);
        return 2.0 * Side * Side * Side / Best(() => a.matmul(b).Dispose());
    }

    private static double Step()
    {
        const int Pairs = 8, Words = 20, Regions = 36;
        OscarConfig config = new() { Layers = 2, VocabularySize = 1000 };
        using OscarModel model = new(config);
        model.Initialise(1);
        model.train();
        using var scope = NewDisposeScope();
        Tensor ids = ones([Pairs, Words], int64), features = ones(Pairs, Regions, config.RegionWidth), regions = ones([Pairs, Regions], int64);
        var seconds = Best(() =>
        {
            using var step = NewDisposeScope();
            model.zero_grad();
            model.BeginStep(1, 0);
            (model.Encode(model.EmbedText(ids), ids).sum() + model.Encode(model.EmbedRegions(features), regions).sum()).backward();
        });
        return Pairs * ScalingModel.Oscar(config, Words, Regions).FlopsPerPair / seconds;
    }

    private static (double Bytes, double Seconds) Link(int port)
    {
        const long Numbers = 8 << 20;
        var results = new (double, double)[2];
        Thread[] ranks = [.. Enumerable.Range(0, 2).Select(rank => new Thread(() =>
        {
            using var group = ProcessGroup.Join(new(rank, 2, rank, "127.0.0.1", port), TimeSpan.FromMinutes(2));
            using var scope = NewDisposeScope();
            Tensor large = zeros(Numbers), small = zeros(1);
            results[rank] = (Numbers * 4 / Best(() => group.AllReduce(large)), Best(() => group.AllReduce(small)) / 2);
        }))];
        foreach (var rank in ranks) rank.Start();
        foreach (var rank in ranks) rank.Join();
        return results[0];
    }
}
