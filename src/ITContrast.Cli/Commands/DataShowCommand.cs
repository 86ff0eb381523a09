using System.CommandLine;
using ITContrast.Data;
using ITContrast.Torch;

namespace ITContrast.Cli.Commands;

/// <summary><c>itc data show</c>: a contact sheet of images with their captions.</summary>
internal static class DataShowCommand
{
    public static Command Build()
    {
        var source = new DataSourceOptions();
        var split = new Option<string?>("--split") { Description = "Which split (default: the first)." };
        var count = new Option<int>("--count") { Description = "How many images (default 24).", DefaultValueFactory = _ => 24 };
        var seed = new Option<ulong>("--seed") { Description = "Which images (default 0)." };
        var output = new Option<string>("--out")
        {
            Description = "The page to write (default contact-sheet.html).",
            DefaultValueFactory = _ => "contact-sheet.html",
        };
        var command = new Command("show", "Write a contact sheet of images with their captions as HTML.");
        source.AddTo(command);
        foreach (Option option in new Option[] { split, count, seed, output }) command.Add(option);
        command.SetAction(parse =>
        {
            if (parse.GetValue(count) < 1) throw new UserError($"--count {parse.GetValue(count)} is no number of images; give 1 or more.");
            using PairDataset dataset = source.Open(parse);
            AtomicFile.WriteText(
                parse.GetValue(output)!,
                new ContactSheet(dataset, parse.GetValue(split) ?? dataset.SplitNames[0], parse.GetValue(count), parse.GetValue(seed)).ToPage());
            Console.WriteLine(parse.GetValue(output));
            return 0;
        });
        return command;
    }
}
