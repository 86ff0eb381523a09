using System.Diagnostics;
using System.Text.Json.Nodes;

namespace ITContrast.Cli.Tests;

public sealed class EvaluateCommandTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("evaluate").FullName;

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
    }

    [Theory]
    [InlineData("--protocol coco", "there are whole, f30k-1k")]
    [InlineData("--precision high", "none of auto, single, bfloat16, defined")]
    [InlineData("--shard 3/2 --out x", "no i/n")]
    [InlineData("--shard 0/2", "--out")]
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
