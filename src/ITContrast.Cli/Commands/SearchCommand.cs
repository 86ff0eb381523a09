using System.CommandLine;
using System.Globalization;
using ITContrast.Charts;
using ITContrast.Data;
using ITContrast.Experiments;
using ITContrast.Systems;
using ITContrast.Torch;
using ITContrast.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Cli.Commands;

/// <summary><c>itc search RUN "red apple"</c>: ranks the data set's drawings for a text, or for one of its drawings, and writes a page with pictures.</summary>
internal static class SearchCommand
{
    public static Command Build()
    {
        var run = new Argument<string>("run") { Description = "The beginning of the run's hash, or its folder." };
        var query = new Argument<string>("query") { Description = "The text to search with; with --image, a drawing such as noto/1f34e.png." };
        var image = new Option<bool>("--image") { Description = "The query names a drawing of the data set." };
        var top = new Option<int>("--top") { Description = "How many drawings to show.", DefaultValueFactory = _ => 10 };
        var split = new Option<string?>("--split") { Description = "Search one split only (default: all drawings)." };
        var html = new Option<string?>("--html") { Description = "Where the page is written (default: search.html in the run's folder)." };
        var runs = new Option<string?>("--runs") { Description = "The folder of runs (default: runs in the checkout)." };
        var command = new Command("search", "Find drawings for a text with a trained model.") { run, query, image, top, split, html, runs };
        command.SetAction(parse =>
        {
            if (parse.GetValue(top) < 1) throw new UserError($"--top {parse.GetValue(top)} shows nothing; give 1 or more.");
            RunFolder folder = RunFolders.Store(parse.GetValue(runs)).Find(parse.GetValue(run)!);
            return Search(
                folder, parse.GetValue(query)!, parse.GetValue(image), parse.GetValue(top), parse.GetValue(split),
                parse.GetValue(html) ?? Path.Combine(folder.Path, "search.html"));
        });
        return command;
    }

    private static int Search(RunFolder folder, string query, bool byImage, int top, string? split, string html)
    {
        RunConfig config = RunResult.ReadConfig(folder);
        using PairDataset dataset = LightRun.OpenData(config, store: RunStore.Of(folder));
        using PairDataset? pictures = LightRun.OpenPictures(config);
        int[] rows = split is null ? [.. Enumerable.Range(0, dataset.ImageCount)] : dataset.Split(split).ImageRows;
        using TrainedMatcher matcher = Systems.Systems.Load(folder);
        using DisposeScope scope = NewDisposeScope();
        Tensor anchor = byImage ? matcher.Embed(dataset.Images, [RowOf(dataset, query)]) : matcher.Embed([query]);
        if (!byImage && matcher.Unknown(query) is { Count: > 0 } unknown)
            Console.Error.WriteLine($"itc: words the model does not know: {string.Join(", ", unknown)}");
        float[] scores = matcher.Embed(dataset.Images, rows).matmul(anchor[0]).data<float>().ToArray();
        PictureSheet sheet = new($"{query}: the {Math.Min(top, rows.Length)} nearest of {rows.Length} drawings (run {folder.Name})");
        // Equal scores keep the order of rows, as in the evaluator.
        foreach (int place in Enumerable.Range(0, rows.Length).OrderByDescending(i => scores[i]).ThenBy(i => i).Take(top))
        {
            int row = rows[place];
            string text = string.Create(CultureInfo.InvariantCulture, $"{scores[place]:F3} {FirstCaption(dataset, row)}");
            Console.WriteLine($"{text}  ({dataset.Table.ImageName(row)})");
            if (pictures is not null) sheet.Add(pictures.Images.Picture(row), text);
        }
        if (pictures is null)
        {
            Console.Error.WriteLine($"itc: {dataset.Name} holds no pictures, so no page is written");
            return 0;
        }
        // color-scheme gives the page the reader's own light or dark paper and ink.
        AtomicFile.WriteText(
            html,
            "<!doctype html><html lang=\"en\" style=\"color-scheme:light dark\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
            + $"<title>itc search</title><body>{sheet.ToHtml()}</body></html>\n");
        Console.WriteLine($"page: {html}");
        return 0;
    }

    private static int RowOf(PairDataset dataset, string name)
    {
        for (int row = 0; row < dataset.ImageCount; row++)
            if (dataset.Table.ImageName(row) == name) return row;
        throw new UserError($"{dataset.Name} has no drawing \"{name}\"; names look like {dataset.Table.ImageName(0)}.");
    }

    private static string FirstCaption(PairDataset dataset, int imageRow) =>
        Enumerable.Range(0, dataset.CaptionCount).SkipWhile(caption => dataset.ImageOf(caption) != imageRow).Select(dataset.Caption).FirstOrDefault("");
}
