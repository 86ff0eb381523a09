using System.Diagnostics;

namespace ITContrast.Cli.Tests;

public sealed class DataCommandTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("itc-data-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void A_sound_set_passes_and_an_unsound_one_exits_with_1()
    {
        string scan = Path.Combine(folder, "scan");
        Assert.Equal(0, Itc(["data", "export", "scenes:20:3", "--features", "grid", "--layout", "scan", "--to", scan]).Code);
        (int code, string output, _) = Itc(["data", "check", scan]);
        Assert.Equal(0, code);
        Assert.Contains("sound: no finding spoils an evaluation.", output);
        Assert.Matches("test +2 +10 +5", output);
        string captions = Path.Combine(scan, "test_caps.txt"), ids = Path.Combine(scan, "test_ids.txt");
        File.WriteAllText(ids, string.Concat(File.ReadLines(Path.Combine(scan, "train_ids.txt")).Take(2).Select(line => line + "\n")));
        (code, output, _) = Itc(["data", "check", scan]);
        Assert.Equal(1, code);
        Assert.Contains("unsound   id-in-two-splits: train and test share 2 image ids", output);
        File.WriteAllLines(captions, File.ReadAllLines(captions)[..^1]);
        (code, _, string error) = Itc(["data", "check", scan]);
        Assert.Equal(1, code);
        Assert.Contains("holds 2 images, but", error);
    }

    [Fact]
    public void Import_copies_into_the_mapped_layout_and_show_writes_a_page()
    {
        string mapped = Path.Combine(folder, "mapped"), page = Path.Combine(folder, "sheet.html");
        Assert.Equal(0, Itc(["data", "import", "scenes:20:3", "--to", mapped]).Code);
        Assert.Equal(0, Itc(["data", "check", mapped]).Code);
        Assert.Equal(0, Itc(["data", "show", mapped, "--count", "4", "--out", page]).Code);
        Assert.Contains("data:image/png;base64,", File.ReadAllText(page));
        Assert.Contains($"{mapped}", Itc(["data", "list", folder]).Output);
    }

    [Fact]
    public void Import_and_export_never_write_among_other_files()
    {
        string own = Path.Combine(folder, "own"),
            captions = Path.Combine(own, "captions.jsonl"),
            line = "{\"image\":\"halves.webp\",\"caption\":\"two halves\"}\n";
        Directory.CreateDirectory(own);
        File.WriteAllText(captions, line);
        File.Copy(Committed.At("tests", "fixtures", "images", "halves.webp"), Path.Combine(own, "halves.webp"));
        (int code, _, string error) = Itc(["data", "import", own, "--to", own]);
        Assert.Equal(2, code);
        Assert.Contains($"--to {own} is not empty (it holds ", error);
        Assert.Equal(line, File.ReadAllText(captions));
        (code, _, error) = Itc(["data", "import", own, "--to", captions]);
        Assert.Equal(2, code);
        Assert.Contains($"--to {captions} is a file", error);
        Assert.Equal(2, Directory.GetFiles(own).Length);
    }

    [Fact]
    public void List_shows_a_data_set_once_and_not_its_parts()
    {
        string pictocap = Committed.At("data", "pictocap");
        string[] lines = Itc(["data", "list", pictocap]).Output.TrimEnd().Split('\n');
        Assert.Equal(4, lines.Length);
        Assert.StartsWith(pictocap, lines[^1]);
        File.WriteAllText(Path.Combine(folder, "a.csv"), "image,caption\n");
        File.WriteAllText(Path.Combine(folder, "b.tsv"), "image\tcaption\n");
        Assert.Equal(5, Itc(["data", "list", folder]).Output.TrimEnd().Split('\n').Length);
        Assert.Contains("found several files of captions (a.csv, b.tsv); name one of them", Itc(["data", "check", folder]).Error);
    }

    [Theory]
    [InlineData("data check /no/such/place", 2, "expected a data set")]
    [InlineData("data show /no/such/place", 2, "expected a data set")]
    [InlineData("data show scenes:x", 2, "is no scenes:IMAGES:SEED")]
    [InlineData("data show scenes:20 --split none", 2, "has no split \"none\"; it has train, val, test")]
    [InlineData("data check scenes:20 --sample 0", 2, "--sample 0 is no number of images")]
    [InlineData("data check x.json --images . --caption-ids test", 2, "--caption-ids test: expected SPLIT=FILE.npy")]
    [InlineData("data export scenes:20 --to x --layout tar", 2, "tar")]
    public void Mistakes_get_one_line_and_an_exit_code(string line, int expected, string message)
    {
        (int code, _, string error) = Itc(line.Split(' '));
        Assert.Equal(expected, code);
        Assert.Contains(message, error);
        Assert.Single(error.TrimEnd().Split('\n'));
    }

    [Fact]
    public void Captions_alone_ask_for_their_images_in_one_line()
    {
        string json = Path.Combine(folder, "dataset.json"),
            sentences = string.Join(',', Enumerable.Range(0, 5).Select(i => $$"""{"tokens":[],"raw":"a cat","imgid":0,"sentid":{{i}}}"""));
        File.WriteAllText(
            json, $$"""{"images":[{"sentids":[0,1,2,3,4],"imgid":0,"filename":"a.png","split":"test","sentences":[{{sentences}}]}],"dataset":"flickr30k"}""");
        (int code, _, string error) = Itc(["data", "check", json]);
        Assert.Equal(2, code);
        Assert.Equal($"itc: {json} holds captions only: name its images with --images FOLDER or its features with --features FILE (one of them).\n", error);
        File.WriteAllText(json, File.ReadAllText(json).Replace("\"split\":\"test\",", ""));
        (code, _, error) = Itc(["data", "check", json, "--images", folder]);
        Assert.Equal(1, code);
        Assert.Contains("\"images\"[0]: expected the key \"split\"", error);
    }

    private (int Code, string Output, string Error) Itc(string[] arguments)
    {
        ProcessStartInfo start = new("dotnet", [Path.Combine(AppContext.BaseDirectory, "itc.dll"), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder,
        };
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error.Result);
    }
}
