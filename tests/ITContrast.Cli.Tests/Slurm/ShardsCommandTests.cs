using System.Diagnostics;
using System.Text.Json.Nodes;
using ITContrast.Encoders;
using ITContrast.Experiments;
using ITContrast.Training;

namespace ITContrast.Cli.Tests.Slurm;

/// <summary>
/// Evaluation and embedding in shards as job arrays: the merged report and the joined file are those of one process. On a real Slurm where there is one, and
/// always with an sbatch of the test's own, which runs an array's tasks one after the other and then what depends on them.
/// </summary>
[Collection(SlurmCluster.Collection)]
public sealed class ShardsCommandTests : IDisposable
{
    private static readonly string Itc = Path.Combine(AppContext.BaseDirectory, "itc");

    // As sbatch is called by this library: --parsable, perhaps --requeue, --dependency=afterok:JOB, --array=LIST, the script last. Notes what it was asked for.
    private const string Sbatch = """
        #!/bin/bash
        here=$(dirname "$0") script=${@: -1} tasks=
        echo "$*" >>"$here/calls"
        for word in "$@"; do
            case $word in --array=*) tasks=$(echo "${word#--array=}" | sed 's/%.*//; s/,/ /g') ;; esac
        done
        run() { SLURM_ARRAY_TASK_ID=$1 bash "$script" >>"$here/log" 2>&1 || echo "$script task $1 failed" >>"$here/log"; }
        [ -n "$tasks" ] || run ''
        for range in $tasks; do for task in $(seq "${range%-*}" "${range#*-}"); do run "$task"; done; done
        wc -l <"$here/calls"
        """;

    private readonly string folder = Directory.CreateTempSubdirectory("itc-shards-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private string At(string name) => Path.Combine(folder, name);

    [Fact]
    public void An_array_of_shards_reports_what_one_process_does_and_resumes()
    {
        string golden = Golden(), report = At("out/report.txt");
        UseOwnSbatch();
        string[] files = ["--images", Path.Combine(golden, "images.npy"), "--captions", Path.Combine(golden, "captions.npy")];
        string[] submit = ["shards", .. files, "--shards", "3", "--out", At("out"), "--json"];
        Assert.Contains("array 1; job 2 writes", Call(submit));
        JsonNode whole = JsonNode.Parse(Call("evaluate", [.. files, "--json"]))!, merged = JsonNode.Parse(File.ReadAllText(report))!;
        foreach (string direction in (string[])["image_query", "caption_query"])
            Assert.Equal(whole[direction]!.ToJsonString(), merged[direction]!.ToJsonString());

        File.Delete(At("out/shard-1.safetensors"));
        File.Delete(report);
        DateTime kept = File.GetLastWriteTimeUtc(At("out/shard-0.safetensors"));
        Call([.. submit, "--after", "17"]);
        Assert.Equal(merged.ToJsonString(), JsonNode.Parse(File.ReadAllText(report))!.ToJsonString());
        Assert.Equal(kept, File.GetLastWriteTimeUtc(At("out/shard-0.safetensors")));
        string[] calls = File.ReadAllLines(At("calls"));
        Assert.Contains("--dependency=afterok:17 --array=1 ", calls[2]);
        Assert.Contains("--dependency=afterok:3 ", calls[3]);
        Assert.Contains("all shards are there", Call(submit));
    }

    [Fact]
    public void An_array_of_embeddings_joins_to_the_file_of_one_process()
    {
        UseOwnSbatch();
        EmbedsAndEvaluates(last => { _ = last; });
    }

    [Fact]
    public void A_real_cluster_embeds_and_evaluates_in_shards()
    {
        Assert.SkipWhen(SlurmCluster.Absent is not null, SlurmCluster.Absent ?? "");
        using SlurmCluster cluster = new();
        EmbedsAndEvaluates(last =>
        {
            for (var clock = Stopwatch.StartNew(); !File.Exists(last) || new FileInfo(last).Length == 0; Thread.Sleep(200))
                Assert.True(
                    clock.Elapsed < TimeSpan.FromMinutes(6),
                    $"waited 6 minutes for {last}\n{SlurmCluster.Run("squeue")}\n{string.Join('\n', Directory.GetFiles(folder, "*.txt", SearchOption.AllDirectories).Select(File.ReadAllText))}"
                );
        });
    }

    private void EmbedsAndEvaluates(Action<string> wait)
    {
        RunConfig tiny = new()
        {
            WordNet = false, Backbone = new() { Dimension = 16, Hidden = 16, Whitened = 16, WordDimension = 16, StateDimension = 8 },
            Training = new() { Epochs = 1, BatchSize = 32, Split = "val" },
        };
        RunStore store = new(At("runs"));
        string run = Experiment.Run(tiny, store, cancellation: TestContext.Current.CancellationToken).Folder.Name;
        string[] embed = ["embed", run, "--runs", store.Folder, "--split", "val"];
        Call([.. embed, "--out", At("one.safetensors")]);
        string said = Call([.. embed, "--out", At("array.safetensors"), "--on", "slurm", "--shards", "3"]), job = said.Split("; job ")[1].Split(' ')[0];
        Call("shards", "--embeddings", At("array.safetensors"), "--shards", "2", "--out", At("out"), "--json", "--after", job);
        wait(At("array.safetensors"));
        wait(At("out/report.txt"));
        Assert.Equal(File.ReadAllBytes(At("one.safetensors")), File.ReadAllBytes(At("array.safetensors")));
        JsonNode whole = JsonNode.Parse(Call("evaluate", "--embeddings", At("one.safetensors"), "--json"))!,
            merged = JsonNode.Parse(File.ReadAllText(At("out/report.txt")))!;
        Assert.Equal(127, (int)whole["image_query"]!["queries"]!);
        foreach (string direction in (string[])["image_query", "caption_query"])
            Assert.Equal(whole[direction]!.ToJsonString(), merged[direction]!.ToJsonString());
    }

    private bool own;

    private void UseOwnSbatch()
    {
        File.WriteAllText(At("sbatch"), Sbatch);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(At("sbatch"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        own = true;
    }

    private string Call(string command, params string[] arguments) => Call([command, .. arguments]);

    private string Call(string[] arguments)
    {
        ProcessStartInfo start = new(Itc, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["OMP_NUM_THREADS"] = start.Environment["OPENBLAS_NUM_THREADS"] = start.Environment["MKL_NUM_THREADS"] = "1";
        if (own) start.Environment["PATH"] = $"{folder}:{start.Environment["PATH"]}";
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{string.Join(' ', arguments)}: {error.Result}{(File.Exists(At("log")) ? File.ReadAllText(At("log")) : "")}");
        return output;
    }

    private static string Golden()
    {
        DirectoryInfo at = new(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(at.FullName, "ITContrast.sln"))) at = at.Parent!;
        return Path.Combine(at.FullName, "tests", "fixtures", "evaluation");
    }
}
