using System.Diagnostics;
using System.Text.Json.Nodes;
using ITContrast.Torch;

namespace ITContrast.Cli.Tests;

// Three images at right angles in space, two captions each near their image; the last caption lies nearer to another image.
public sealed class AnalyseCommandTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("itc-analyse-").FullName;
    private readonly string images, captions, groups;

    public AnalyseCommandTests()
    {
        (images, captions, groups) = (At("images.npy"), At("captions.npy"), At("groups.npy"));
        NpyFile.Write<float>(images, [1, 0, 0, 0, 1, 0, 0, 0, 1], 3, 3);
        NpyFile.Write<float>(captions, [1, 0.1f, 0, 1, 0, 0.1f, 0, 1, 0.1f, 0.1f, 1, 0, 0, 0.1f, 1, 1, 0, 0.2f], 6, 3);
        NpyFile.Write<long>(groups, [7, 7, 8], 3);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private string At(string name) => Path.Combine(folder, name);

    private static (int Code, string Out, string Error) Itc(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "itc.dll"), "analyse", .. arguments])
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

    [Fact]
    public void Every_analysis_is_in_the_json_and_in_the_page_and_the_browser_shows_the_most_wrong_caption_first()
    {
        File.WriteAllLines(At("captions.txt"), ["a red circle", "a circle", "a square", "a blue square", "a ring", "a <lost> ring"]);
        File.WriteAllText(At("eccv-images.json"), """{"10": [100, 103]}""");
        File.WriteAllText(At("eccv-captions.json"), """{"103": [11, 10]}""");
        NpyFile.Write<long>(At("image-ids.npy"), [10, 11, 12], 3);
        NpyFile.Write<long>(At("caption-ids.npy"), [100, 101, 102, 103, 104, 105], 6);
        var (code, output, error) = Itc("--images", images, "--captions", captions, "--groups", groups, "--json", "--corrections",
            "--browse", At("browser.html"), "--texts", At("captions.txt"), "--html", At("page.html"), "--drift", $"0:{images}", $"100:{images}",
            "--eccv-images",
            At("eccv-images.json"),
            "--eccv-captions",
            At("eccv-captions.json"),
            "--image-ids",
            At("image-ids.npy"),
            "--caption-ids",
            At("caption-ids.npy"));
        Assert.True(code == 0, error);
        JsonNode json = JsonNode.Parse(output)!;
        Assert.Equal(
            [
                "hardness", "gradient_mass", "hubness", "alignment_uniformity", "modality_gap", "synthetic_negatives", "hubness_corrections",
                "false_negatives", "false_negatives_eccv", "ranked_queries", "recall_by_group", "queue_drift",
            ],
            json.AsObject().Select(pair => pair.Key));
        Assert.Equal(1, (double)json["queue_drift"]!["ages"]![0]!["cosine"]!, 6);
        Assert.Equal(5, (int)json["ranked_queries"]!["caption_query"]!["most_wrong"]![0]!["query"]!);
        Assert.Equal(5.0 / 6, (double)json["ranked_queries"]!["caption_query"]!["first"]!, 9);
        string browser = File.ReadAllText(At("browser.html"));
        Assert.Contains("\\u003Clost\\u003E ring", browser);
        Assert.Contains("Synthetic negatives", File.ReadAllText(At("page.html")));
    }

    [Fact]
    public void Drift_needs_no_pairs_and_wrong_use_is_one_line_with_exit_code_2()
    {
        var (code, output, error) = Itc("--drift", $"0:{images}", "--drift", $"50:{images}");
        Assert.True(code == 0, error);
        Assert.Contains("50 steps old they have a cosine of 1.000", output);
        Assert.Contains(
            "takes a text file with the path of one picture a line",
            Itc("--images", images, "--captions", captions, "--browse", At("x.html"), "--pictures", folder).Error);
        Assert.Contains("give two or more, found 1", Itc("--drift", $"0:{images}").Error);
        var wrong = Itc("--drift", images);
        Assert.Equal(2, wrong.Code);
        Assert.Contains("--drift takes STEP:FILE", wrong.Error);
        File.WriteAllLines(At("short.txt"), ["one"]);
        wrong = Itc("--images", images, "--captions", captions, "--browse", At("b.html"), "--texts", At("short.txt"));
        Assert.Equal(2, wrong.Code);
        Assert.Contains("expected one line a caption, 6, found 1", wrong.Error);
    }
}
