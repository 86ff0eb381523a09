using System.CommandLine;
using ITContrast.Analysis;
using ITContrast.Charts;
using ITContrast.Data;
using ITContrast.Torch;

namespace ITContrast.Cli.Commands;

/// <summary>Options of <c>itc analyse</c> for the retrieval browser, a page of its own.</summary>
internal sealed class BrowserOptions
{
    public Option<string?> Browse { get; } =
        new("--browse") { Description = "Also write a retrieval browser into this HTML file: queries by how wrong they are, with pictures, offline." };
    public Option<string?> Texts { get; } =
        new("--texts") { Description = "Captions for the browser, one a line, in the order of --captions (a run knows its own)." };
    public Option<string?> Pictures { get; } =
        new("--pictures") { Description = "Image files for the browser, one path a line, in the order of --images (a run knows its own)." };

    public BrowserFiles? Read(ParseResult parse)
    {
        (string? page, string? texts, string? pictures) = (parse.GetValue(Browse), parse.GetValue(Texts), parse.GetValue(Pictures));
        if (page is null && (texts ?? pictures) is not null)
            throw new UserError("--texts and --pictures are for the retrieval browser: give --browse FILE too.");
        return page is null ? null : new(page, texts, pictures);
    }
}

/// <summary>The files given.</summary>
internal sealed record BrowserFiles(string Page, string? Texts, string? Pictures)
{
    private const int Side = 64;

    /// <summary>Writes the page; files that were given win over what a run knows.</summary>
    /// <returns>What the queries retrieve, as one more analysis.</returns>
    public IAnalysisResult[] Write(EmbeddedPairs pairs, IReadOnlyList<int> imageOf, int threads, Func<int, string>? caption, Func<int, RgbImage>? picture)
    {
        string[]? lines = Texts is null ? null : Lines(Texts, pairs.CaptionCount, "a caption", "--texts");
        using ImageFiles? files = Pictures is null ? null : new ImageFiles(Lines(Pictures, pairs.ImageCount, "an image", "--pictures"), Side);
        RankedQueryReport report = RankedQueries.Measure(pairs, threads: threads);
        string page = BrowserPage.Html(report, $"Retrieval: {pairs.ImageCount:N0} images, {pairs.CaptionCount:N0} captions",
            lines is null ? caption : row => lines[row], files is null ? picture : row => files.Picture(row), imageOf);
        AtomicFile.WriteText(Page, page);
        return [report];
    }

    private static string[] Lines(string path, int count, string what, string option)
    {
        string wanted =
            option == "--pictures"
                ? "a text file with the path of one picture a line, in the order of --images"
                : "a text file with one caption a line, in the order of --captions";
        if (Directory.Exists(path)) throw new UserError($"{option} takes {wanted}; {path} is a folder.");
        if (!File.Exists(path)) throw new UserError($"{path}: no such file. {option} takes {wanted}.");
        string[] lines = File.ReadAllLines(path);
        return lines.Length == count
            ? lines
            : throw new DataException($"{path}: expected one line {what}, {count}, found {lines.Length}. {option} takes {wanted}.");
    }
}
