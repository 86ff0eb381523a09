using System.Diagnostics;
using System.Text.Json.Nodes;

namespace ITContrast.Cli.Tests;

public sealed class EvaluateCommandTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("itc-evaluate-").FullName;

    private static string Golden(string name)
    {
        string? at = AppContext.BaseDirectory;
        while (at != null && !Directory.Exists(Path.Combine(at, "tests", "fixtures", "evaluation"))) at = Path.GetDirectoryName(at);
        return Path.Combine(at ?? throw new DirectoryNotFoundException("tests/fixtures/evaluation"), "tests", "fixtures", "evaluation", name);
    }

    private static (int Code, string Out, string Error) Itc(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "itc.dll"), "evaluate", .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error.Result);
    }

    private static (int Code, string Out, string Error) OnGolden(params string[] more) =>
        Itc(["--images", Golden("images.npy"), "--captions", Golden("captions.npy"), .. more]);

    // The recalls of NumPy's ranks, in tests/fixtures/evaluation.
    [Fact]
    public void Json_holds_numpy_s_recalls_and_merged_shards_say_the_same()
    {
        var (code, output, error) = OnGolden("--json");
        Assert.True(code == 0, error);
        JsonNode whole = JsonNode.Parse(output)!;
        Assert.Equal(131.0 / 3, (double)whole["caption_query"]!["r1"]!, 9);
        Assert.Equal(190.0 / 3, (double)whole["image_query"]!["r1"]!, 9);
        string[] shards = [.. Enumerable.Range(0, 2).Select(shard => Path.Combine(folder, $"{shard}.safetensors"))];
        for (int shard = 0; shard < 2; shard++) Assert.Equal(0, OnGolden("--shard", $"{shard}/2", "--out", shards[shard]).Code);
        JsonNode merged = JsonNode.Parse(Itc(["--json", "--merge", .. shards]).Out)!;
        Assert.Equal(whole["caption_query"]!.ToJsonString(), merged["caption_query"]!.ToJsonString());
        Assert.Equal(whole["image_query"]!.ToJsonString(), merged["image_query"]!.ToJsonString());

        // What is told from ranks alone is told of merged ones, too.
        string prefix = Path.Combine(folder, "own");
        Assert.Equal(0, OnGolden("--ranks", prefix).Code);
        merged = JsonNode.Parse(Itc(["--json", "--against", prefix, "--intervals", "100", "--ranks", $"{prefix}-merged", "--merge", .. shards]).Out)!;
        Assert.Equal(0, (int)merged["against"]!["image_query"]!["differ"]!);
        whole = JsonNode.Parse(OnGolden("--json", "--intervals", "100").Out)!;
        Assert.Equal(whole["intervals"]!.ToJsonString(), merged["intervals"]!.ToJsonString());
        Assert.Equal(File.ReadAllBytes($"{prefix}.caption.npy"), File.ReadAllBytes($"{prefix}-merged.caption.npy"));
    }

    [Fact]
    public void Banks_make_a_correction_inductive_and_the_rest_of_the_report_says_what_was_asked()
    {
        string labels = Path.Combine(folder, "labels.npy"), concepts = Path.Combine(folder, "concepts.npy"), prefix = Path.Combine(folder, "own");
        ITContrast.Torch.NpyFile.Write(labels, [.. Enumerable.Repeat((byte)1, 60)], 60, 1);
        ITContrast.Torch.NpyFile.Write(concepts, [.. Enumerable.Range(0, 60).Select(image => image / 2L)], 60);
        var (code, output, error) = OnGolden("--json", "--ranks", prefix, "--correction", "qb-norm", "--labels", labels, "--concepts", concepts, "--memory");
        Assert.True(code == 0, error);
        JsonNode report = JsonNode.Parse(output)!;
        Assert.True((bool)report["corrected"]!["transductive"]!);
        // Everything matches everything.
        Assert.Equal(100.0, (double)report["pmrp"]!["caption_query"]!);
        Assert.InRange((long)report["memory"]!["peak_bytes"]!, (long)report["memory"]!["embedding_bytes"]!, long.MaxValue);
        Assert.Equal(2.0, (double)report["extended"]!["concepts.caption_query"]!["mean_positives"]!);

        (code, output, error) = OnGolden(
            "--json", "--against", prefix, "--correction", "dbnorm", "--bank-images", Golden("images.npy"), "--bank-captions", Golden("captions.npy"));
        Assert.True(code == 0, error);
        report = JsonNode.Parse(output)!;
        Assert.False((bool)report["corrected"]!["transductive"]!);
        Assert.Equal(0, (int)report["against"]!["image_query"]!["differ"]!);

        string shard = Path.Combine(folder, "one.safetensors");
        Assert.Equal(0, OnGolden("--concepts", concepts, "--shard", "0/1", "--out", shard).Code);
        JsonNode merged = JsonNode.Parse(Itc("--json", "--merge", shard).Out)!;
        Assert.Equal(2.0, (double)merged["extended"]!["concepts.caption_query"]!["mean_positives"]!);
    }

    [Fact]
    public void Queries_that_differ_from_another_program_s_ranks_are_listed()
    {
        string prefix = Path.Combine(folder, "other");
        foreach (string direction in (string[])["image", "caption"])
        {
            using ITContrast.Torch.NpyFile ranks = ITContrast.Torch.NpyFile.Open(Golden($"{direction}_ranks.npy"));
            long[] values = ranks.View.ToArray<long>();
            if (direction == "caption") values[7] += 3;
            ITContrast.Torch.NpyFile.Write($"{prefix}.{direction}.npy", values, values.Length);
        }
        var (code, output, error) = OnGolden("--against", prefix);
        Assert.True(code == 0, error);
        Assert.Contains("image query: 0 of 60 queries differ", output);
        Assert.Contains("caption query: 1 of 300 queries differ", output);
        Assert.Contains("query 7: rank ", output);
    }

    // Against itself nothing differs; against ranks that are all last everything does, as far as the permutation test can say.
    [Fact]
    public void Systems_are_compared_query_by_query_with_one_correction_over_all()
    {
        string own = Path.Combine(folder, "own"), last = Path.Combine(folder, "last");
        Assert.Equal(0, OnGolden("--ranks", own).Code);
        foreach ((string direction, int queries, long gallery) in ((string, int, long)[])[("image", 60, 300), ("caption", 300, 60)])
            ITContrast.Torch.NpyFile.Write($"{last}.{direction}.npy", [.. Enumerable.Repeat(gallery - 1, queries)], queries);
        var (code, output, error) = OnGolden("--json", "--compare", own, last, "--seeds", own);
        Assert.True(code == 0, error);
        JsonNode compared = JsonNode.Parse(output)!["compared"]!, same = compared[own]!["caption_query.r1"]!, far = compared[last]!["caption_query.r1"]!;
        Assert.Equal((0.0, 1.0, 1.0), ((double)same["difference"]!, (double)same["p"]!, (double)same["p_holm"]!));
        Assert.Equal(131.0 / 3, (double)far["difference"]!, 9);
        Assert.Equal(1.0 / 2001, (double)far["p"]!, 9);
        Assert.Equal(2.0 / 2001, (double)far["p_holm"]!, 9);
        Assert.InRange((double)far["smallest_detectable"]!, 1, 30);
        Assert.Null(compared[last]!["caption_query.medr"]!["p"]);
        Assert.Contains("smallest detectable", OnGolden("--compare", last).Out);
        ITContrast.Torch.NpyFile.Write($"{last}.image.npy", [.. Enumerable.Repeat(300L, 60)], 60);
        Assert.Contains("last.image.npy, row 0: expected a rank from 0 to 299, found 300", OnGolden("--compare", last).Error);
    }

    [Theory]
    [InlineData("--seeds x", "belong to --intervals or --compare")]
    [InlineData("--bank-images x.npy", "belong to --correction")]
    [InlineData("--protocol coco", "there are whole, f30k-1k")]
    [InlineData("--precision high", "none of auto, single, bfloat16, defined")]
    [InlineData("--shard 3/2 --out x", "no i/n")]
    [InlineData("--shard 0/2", "--out")]
    [InlineData("--out report.json", "--out belongs to --shard")]
    [InlineData("--shard 0/2 --out x --ranks y", "--ranks is told by all shards together")]
    [InlineData("--shard 0/2 --out x --labels y", "--labels needs the embeddings as a whole")]
    [InlineData("--shard 0/2 --out x --protocol f30k-1k", "--protocol divides the test set")]
    [InlineData("--merge x --concepts y", "--concepts belongs to the shards")]
    [InlineData("--merge x --correction csls", "--correction needs the embeddings as a whole")]
    [InlineData("--cxc x.csv", "--image-ids")]
    [InlineData("--correction magic", "none of inverted-softmax")]
    [InlineData("--protocol coco-1k", "expects 5000 images, found 60")]
    public void A_bad_option_exits_with_2_and_one_line(string options, string says)
    {
        var (code, _, error) = OnGolden(options.Split(' '));
        Assert.Equal(2, code);
        Assert.Contains(says, error);
        Assert.Single(error.TrimEnd().Split('\n'));
    }

    [Fact]
    public void A_damaged_file_is_named()
    {
        string path = Path.Combine(folder, "cut.npy");
        File.WriteAllBytes(path, File.ReadAllBytes(Golden("captions.npy"))[..^100]);
        var (code, _, error) = Itc("--images", Golden("images.npy"), "--captions", path);
        Assert.Equal(2, code);
        Assert.Contains("cut.npy", error);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
