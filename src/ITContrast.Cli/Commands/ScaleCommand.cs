using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using ITContrast.Charts;
using ITContrast.Encoders.Oscar;
using ITContrast.Torch;
using ITContrast.Training.Parallel;

namespace ITContrast.Cli.Commands;

/// <summary><c>itc scale</c>: what data-parallel training costs on 1 to 1,024 GPUs, from the library's formulas and this machine's coefficients.</summary>
internal static class ScaleCommand
{
    private const int Words = 20, Regions = 36;
    private static readonly int[] Ranks = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024];
    private static readonly double[] Pairs = [1e5, 1e6, 1e7, 1e8];

    public static Command Build()
    {
        var batch = new Option<int>("--batch") { Description = "Pairs a GPU and step.", DefaultValueFactory = _ => 64 };
        var share = new Option<double?>("--share") { Description = "What of its peak a processor keeps in training, 0..1 (default: measured here)." };
        var figure = new Option<string?>("--figure") { Description = "Also write the chart as plotly JSON (itc figure export draws it)." };
        var command = new Command("scale", "Compute bytes on the wire, memory and time of a step for 1 to 1,024 GPUs and 10^5 to 10^8 pairs.")
        {
            batch,
            share,
            figure,
        };
        command.SetAction(parse =>
        {
            if (parse.GetValue(batch) < 1) throw new UserError($"--batch {parse.GetValue(batch)} is no batch; give 1 pair or more.");
            var measured = parse.GetValue(share) is null ? Measured() : null;
            var kept = parse.GetValue(share) ?? measured!.Share;
            if (!(kept is > 0 and <= 1)) throw new UserError($"--share is {kept}; use a number above 0 and at most 1.");
            if (measured is not null)
                Console.WriteLine(
                    Invariant(
                        $"measured here, one thread: matrix product {measured.ProductFlops / 1e9:F0} GFLOP/s, OSCAR's step {measured.StepFlops / 1e9:F0} GFLOP/s ({100 * measured.Share:F0} %); Gloo over loopback {measured.LinkBytes / 1e9:F2} GB/s, {measured.Latency * 1e6:F0} µs a message\n"
                    ));
            ScalingLaw law = new(ScalingModel.Oscar(new OscarConfig(), Words, Regions), Gpu(kept));
            Console.Write(Tables(law, parse.GetValue(batch)));
            if (parse.GetValue(figure) is { } path) AtomicFile.WriteText(path, Chart(law, parse.GetValue(batch)).ToJson());
            return 0;
        });
        return command;
    }

    // Data sheet: 989 TFLOP/s dense in bfloat16, 80 GB, NVLink 450 GB/s one way among 8, a 400 Gb/s adapter each; 10 µs a message is what NCCL's documentation
    // and users report.
    private static ScalingMachine Gpu(double share) => new("H100", 989e12 * share, 80e9, 450e9, 50e9, 10e-6, 8);

    private static ScalingMeasurement Measured() => ProcessGroup.IsAvailable ? ScalingMeasurement.Take(MeetingPort.Free())
        : throw new UserError("There are no process groups here to measure (Debian: libgloo-dev); give --share.");

    private static string Tables(ScalingLaw law, int batch)
    {
        List<string> lines =
        [
            "| GPUs | batch | encoders ms | scores ms | gather ms | gradients ms | step ms | encoders' share | sent a rank and step | memory a rank | "
                + string.Join(" | ", Pairs.Select(p => Invariant($"epoch of 10^{Math.Log10(p):F0}")))
                + " |",
            "|" + string.Concat(Enumerable.Repeat("--:|", 10 + Pairs.Length)),
        ];
        lines.AddRange(Ranks.Select(n => law.Step(n, batch)).Select(s => Invariant(
            $"| {s.Ranks} | {s.Batch:N0} | {1e3 * s.Encoders:F1} | {1e3 * s.Loss:F2} | {1e3 * s.Gather:F2} | {1e3 * s.Gradients:F1} | {1e3 * s.Seconds:F1} | {100 * s.Efficiency:F0} % | {s.WireBytes / 1e6:F0} MB | {s.MemoryBytes / 1e9:F1} GB | "
        )
            + string.Join(" | ", Pairs.Select(p => Time(law.Epoch(p, s.Ranks, batch)))) + " |"));
        lines.Add("");
        foreach (var n in (int[])[8, 64, 1024])
            lines.Add(
                Invariant(
                    $"- {n} GPUs: averaging gradients hides behind the backward pass from {law.SmallestHidingBatch(n)} pairs a GPU on; the largest batch that fits is {law.LargestBatch(n)} a GPU; computing all scores on every rank stays under 10 % of the encoders up to {law.LargestFullScoreBatch(n, 0.1):N0} pairs a step ({law.LargestFullScoreBatch(n, 0.1) / n:N0} a GPU)."
                ));
        lines.Add(Invariant($"- Gathering embeddings sends more than averaging gradients from {law.GatherOutweighsGradients:N0} pairs a step on."));
        lines.Add(
            Invariant(
                $"- Exact ranks of all against all cost an epoch's operations at {law.EvaluationEqualsEpoch:N0} pairs; above, evaluate on a sample or in shards."
            ));
        return string.Join('\n', lines) + "\n";
    }

    private static Figure Chart(ScalingLaw law, int batch)
    {
        Figure figure = new(Invariant($"One step of OSCAR on n GPUs, {batch} pairs each"));
        double[] x = [.. Ranks.Select(n => (double)n)];
        ScalingStep[] steps = [.. Ranks.Select(n => law.Step(n, batch))];
        foreach (
            var (name, of) in new (string, Func<ScalingStep, double>)[]
            {
                ("step", s => s.Seconds),
                ("encoders", s => s.Encoders),
                ("all scores on every rank", s => s.Loss),
                ("gather embeddings", s => s.Gather),
                ("average gradients (hidden up to ⅔ of encoders)", s => s.Gradients),
            })
            figure.Line(x, [.. steps.Select(s => of(s) > 0 ? 1e3 * of(s) : double.NaN)], name, markers: true);
        figure.Axes("GPUs", "milliseconds");
        foreach (var axis in (string[])["xaxis", "yaxis"]) ((JsonObject)figure.Layout[axis]!)["type"] = "log";
        figure.Layout["xaxis"]!["tickvals"] = new JsonArray([.. Ranks.Select(n => (JsonNode)n)]);
        // Three lines of legend would lie over the axis's name.
        figure.Layout["legend"]!["y"] = -0.3;
        return figure;
    }

    private static string Time(double seconds) =>
        seconds < 120 ? Invariant($"{seconds:F1} s")
        : seconds < 7200 ? Invariant($"{seconds / 60:F0} min")
        : Invariant($"{seconds / 3600:F0} h");

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
