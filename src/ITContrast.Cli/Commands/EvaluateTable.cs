using System.Text;
using System.Text.Json.Nodes;

namespace ITContrast.Cli.Commands;

/// <summary>The report of <c>itc evaluate</c> as a table; the same numbers as its JSON.</summary>
internal static class EvaluateTable
{
    public static string Text(JsonObject json)
    {
        var text = new StringBuilder();
        int folds = (int)json["folds"]!;
        Line(text, $"protocol {json["protocol"]}{(folds > 1 ? $", mean of {folds} folds" : "")}");
        Directions(text, json);
        if (json["intervals"] is JsonObject intervals)
        {
            Line(text, "95 % intervals:");
            foreach (var (metric, interval) in intervals)
                Line(text, $"  {metric,-20} {(double)interval!["value"]!,8:F2}   [{(double)interval["low"]!:F2}, {(double)interval["high"]!:F2}]");
        }
        if (json["compared"] is JsonObject compared)
            foreach (var (name, metrics) in compared) Compared(text, name, metrics!.AsObject());
        if (json["extended"] is JsonObject extended)
        {
            Line(text, $"{"extended judgements",-26} {"queries",8} {"mAP@R",7} {"R-Prec",7} {"R@1",7}");
            foreach (var (name, report) in extended)
                Line(
                    text,
                    $"  {name, -24} {(int)report!["queries"]!, 8} {(double)report["map_at_r"]!, 7:F2} {(double)report["r_precision"]!, 7:F2} {(double)report["r1"]!, 7:F2}"
                );
        }
        if (json["pmrp"] is JsonObject pmrp)
            Line(text, $"PMRP: image query {(double)pmrp["image_query"]!:F2}, caption query {(double)pmrp["caption_query"]!:F2}");
        if (json["against"] is JsonObject against)
            foreach (var (name, direction) in against) Against(text, name.Replace('_', ' '), direction!);
        if (json["memory"] is JsonObject memory)
            Line(text, $"peak memory {(long)memory["peak_bytes"]! / 1e6:F0} MB; the embeddings are {(long)memory["embedding_bytes"]! / 1e6:F0} MB");
        if (json["corrected"] is JsonObject corrected)
        {
            Line(
                text,
                $"with {corrected["correction"]}{((bool)corrected["transductive"]! ? " (transductive: uses the whole test set; compare only with its like)" : " (learned from the banks)")}"
            );
            Directions(text, corrected);
        }
        return text.ToString().TrimEnd();
    }

    private static void Compared(StringBuilder text, string name, JsonObject metrics)
    {
        static string P(JsonNode? p) => p is null ? "-" : $"{(double)p:F4}";
        Line(text, $"minus {name}:");
        Line(text, $"  {"",-20} {"difference",10}   {"95 % interval",-18} {"p",7} {"p Holm",7}   smallest detectable");
        foreach (var (metric, d) in metrics)
        {
            string interval = $"[{(double)d!["low"]!:F2}, {(double)d["high"]!:F2}]";
            Line(
                text,
                $"  {metric, -20} {(double)d["difference"]!, 10:F2}   {interval, -18} {P(d["p"]), 7} {P(d["p_holm"]), 7}   {(double)d["smallest_detectable"]!:F2}"
            );
        }
    }

    private static void Directions(StringBuilder text, JsonObject json)
    {
        Line(text, $"{"",-14} {"queries",8} {"gallery",8} {"R@1",7} {"R@5",7} {"R@10",7} {"MedR",7} {"MeanR",9}");
        Direction(text, "image query", json["image_query"]!);
        Direction(text, "caption query", json["caption_query"]!);
        Line(text, $"rsum {(double)json["rsum"]!:F2}");
    }

    private static void Direction(StringBuilder text, string name, JsonNode direction)
    {
        Line(
            text,
            $"{name, -14} {(int)direction["queries"]!, 8} {(int)direction["gallery"]!, 8} {(double)direction["r1"]!, 7:F2} {(double)direction["r5"]!, 7:F2} "
                + $"{(double)direction["r10"]!, 7:F2} {(double)direction["medr"]!, 7:F1} {(double)direction["meanr"]!, 9:F2}");
        if ((bool)direction["tie_warning"]!)
            Line(text, $"{"  random ties",-14} {"",8} {"",8} {(double)direction["expected_r1"]!,7:F2} {(double)direction["expected_r5"]!,7:F2} " +
                $"{(double)direction["expected_r10"]!,7:F2}   warning: {100 * (double)direction["tied_queries"]!:F1} % of the queries have a tied positive");
    }

    private static void Against(StringBuilder text, string name, JsonNode direction)
    {
        Line(text, $"{name}: {(int)direction["differ"]!} of {(int)direction["queries"]!} queries differ from the other ranks");
        foreach (JsonNode? query in direction["first"]!.AsArray())
            Line(text, $"  query {(int)query!["query"]!}: rank {(int)query["rank"]!} here, {(long)query["other"]!} there");
    }

    private static void Line(StringBuilder text, string line) => text.Append(line).Append('\n');
}
