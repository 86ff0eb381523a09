using System.Globalization;
using ITContrast.Experiments;

namespace ITContrast.Cli.Commands;

/// <summary>Recalls as a table of plain text.</summary>
internal static class RecallText
{
    /// <summary>Prints both directions with the size of the gallery and chance.</summary>
    public static void Write(RecallTable table, string split)
    {
        Console.WriteLine($"{split,-22} {"R@1",6} {"R@5",6} {"R@10",6} {"median",7} {"mean",7}   queries → gallery");
        Row("captions → images", table.CaptionQuery);
        Row("images → captions", table.ImageQuery);
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"rsum {table.RSum:F1}; chance, captions → images: {Chance(table, 1):F1} {Chance(table, 5):F1} {Chance(table, 10):F1}"));
    }

    private static void Row(string name, RecallRow row) => Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
        $"{name,-22} {row.R1,6:F1} {row.R5,6:F1} {row.R10,6:F1} {row.MedianRank,7:F0} {row.MeanRank,7:F1}   {row.Queries} → {row.Gallery}"));

    // A gallery smaller than k is found whole.
    private static double Chance(RecallTable table, int k) => 100.0 * Math.Min(k, table.CaptionQuery.Gallery) / table.CaptionQuery.Gallery;
}
