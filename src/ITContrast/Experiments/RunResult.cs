using System.Text.Json.Nodes;
using ITContrast.Training;

namespace ITContrast.Experiments;

/// <summary>A finished run, as its folder holds it.</summary>
/// <param name="Folder">The folder.</param>
/// <param name="Config">The configuration.</param>
/// <param name="Test">The test split, read once when the run ended.</param>
/// <param name="Validation">The validation split after the last epoch.</param>
/// <param name="Steps">Training steps.</param>
public sealed record RunResult(RunFolder Folder, RunConfig Config, RecallTable Test, RecallTable Validation, long Steps)
{
    /// <summary>Reads a finished run.</summary>
    /// <exception cref="DataException">The run is not finished, or a file is damaged.</exception>
    public static RunResult Read(RunFolder folder)
    {
        if (!folder.IsFinished) throw new DataException($"{folder.Path}: expected a finished run, but there is no result.json. Start it again and it resumes.");
        JsonObject result = RunFolder.Read(folder.ResultPath);
        RunConfig config = ReadConfig(folder);
        JsonNode Member(string name) => result[name] ?? throw DataException.At(folder.ResultPath, "", $"the member \"{name}\"", "none");
        return new(folder, config, RecallTable.FromJson(Member("test")), RecallTable.FromJson(Member("val")), Member("steps").GetValue<long>());
    }

    /// <summary>Reads a run's configuration, finished or not.</summary>
    /// <exception cref="DataException">The file is missing or damaged.</exception>
    public static RunConfig ReadConfig(RunFolder folder) =>
        RunConfig.FromJson(RunFolder.Read(folder.ConfigPath)["config"] ?? throw DataException.At(folder.ConfigPath, "", "the member \"config\"", "none"));

    /// <summary>What the run cost, over all its starts; null where it was not recorded.</summary>
    public RunCost? Cost() => RunCost.Read(Folder.TimingPath);

    /// <summary>The version of the numbers that the run was computed with.</summary>
    public int Version => (int?)RunFolder.Read(Folder.ConfigPath)["resultsVersion"] ?? 0;

    /// <summary>The rank of every test query.</summary>
    /// <exception cref="DataException">The result keeps none.</exception>
    public StoredRanks TestRanks() => StoredRanks.FromJson(RunFolder.Read(Folder.ResultPath)["testRanks"]);

    /// <summary>Extended judgements of the test split by subgroup; null where the result keeps none (other data, or an older version).</summary>
    public SubgroupTable? TestSubgroups() => RunFolder.Read(Folder.ResultPath)["subgroups"] is { } json ? SubgroupTable.FromJson(json) : null;

    /// <summary>The loss after each step, in order.</summary>
    public IReadOnlyList<(long Step, double Loss)> Losses() =>
        [.. Lines().Where(line => line["loss"] is not null).Select(line => (line["step"]!.GetValue<long>(), line["loss"]!.GetValue<double>()))];

    /// <summary>The validation rsum after each epoch, in order.</summary>
    public IReadOnlyList<(long Step, double RSum)> ValidationCurve() =>
        [
            .. Lines()
                .Where(line => line["validation"] is not null)
                .Select(line => (line["step"]!.GetValue<long>(), line["validation"]!["rsum"]!.GetValue<double>())),
        ];

    private IEnumerable<JsonObject> Lines() => File.ReadLines(Folder.MetricsPath).Select(line => (JsonObject)JsonNode.Parse(line)!);
}
