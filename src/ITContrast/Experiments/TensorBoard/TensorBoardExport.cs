using System.Text.Json.Nodes;
using ITContrast.Torch;
using ITContrast.Training;

namespace ITContrast.Experiments.TensorBoard;

/// <summary>A run's curves as a TensorBoard event file.</summary>
public static class TensorBoardExport
{
    /// <summary>Writes every number of <c>metrics.jsonl</c>: losses and diagnostics under <c>train/</c>, validation under <c>val/</c>.</summary>
    /// <param name="run">The run, finished or not.</param>
    /// <param name="folder">TensorBoard's log folder; the run gets a folder of its own in it.</param>
    /// <returns>The event file's path.</returns>
    /// <exception cref="DataException">The run has no metrics, or a line is damaged.</exception>
    public static string Write(RunFolder run, string folder)
    {
        if (!File.Exists(run.MetricsPath)) throw new DataException($"{run.Path} holds no metrics.jsonl; there is nothing to export.");
        string path = Path.Combine(folder, run.Name, $"events.out.tfevents.0.{run.Name}");
        double wallTime = new DateTimeOffset(File.GetLastWriteTimeUtc(run.MetricsPath)).ToUnixTimeSeconds();
        using AtomicFile file = new(path);
        EventFile events = new(file.Stream, wallTime);
        foreach (string line in File.ReadLines(run.MetricsPath))
        {
            JsonObject values = JsonNode.Parse(line) as JsonObject ?? throw DataException.At(run.MetricsPath, "", "a JSON object a line", line);
            long step = (long)values["step"]!;
            JsonNode? validation = values["validation"];
            foreach ((string tag, double value) in validation is null ? Numbers("train", values) : Numbers("val", (JsonObject)validation))
                events.Scalar(tag, step, value, wallTime);
        }
        file.Commit();
        return path;
    }

    private static IEnumerable<(string Tag, double Value)> Numbers(string prefix, JsonObject values)
    {
        foreach ((string name, JsonNode? node) in values)
            if (node is JsonObject inner)
                foreach (var pair in Numbers($"{prefix}/{name}", inner)) yield return pair;
            else if (name is not ("step" or "epoch") && node is JsonValue number && number.TryGetValue(out double value))
                yield return ($"{prefix}/{name}", value);
    }
}
