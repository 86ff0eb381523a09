using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using ITContrast.Benchmarks.Running;

namespace ITContrast.Benchmarks.Reporting;

/// <summary>The results as a page in Markdown, which is also what the terminal shows.</summary>
internal static class ResultTable
{
    /// <summary>Head, one section a row.</summary>
    public static string Of(JsonObject machine, IReadOnlyList<Outcome> outcomes)
    {
        StringBuilder text = new("# Benchmark\n\n");
        text.AppendLine(
            $"{machine["processor"]}, {machine["cores"]} cores, {machine["memory"]}; torch {machine["torch"]}, .NET {machine["dotnet"]}, {machine["threads"]} threads, BLAS kernel {machine["blasKernel"] ?? "of its own choice"}."
        );
        text.AppendLine(
            "Median over the rounds (smallest … largest); every round starts fresh processes, the contenders taking turns. Ratios below 1 favour this library."
        );
        foreach (Outcome outcome in outcomes) Section(text, outcome);
        return text.ToString();
    }

    /// <summary>One row: what was compared, then the times and memory behind it.</summary>
    public static void Section(StringBuilder text, Outcome outcome)
    {
        text.AppendLine().AppendLine($"## {outcome.Row.Title}").AppendLine();
        if (outcome.Void is { } failure)
        {
            text.AppendLine($"Not measured: {failure}");
            return;
        }
        text.AppendLine("| compared | median | rounds | target | |").AppendLine("|---|---|---|---|---|");
        foreach (Comparison comparison in outcome.Comparisons)
        {
            Figures figures = outcome.Of(comparison);
            string Figure(double value) => Text.Of(value, comparison.Measure);
            if (figures.Values.Count > 0)
                text.AppendLine(
                    $"| {comparison.Text} | {Figure(figures.Median)} | {Figure(figures.Least)} … {Figure(figures.Most)} | {(comparison.Target is { } t ? "≤ " + Figure(t) : "")} | {(comparison.Exempt is { } why ? "exempt: " + why : Text.Verdict(figures))} |"
                );
        }
        text.AppendLine();
        foreach (Contender contender in outcome.Row.Contenders.Where(c => outcome.Samples.ContainsKey(c.Name)))
        {
            Sample[] samples = [.. outcome.Samples[contender.Name].OfType<Sample>()];
            if (samples.Length == 0) continue;
            var times = samples[0].Seconds.Keys.Select(name => $"{name} {Text.Seconds(Statistics.Median(samples.Select(s => s.Seconds[name])))}");
            string memory =
                samples[0].Peak > 0
                    ? $"; peak {(Statistics.Median(samples.Select(s => (double)s.Peak)) / 1e6).ToString("#,0", CultureInfo.InvariantCulture)} MB"
                    : "";
            text.AppendLine($"- {contender.Name}: {string.Join(", ", times)}{memory}");
        }
        string compared =
            outcome.Difference > 0
                ? $" Values and gradients agree to {outcome.Difference.ToString("0E0", CultureInfo.InvariantCulture)} of their largest magnitude."
                : "";
        text.AppendLine().AppendLine($"Load average {outcome.Load.ToString("0.0", CultureInfo.InvariantCulture)}.{compared}");
        if (outcome.Row.Note is { } note) text.AppendLine().AppendLine(note);
    }
}
