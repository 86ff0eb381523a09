using System.Diagnostics;
using ITContrast.Evaluation;
using ITContrast.Tests.Evaluation.Ranking;
using ITContrast.Torch;

namespace ITContrast.Tests.Evaluation;

public sealed class FileEvaluationTests : IDisposable
{
    private const string RankFile = "ITC_TEST_RANK_FILE";

    private readonly string folder = Directory.CreateTempSubdirectory("itc-evaluation-").FullName;

    private static string Golden(string name)
    {
        string? at = AppContext.BaseDirectory;
        while (at != null && !Directory.Exists(Path.Combine(at, "tests", "fixtures", "evaluation"))) at = Path.GetDirectoryName(at);
        return Path.Combine(at ?? throw new DirectoryNotFoundException("tests/fixtures/evaluation"), "tests", "fixtures", "evaluation", name);
    }

    private static long[] Ranks(string name)
    {
        using NpyFile file = NpyFile.Open(Golden(name));
        return file.View.ToArray<long>();
    }

    [Fact]
    public void Labels_become_bits_and_anything_but_0_and_1_is_named()
    {
        string path = Path.Combine(folder, "labels.npy");
        NpyFile.Write(path, (byte[])[1, 0, 1, 0, 0, 0], 2, 3);
        Assert.Equal([(UInt128)5, (UInt128)0], PlausibleMatch.ReadLabels(path, 2));
        Assert.Contains("expected [3, L]", Assert.Throws<DataException>(() => PlausibleMatch.ReadLabels(path, 3)).Message);
        NpyFile.Write(path, (byte[])[1, 0, 1, 0, 2, 0], 2, 3);
        Assert.Contains("row 1, label 1: expected 0 or 1, found 2", Assert.Throws<DataException>(() => PlausibleMatch.ReadLabels(path, 2)).Message);
    }

    [Fact]
    public void Ranks_agree_with_numpy()
    {
        using EmbeddingFile images = EmbeddingFile.Open(Golden("images.npy")), captions = EmbeddingFile.Open(Golden("captions.npy"));
        RetrievalReport report = FileEvaluation.Evaluate(
            images, captions, FileEvaluation.ImageOf(null, images.Count, captions.Count), RetrievalProtocol.Whole).Folds[0];
        Assert.Equal(Ranks("image_ranks.npy"), report.ImageQuery.Ranks.Select(rank => (long)rank));
        Assert.Equal(Ranks("caption_ranks.npy"), report.CaptionQuery.Ranks.Select(rank => (long)rank));
    }

    // Run by the test below in processes of their own: OpenBLAS picks its kernel once, when it loads.
    [Fact]
    public void Ranks_of_a_process_go_to_a_file()
    {
        if (Environment.GetEnvironmentVariable(RankFile) is not { Length: > 0 } path)
        {
            Assert.Skip($"runs only in a child process, with {RankFile} set");
            return;
        }
        File.WriteAllText(path, KernelRanks());
    }

    [Fact]
    public void Ranks_are_the_same_for_every_blas_kernel()
    {
        string here = KernelRanks();
        foreach (string kernel in (string[])["Prescott", "Haswell", "SkylakeX"])
        {
            string path = Path.Combine(folder, kernel);
            var start = new ProcessStartInfo(
                Environment.ProcessPath!, ["-method", $"{typeof(FileEvaluationTests).FullName}.{nameof(Ranks_of_a_process_go_to_a_file)}"])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                Environment = { [RankFile] = path, ["OPENBLAS_CORETYPE"] = kernel },
            };
            using Process child = Process.Start(start)!;
            child.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            child.StandardOutput.ReadToEnd();
            child.WaitForExit();
            Assert.Equal(0, child.ExitCode);
            Assert.Equal(here, File.ReadAllText(path));
        }
    }

    // Untrained embeddings: scores crowd together, so kernels that round differently would rank differently.
    private static string KernelRanks()
    {
        using var images = TorchSharp.torch.tensor(Samples.Values(150, 300, 1), [150, 300]);
        using var captions = TorchSharp.torch.tensor(Samples.Values(750, 300, 2), [750, 300]);
        RetrievalReport report = Retrieval.Evaluate(
            images,
            captions,
            [.. Enumerable.Range(0, 750).Select(c => c / 5)],
            new() { Precision = ScorePrecision.Single });
        return string.Join(',', report.ImageQuery.Ranks) + ";" + string.Join(',', report.CaptionQuery.Ranks);
    }

    [Fact]
    public void Safetensors_and_npy_are_the_same_embeddings()
    {
        float[] values = Samples.Values(7, 5, 1);
        string npy = Path.Combine(folder, "x.npy"), tensors = Path.Combine(folder, "x.safetensors");
        NpyFile.Write(npy, values, 7, 5);
        using (
            var writer = new SafetensorsWriter(tensors, [new TensorInfo("image", ElementType.Float32, 7, 5), new TensorInfo("text", ElementType.Float32, 1, 5)])
        )
        {
            writer.Append<float>(values);
            writer.Append<float>(values.AsSpan(0, 5));
            writer.Complete();
        }
        using EmbeddingFile a = EmbeddingFile.Open(npy), b = EmbeddingFile.Open(tensors + ":image");
        Assert.Equal(a.Hash(), b.Hash());
        Assert.Contains("image, text", Assert.Throws<DataException>(() => EmbeddingFile.Open(tensors)).Message);
    }

    [Fact]
    public void Bad_files_are_named()
    {
        string path = Path.Combine(folder, "bad.npy");
        NpyFile.Write(path, new double[] { 1, 2 }, 1, 2);
        Assert.Contains("bad.npy: expected float32", Assert.Throws<DataException>(() => EmbeddingFile.Open(path)).Message);
        NpyFile.Write(path, new float[] { 1, 2 }, 2);
        Assert.Contains("expected embeddings of shape [N, D], found [2]", Assert.Throws<DataException>(() => EmbeddingFile.Open(path)).Message);
        NpyFile.Write(path, new float[] { 1, 2, 3, float.NaN }, 2, 2);
        using (EmbeddingFile file = EmbeddingFile.Open(path))
            Assert.Contains(
                "bad.npy: row 1, column 1",
                Assert.Throws<DataException>(() => FileEvaluation.Evaluate(file, file, [0, 1], RetrievalProtocol.Whole)).Message);
        File.WriteAllBytes(path, File.ReadAllBytes(path)[..^3]);
        Assert.Contains("bad.npy", Assert.ThrowsAny<IOException>(() => EmbeddingFile.Open(path)).Message);
        Assert.ThrowsAny<IOException>(() => EmbeddingFile.Open(Path.Combine(folder, "absent.npy")));

        NpyFile.Write(path, new long[] { 0, 1, 9 }, 3);
        Assert.Contains("row 2: expected an image row, 0 to 4, found 9", Assert.Throws<DataException>(() => FileEvaluation.ImageOf(path, 5, 3)).Message);
        Assert.Contains("expected [4] (one image row a caption), found [3]", Assert.Throws<DataException>(() => FileEvaluation.ImageOf(path, 5, 4)).Message);
        NpyFile.Write(path, new float[] { 0, 1, 2 }, 3);
        Assert.Contains("expected int64", Assert.Throws<DataException>(() => FileEvaluation.ImageOf(path, 5, 3)).Message);
        string said = Assert.Throws<ShapeException>(() => FileEvaluation.ImageOf(null, 5, 12)).Message;
        foreach (string part in new[] { "expected a multiple of the 5 image rows", "found 12 caption rows", "--image-of FILE" }) Assert.Contains(part, said);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
