using System.CommandLine;
using ITContrast.Data;

namespace ITContrast.Cli.Commands;

/// <summary><c>itc data import</c> (any layout to the mapped one) and <c>itc data export</c> (to the layouts of published training code).</summary>
internal static class DataConvertCommands
{
    public static Command Import() => Build("import", "Copy a data set into the mapped layout, for fast training.", null);

    public static Command Export()
    {
        var layout = new Option<string>("--layout")
        {
            Description = "scan ({split}_ims.npy, _caps.txt), oscar (features.tsv, captions.pt) or mapped.",
            Required = true,
        };
        layout.AcceptOnlyFromAmong("scan", "oscar", "mapped");
        return Build("export", "Write a data set in another program's layout.", layout);
    }

    private static Command Build(string name, string description, Option<string>? layout)
    {
        var source = new DataSourceOptions();
        var to = new Option<string>("--to") { Description = "The folder to write.", Required = true };
        var command = new Command(name, description);
        source.AddTo(command);
        command.Add(to);
        if (layout is not null) command.Add(layout);
        command.SetAction(parse =>
        {
            string folder = parse.GetValue(to)!;
            using PairDataset dataset = source.Open(parse);
            RefuseToMix(folder);
            DataProgress.Follow($"writing {folder}", progress =>
            {
                switch (layout is null ? "mapped" : parse.GetValue(layout))
                {
                    case "scan":
                        PrecomputedWriter.Write(dataset, folder, progress);
                        break;
                    case "oscar":
                        OscarWriter.Write(dataset, folder, progress);
                        break;
                    default:
                        MappedFolder.Write(dataset, folder, progress);
                        break;
                }
                return 0;
            });
            Console.WriteLine($"{folder}: {dataset.ImageCount:N0} images, {dataset.CaptionCount:N0} captions");
            return 0;
        });
        return command;
    }

    // A layout's files would replace those of the same names (a captions.jsonl, say), and leave a folder that can be read as two things.
    private static void RefuseToMix(string folder)
    {
        if (File.Exists(folder)) throw new UserError($"--to {folder} is a file; give a new or empty folder to write.");
        if (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).FirstOrDefault() is { } entry)
            throw new UserError($"--to {folder} is not empty (it holds {Path.GetFileName(entry)}); give a new or empty folder to write.");
    }
}
