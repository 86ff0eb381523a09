using System.Text.Json.Nodes;
using ITContrast.Experiments;
using static System.FormattableString;

namespace ITContrast.Charts;

/// <summary>Training curves of any number of runs, in the colour of their system: the loss above, validation rsum below, over the same steps.</summary>
public static class TrainingCurves
{
    /// <summary>
    /// Draws finished runs. Losses of different systems are different quantities, some of them below zero: with several systems each curve is drawn as a share
    /// of where it began, so that shapes can be compared; systems are compared by rsum.
    /// </summary>
    /// <param name="runs">The runs; those of one system differ by their seeds and share a colour and a place in the legend.</param>
    /// <param name="smoothing">Steps that each point of the loss is the mean of, at least 1.</param>
    /// <exception cref="ArgumentException">There is no run.</exception>
    public static Figure Of(IReadOnlyList<RunResult> runs, int smoothing = 10)
    {
        ArgumentNullException.ThrowIfNull(runs);
        ArgumentOutOfRangeException.ThrowIfLessThan(smoothing, 1);
        if (runs.Count == 0) throw new ArgumentException("Training curves need a run; none came.", nameof(runs));
        int systems = runs.Select(run => run.Config.System).Distinct().Count();
        Figure figure = new(
            Invariant($"Training of {runs.Count} runs of {systems} {(systems == 1 ? "system" : "systems")}; loss as mean of {smoothing} steps"));
        HashSet<string> named = [];
        foreach (RunResult run in runs)
        {
            string system = run.Config.System;
            (long Step, double Loss)[] losses = [.. run.Losses()];
            IReadOnlyList<(long Step, double RSum)> validation = run.ValidationCurve();
            double[] curve = Smooth([.. losses.Select(point => point.Loss)], smoothing);
            double unit = systems > 1 && curve[0] != 0 ? Math.Abs(curve[0]) : 1;
            Add(figure, run, [.. losses.Select(point => (double)point.Step)], [.. curve.Select(loss => loss / unit)], below: false, legend: named.Add(system));
            Add(figure, run, [.. validation.Select(point => (double)point.Step)], [.. validation.Select(point => point.RSum)], below: true, legend: false);
        }
        figure.Axes("step", systems > 1 ? "loss ÷ its first value" : "loss, nats");
        (figure.Layout["yaxis"]!["domain"], figure.Layout["xaxis"]!["anchor"], figure.Layout["height"]) = (new JsonArray(0.54, 1), "y2", 520);
        figure.Layout["yaxis2"] = new JsonObject
        {
            ["title"] = new JsonObject { ["text"] = "validation rsum" },
            ["automargin"] = true,
            ["domain"] = new JsonArray(0, 0.46),
        };
        return figure;
    }

    private static void Add(Figure figure, RunResult run, double[] x, double[] y, bool below, bool legend)
    {
        figure.SystemLine(run.Config.System, x, y, markers: below);
        JsonNode trace = figure.Data[^1]!;
        (trace["showlegend"], trace["hovertemplate"]) = (legend, $"{run.Config.System}, seed {run.Config.Seed}<br>step %{{x}}: %{{y:.4g}}<extra></extra>");
        trace["line"]!["width"] = 1.5;
        if (below) trace["yaxis"] = "y2";
    }

    private static double[] Smooth(double[] values, int width) => [.. values.Select((_, i) => values[Math.Max(0, i - width + 1)..(i + 1)].Average())];
}
