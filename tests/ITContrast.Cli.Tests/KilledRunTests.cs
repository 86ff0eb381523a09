using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;

namespace ITContrast.Cli.Tests;

/// <summary>
/// Training as other processes see it: killed, stopped while it holds its run, on a full disk. Whatever happened, a run ends with the bits of one that nothing
/// befell.
/// </summary>
public sealed partial class KilledRunTests(KilledRunTests.WholeRun whole) : IClassFixture<KilledRunTests.WholeRun>
{
    private const int Steps = 24, Pairs = 40;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);
    private static readonly string Itc = Path.Combine(AppContext.BaseDirectory, "itc");

    [Theory, InlineData(20260101)]
    public async Task A_run_that_is_killed_at_random_steps_ends_with_the_same_bits(int seed)
    {
        string store = whole.At("killed");
        Random random = new(seed);
        foreach (int step in new[] { random.Next(1, Steps / 2), random.Next(Steps / 2, Steps - 2) })
        {
            // The signal meets any part of a step or of a write.
            using Training process = await StoppedAt(store, step, random.Next(20));
            process.Signal(Training.Kill);
            Assert.True(await process.End() > 128, $"seed {seed}: it had ended already");
            Assert.False(File.Exists(Path.Combine(whole.RunIn(store), "result.json")));
        }
        await whole.Train(store, checkpointSteps: 3);
        whole.AssertSame(store);
    }

    [Fact]
    public async Task A_process_that_hangs_keeps_its_run_and_when_it_dies_one_of_those_that_wait_takes_it_over()
    {
        string store = whole.At("held");
        using Training holder = await StoppedAt(store, 5, 0);

        using (Training refused = new(whole, store, checkpointSteps: 1))
        {
            Assert.Equal(75, await refused.End());
            Assert.Contains("another process computes this run", Assert.Single(refused.ErrorLines));
        }
        using Training heir = new(whole, store, checkpointSteps: 3, "--wait"), other = new(whole, store, checkpointSteps: 3, "--wait");
        Task<int>[] ends = [heir.End(), other.End()];
        foreach (Training waiting in new[] { heir, other })
            await waiting.Until(
                () => waiting.ErrorLines.Any(line => line.Contains("waiting for it", StringComparison.Ordinal)),
                "the line that says that it waits");
        Assert.InRange(StoredSteps.In(store), 1, Steps - 1);
        holder.Signal(Training.Kill);
        await holder.End();
        // One goes on where the dead one stopped, the other waits for that one's result.
        Assert.All(await Task.WhenAll(ends), code => Assert.Equal(0, code));
        whole.AssertSame(store);
    }

    [Fact]
    public async Task A_disk_that_fills_up_ends_a_run_in_one_line_and_it_goes_on_where_there_is_room()
    {
        (string disk, string copy) = (whole.At("full"), whole.At("copy"));
        // One checkpoint finds room, a second one beside it does not. The disk is gone with its namespace, so what lies on it is copied.
        long room = new FileInfo(Path.Combine(whole.RunIn("whole"), "checkpoint-last.safetensors")).Length * 3 / 2 + 32_768;
        string[] small =
        [
            "unshare", "--mount", "bash", "-c",
            "mount -t tmpfs -o size=$0 none \"$1\" || exit 99; disk=$1; copy=$2; shift 2; \"$@\"; code=$?; cp -a \"$disk/.\" \"$copy\"; exit $code",
            room.ToString(CultureInfo.InvariantCulture), disk, copy,
        ];
        Directory.CreateDirectory(disk);
        Directory.CreateDirectory(copy);
        using (Training full = new(whole, disk, checkpointSteps: 3) { Within = small })
        {
            int code = await full.End();
            Assert.SkipWhen(
                code is 1 or 99
                    && full.ErrorLines.Any(line => line.Contains("unshare", StringComparison.Ordinal) || line.Contains("mount:", StringComparison.Ordinal)),
                "a small disk is mounted by root alone");
            Assert.True(code == 2, $"{code}: {string.Join('\n', full.ErrorLines)}");
            Assert.Contains("No space left on device", Assert.Single(full.ErrorLines));
        }
        Assert.InRange(StoredSteps.In(copy), 1, Steps - 1);
        Assert.False(File.Exists(Path.Combine(whole.RunIn(copy), "result.json")));
        await whole.Train(copy, checkpointSteps: 3);
        whole.AssertSame(copy);
    }

    // A process that stands still in the middle of its run, at the step or later. Where a loaded machine let it run to its end before the signal came, it
    // begins anew.
    private async Task<Training> StoppedAt(string store, int step, int milliseconds)
    {
        for (int tries = 0; tries < 50; tries++)
        {
            Training process = new(whole, store, checkpointSteps: 1);
            await process.Until(() => StoredSteps.In(store) >= step || process.HasEnded, $"step {step}");
            await Task.Delay(milliseconds, TestContext.Current.CancellationToken);
            process.Signal(Training.Stop);
            await process.Until(() => process.IsStopped || process.HasEnded, "its stop");
            if (process.IsStopped && StoredSteps.In(store) is > 0 and < Steps && !File.Exists(Path.Combine(whole.RunIn(store), "result.json"))) return process;
            process.Dispose();
            Directory.Delete(store, true);
        }
        throw new TimeoutException($"No process was met between step {step} and its end.");
    }

    /// <summary>
    /// The run that nothing befell, and a folder for those of the tests. 24 steps on synthetic scenes: seconds, and every part of a real run.
    /// </summary>
    public sealed class WholeRun : IAsyncLifetime
    {
        private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("itc-killed-");

        public async ValueTask InitializeAsync() => await Train("whole", checkpointSteps: 3);

        public ValueTask DisposeAsync()
        {
            folder.Delete(true);
            return ValueTask.CompletedTask;
        }

        public string At(string name) => Path.Combine(folder.FullName, name);

        public string RunIn(string store) => Assert.Single(Directory.GetDirectories(At(store)));

        // How often checkpoints are written is no part of a run's name and changes no number.
        public string Config(int checkpointSteps)
        {
            string path = At($"config-{checkpointSteps}-{Guid.NewGuid():N}.json");
            File.WriteAllText(path, new JsonObject
            {
                ["config"] = new JsonObject
                {
                    ["System"] = "itcontrast", ["Data"] = "scene-objects:480", ["WordNet"] = false, ["Method"] = new JsonObject(),
                    ["Heads"] = new JsonObject { ["TrainWords"] = true, ["WordDimension"] = 16, ["StateDimension"] = 8, ["Hidden"] = 16, ["Dimension"] = 16 },
                    ["Training"] = new JsonObject { ["Epochs"] = 3, ["BatchSize"] = Pairs, ["CheckpointSteps"] = checkpointSteps, ["WeightAverage"] = 0.9 },
                },
            }.ToJsonString());
            return path;
        }

        public async Task Train(string store, int checkpointSteps)
        {
            using Training process = new(this, At(store), checkpointSteps);
            int code = await process.End();
            Assert.True(code == 0, $"{code}: {string.Join('\n', process.ErrorLines)}");
        }

        public void AssertSame(string store)
        {
            foreach (string name in new[] { "checkpoint-last.safetensors", "checkpoint-best.safetensors", "metrics.jsonl", "result.json" })
                Assert.True(
                    File.ReadAllBytes(Path.Combine(RunIn("whole"), name)).AsSpan().SequenceEqual(File.ReadAllBytes(Path.Combine(RunIn(store), name))),
                    $"{name} differs");
        }
    }

    // One process that trains; started when it is first asked for anything.
    private sealed partial class Training(WholeRun whole, string store, int checkpointSteps, params string[] options) : IDisposable
    {
        public const int Kill = 9, Stop = 19;

        private readonly List<string> errors = [];
        private Process? process;

        /// <summary>The command that starts it.</summary>
        public string[] Within { get; init; } = [];

        public string[] ErrorLines
        {
            get
            {
                lock (errors) return [.. errors];
            }
        }

        public bool HasEnded => Started().HasExited;

        // /proc/ID/stat: ID (NAME) STATE …
        public bool IsStopped
        {
            get
            {
                try
                {
                    return !HasEnded && File.ReadAllText($"/proc/{Started().Id}/stat").Split(") ")[^1][0] == 'T';
                }
                catch (IOException)
                {
                    // It ended between the two looks.
                    return false;
                }
            }
        }

        public async Task Until(Func<bool> holds, string what)
        {
            Process own = Started();
            for (var (clock, ended) = (Stopwatch.StartNew(), false); !holds(); await Task.Delay(2, TestContext.Current.CancellationToken))
            {
                Assert.True(
                    clock.Elapsed < Patience && !ended,
                    $"waited {clock.Elapsed.TotalSeconds:F0} s for {what}; {(ended ? $"the process ended with {own.ExitCode}" : "")}: {string.Join('\n', ErrorLines)}"
                );
                // Looked at before what it did last.
                ended = own.HasExited;
            }
        }

        public void Signal(int number) => _ = SendSignal(Started().Id, number);

        public async Task<int> End()
        {
            Process own = Started();
            await own.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Patience, TestContext.Current.CancellationToken);
            return own.ExitCode;
        }

        public void Dispose()
        {
            if (process is null) return;
            if (!process.HasExited) process.Kill(entireProcessTree: true);
            process.WaitForExit();
            process.Dispose();
        }

        [LibraryImport("libc", EntryPoint = "kill")]
        private static partial int SendSignal(int process, int signal);

        private Process Started()
        {
            if (process is not null) return process;
            string[] command = [.. Within, Itc, "train", "--config", whole.Config(checkpointSteps), "--runs", store, .. options];
            ProcessStartInfo start = new(command[0], command[1..]) { RedirectStandardOutput = true, RedirectStandardError = true };
            foreach (string name in new[] { "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS" }) start.Environment[name] = "1";
            process = new() { StartInfo = start };
            process.OutputDataReceived += (_, _) => { };
            process.ErrorDataReceived += (_, line) =>
            {
                if (line.Data is not { Length: > 0 } text) return;
                lock (errors) errors.Add(text);
            };
            process.Start();
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
            return process;
        }
    }
}
