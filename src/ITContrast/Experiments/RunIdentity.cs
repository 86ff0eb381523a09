using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using ITContrast.Systems;

namespace ITContrast.Experiments;

/// <summary>
/// What a run's folder is named after. Not hashed, since it changes no number: how often checkpoints are written, and the commit.
/// <code>
///   hash = first 16 hexadecimal digits of SHA-256(configuration, data, torch provider and version, threads, results version)
/// </code>
/// </summary>
/// <param name="Config">The configuration.</param>
/// <param name="DataHash">The data set's content hash.</param>
/// <param name="Torch">Provider and version, as "system 1.13.1".</param>
/// <param name="Threads">Threads of torch: sums are taken in another order with another number.</param>
public sealed record RunIdentity(RunConfig Config, string DataHash, string Torch, int Threads)
{
    /// <summary>Sixteen hexadecimal digits.</summary>
    public string Hash => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Hashed().ToJsonString())))[..16];

    /// <summary>The content of <c>config.json</c>.</summary>
    public JsonObject ToJson()
    {
        JsonObject json = Hashed();
        json["checkpointSteps"] = Config.Training.CheckpointSteps;
        json["commit"] = Commit;
        return json;
    }

    private static string Commit =>
        typeof(RunIdentity).Assembly.GetCustomAttributes(typeof(System.Reflection.AssemblyInformationalVersionAttribute), false)
            .OfType<System.Reflection.AssemblyInformationalVersionAttribute>().FirstOrDefault()?.InformationalVersion ?? "";

    private JsonObject Hashed()
    {
        JsonObject config = Config.ToJson();
        ((JsonObject)config[nameof(RunConfig.Training)]!).Remove(nameof(Training.TrainingOptions.CheckpointSteps));
        JsonObject hashed = new()
        {
            ["config"] = config,
            ["data"] = DataHash,
            ["torch"] = Torch,
            ["threads"] = Threads,
            ["resultsVersion"] = ResultsVersion.Current,
        };
        if (Recipes.Revision(Config.System) is > 0 and var revision) hashed["systemRevision"] = revision;
        return hashed;
    }
}
