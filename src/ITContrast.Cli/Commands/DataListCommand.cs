using System.CommandLine;
using ITContrast.Data;

namespace ITContrast.Cli.Commands;

/// <summary><c>itc data list</c>: the data sets that need no download, and those of a folder.</summary>
internal static class DataListCommand
{
    public static Command Build()
    {
        var folder = new Argument<string?>("folder")
        {
            Description = "Also list the data sets in this folder and its direct subfolders.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var command = new Command("list", "List the data sets at hand with their counts by split.") { folder };
        command.SetAction(parse =>
        {
            foreach (string name in new[] { "pictocap", "pictocap:drawings", "scenes:10000:1" }) Print(name, name);
            if (parse.GetValue(folder) is not { } path) return 0;
            if (!Directory.Exists(path)) throw new UserError($"{path} is no folder.");
            // The files of a folder that is a data set are its parts; elsewhere a file of captions is one itself.
            string[] here = DatasetSources.Is(path) ? [path] : [.. Directory.EnumerateFiles(path).Where(CaptionedFolder.Is)];
            foreach (string candidate in here.Concat(Directory.EnumerateDirectories(path).Where(DatasetSources.Is)).Order(StringComparer.Ordinal))
                Print(candidate, candidate);
            return 0;
        });
        return command;
    }

    private static void Print(string title, string source)
    {
        try
        {
            using PairDataset dataset = DatasetSources.Open(source);
            string splits = string.Join(
                " · ",
                dataset.SplitNames.Select(name => $"{name} {dataset.Split(name).ImageRows.Length:N0}/{dataset.Split(name).CaptionRows.Length:N0}"));
            Console.WriteLine(
                $"{title, -20}  {dataset.Images.Kind.ToString().ToLowerInvariant()} [{string.Join(", ", dataset.Images.RowShape)}]  images/captions: {splits}");
        }
        catch (DataException error)
        {
            Console.WriteLine($"{title,-20}  unreadable: {error.Message}");
        }
    }
}
