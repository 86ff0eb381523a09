using ITContrast.Tests.Data;
using ITContrast.Torch;
using ITContrast.Training;

namespace ITContrast.Tests.Training;

/// <summary>A run that is killed at any step and resumed ends as one that was not: weights, optimiser and metrics, bit for bit, with dropout on.</summary>
public class ResumeTests : TorchTest
{
    [Theory, InlineData(1), InlineData(4), InlineData(5), InlineData(6), InlineData(9), InlineData(20), InlineData(21)]
    public void A_killed_run_resumes_to_the_same_bits(int killedAt)
    {
        using TemporaryFolder whole = new(), killed = new();
        using (ToyRun run = new()) Assert.Equal(21, run.Run(whole.Path));

        // What lies on the disk at some step is what SIGKILL leaves there, with a line cut in the middle at worst.
        using (ToyRun run = new())
        using (TemporaryFolder working = new())
        {
            Assert.Throws<OperationCanceledException>(() => run.Run(working.Path, at =>
            {
                if (at.Step != killedAt) return;
                foreach (string file in Directory.GetFiles(working.Path)) File.Copy(file, killed.At(Path.GetFileName(file)));
                throw new OperationCanceledException();
            }));
        }
        File.AppendAllText(killed.At("metrics.jsonl"), "{\"step\":3,\"lo");
        using (ToyRun run = new()) run.Run(killed.Path);

        Assert.Equal(File.ReadAllText(whole.At("metrics.jsonl")), File.ReadAllText(killed.At("metrics.jsonl")));
        AssertSameTensors(new RunFolder(whole.Path).CheckpointPath, new RunFolder(killed.Path).CheckpointPath);
    }

    [Theory, InlineData(2), InlineData(3), InlineData(11)]
    public void A_cancelled_run_resumes_to_the_same_bits(int cancelledAt)
    {
        using TemporaryFolder whole = new(), cancelled = new();
        using (ToyRun run = new()) run.Run(whole.Path);
        using (ToyRun run = new())
        using (CancellationTokenSource stop = new())
            Assert.ThrowsAny<OperationCanceledException>(() => run.Run(cancelled.Path, at =>
            {
                if (at.Step == cancelledAt) stop.Cancel();
            }, stop.Token));
        using (ToyRun run = new()) run.Run(cancelled.Path);
        Assert.Equal(File.ReadAllText(whole.At("metrics.jsonl")), File.ReadAllText(cancelled.At("metrics.jsonl")));
        AssertSameTensors(new RunFolder(whole.Path).CheckpointPath, new RunFolder(cancelled.Path).CheckpointPath);
        Assert.DoesNotContain(Directory.GetFiles(cancelled.Path), file => file.EndsWith(".tmp", StringComparison.Ordinal));
    }

    [Fact]
    public void Another_seed_gives_another_run()
    {
        using TemporaryFolder first = new(), second = new();
        using (ToyRun run = new()) run.Run(first.Path);
        using (ToyRun run = new(seed: 8)) run.Run(second.Path);
        Assert.NotEqual(File.ReadAllText(first.At("metrics.jsonl")), File.ReadAllText(second.At("metrics.jsonl")));
    }

    [Fact]
    public void A_run_is_held_by_one_process_at_a_time()
    {
        using TemporaryFolder folder = new();
        RunFolder run = new(folder.At("run"));
        using (run.Lock()) Assert.Contains("another process", Assert.Throws<RunHeldException>(run.Lock).Message);
        using (run.Lock()) { }
    }

    private static void AssertSameTensors(string expected, string found)
    {
        using SafetensorsFile left = SafetensorsFile.Open(expected, verify: true), right = SafetensorsFile.Open(found, verify: true);
        Assert.Equal(left.Metadata["step"], right.Metadata["step"]);
        Assert.Equal(left.Tensors.Select(t => t.Name), right.Tensors.Select(t => t.Name));
        foreach (TensorView tensor in left.Tensors) Assert.True(tensor.Span<float>().SequenceEqual(right[tensor.Name].Span<float>()), $"{tensor.Name} differs");
    }
}
