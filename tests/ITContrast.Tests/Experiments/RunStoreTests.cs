using System.Text.Json.Nodes;
using ITContrast.Experiments;
using ITContrast.Tests.Data;
using ITContrast.Training;

namespace ITContrast.Tests.Experiments;

public class RunStoreTests
{
    private static RunIdentity Identity(RunConfig? config = null, string data = "d", string torch = "system 1.13.1", int threads = 2) =>
        new(config ?? new(), data, torch, threads);

    [Fact]
    public void Whatever_decides_numbers_decides_the_hash()
    {
        RunConfig plain = new();
        string hash = Identity().Hash;
        Assert.Matches("^[0-9a-f]{16}$", hash);
        Assert.Equal(hash, Identity(new RunConfig()).Hash);
        RunIdentity[] others =
        [
            Identity(plain with { Seed = 2 }),
            Identity(plain with { WordNet = false }),
            Identity(plain with { Training = plain.Training with { LearningRate = 2e-3 } }),
            Identity(plain with { Backbone = plain.Backbone with { Hidden = 64 } }), Identity(data: "e"), Identity(torch: "system 2.1.0"), Identity(threads: 1),
        ];
        Assert.Equal(others.Length + 1, others.Select(other => other.Hash).Append(hash).Distinct().Count());
        Assert.Equal(hash, Identity(plain with { Training = plain.Training with { CheckpointSteps = 7 } }).Hash);
    }

    [Fact]
    public void A_configuration_reads_back_as_written()
    {
        RunConfig config = new() { Seed = 5, Temperature = 0.07, Loss = new() { SyntheticWeight = 0.5 }, Training = new() { Epochs = 3 } };
        Assert.Equal(config, RunConfig.FromJson(JsonNode.Parse(config.ToJson().ToJsonString())!));
        Assert.Contains("another version", Assert.Throws<DataException>(() => RunConfig.FromJson(JsonNode.Parse("{\"Seeed\": 1}")!)).Message);
    }

    [Fact]
    public void A_run_is_found_by_the_beginning_of_its_hash()
    {
        using TemporaryFolder folder = new();
        folder.Write("ab12/config.json", "{}");
        folder.Write("ab34/config.json", "{}");
        Directory.CreateDirectory(folder.At("no-run"));
        RunStore store = new(folder.Path);
        Assert.Equal(2, store.All().Count);
        Assert.Equal("ab34", store.Find("ab3").Name);
        Assert.Contains("ab12, ab34", Assert.Throws<DataException>(() => store.Find("ab")).Message);
        Assert.Contains("itc runs", Assert.Throws<DataException>(() => store.Find("zz")).Message);
        Assert.Contains("result.json", Assert.Throws<DataException>(() => RunResult.Read(store.Find("ab12"))).Message);
    }

    [Fact]
    public void Metrics_are_cut_back_to_the_checkpoints_step()
    {
        using TemporaryFolder folder = new();
        folder.Write("metrics.jsonl", "{\"step\":1}\n{\"step\":2}\n{\"step\":2,\"validation\":1}\n{\"step\":3}\n{\"step\":4");
        using (RunLog log = new RunFolder(folder.Path).OpenMetrics(2)) log.Append(new() { ["step"] = 3, ["again"] = true });
        Assert.Equal("{\"step\":1}\n{\"step\":2}\n{\"step\":2,\"validation\":1}\n{\"step\":3,\"again\":true}\n", File.ReadAllText(folder.At("metrics.jsonl")));
    }
}
