using System.CommandLine;
using System.Text.Json;
using ITContrast.Data;

namespace ITContrast.Cli.Commands;

/// <summary><c>itc data check</c>: the audit. Exit code 1 when an evaluation on the data set would be unsound, damaged files included.</summary>
internal static class DataCheckCommand
{
    private static readonly JsonSerializerOptions Json = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new System.Text.Json.Serialization.JsonStringEnumConverter() },
    };

    public static Command Build()
    {
        var source = new DataSourceOptions();
        var sample = new Option<int?>("--sample") { Description = "Read at most about this many images, spread over the splits (default: all)." };
        var json = new Option<bool>("--json") { Description = "Print the report as JSON." };
        var command = new Command("check", "Audit a data set; exits 1 when an evaluation on it would be unsound.");
        source.AddTo(command);
        command.Add(sample);
        command.Add(json);
        command.SetAction(parse =>
        {
            if (parse.GetValue(sample) is < 1) throw new UserError($"--sample {parse.GetValue(sample)} is no number of images; give 1 or more.");
            try
            {
                using PairDataset dataset = source.Open(parse);
                AuditReport report = DataProgress.Follow(
                    "reading images",
                    progress => DatasetAudit.Run(dataset, new() { MaximumImages = parse.GetValue(sample) ?? int.MaxValue, Progress = progress }));
                if (parse.GetValue(json)) Console.WriteLine(JsonSerializer.Serialize(report, Json));
                else Print(report);
                return report.IsSound ? 0 : 1;
            }
            // Files that are there and damaged are what this command is for; a name that leads nowhere is a mistake in the command.
            catch (DataException error) when (source.Exists(parse))
            {
                Console.Error.WriteLine($"itc: unsound: {error.Message}");
                return 1;
            }
        });
        return command;
    }

    private static void Print(AuditReport report)
    {
        Console.WriteLine($"{report.Dataset}  {report.ContentHash[..Math.Min(12, report.ContentHash.Length)]}");
        Console.WriteLine($"{"split",-12}{"images",10}{"captions",10}{"an image",10}{"groups",10}{"words",8}");
        foreach (AuditedSplit split in report.Splits)
        {
            string each = split.FewestCaptions == split.MostCaptions ? $"{split.MostCaptions}" : $"{split.FewestCaptions}-{split.MostCaptions}";
            Console.WriteLine($"{split.Name,-12}{split.Images,10:N0}{split.Captions,10:N0}{each,10}{split.Groups,10:N0}{split.WordsPerCaption,8:F1}");
        }
        Console.WriteLine($"values of {report.ImagesRead:N0} of {report.ImageCount:N0} images were read.");
        foreach (AuditFinding finding in report.Findings)
            Console.WriteLine($"{finding.Severity.ToString().ToLowerInvariant(), -8}  {finding.Code}: {finding.Message}");
        Console.WriteLine(report.IsSound ? "sound: no finding spoils an evaluation." : "unsound: an evaluation on this data set would not mean what it says.");
    }
}
