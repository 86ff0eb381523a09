using System.CommandLine;
using System.Text.Json.Nodes;
using ITContrast.Evaluation;
using ITContrast.Experiments;

namespace ITContrast.Cli.Commands;

/// <summary><c>itc oscar rerank</c>: a bi-encoder's first k candidates put in order by a matcher, and both reports.</summary>
internal static class OscarRerankCommand
{
    public static Command Build()
    {
        var encoder = new Option<string>("--encoder") { Description = "The run whose embeddings find candidates, any system's.", Required = true };
        var matcher = new Option<string>("--matcher") { Description = "The run of oscar-match that puts them in order.", Required = true };
        var candidates = new Option<int>("--candidates") { Description = "k, candidates a query.", DefaultValueFactory = _ => 20 };
        var split = new Option<string>("--split") { Description = "The split to evaluate.", DefaultValueFactory = _ => "test" };
        var json = new Option<bool>("--json") { Description = "Print JSON." };
        var runs = new Option<string?>("--runs") { Description = "The folder that runs are kept in (default: runs in the checkout)." };
        var command = new Command("rerank", "Re-rank a bi-encoder's candidates with a matcher.") { encoder, matcher, candidates, split, json, runs };
        command.SetAction(parse =>
        {
            if (parse.GetValue(candidates) < 1) throw new UserError($"--candidates is {parse.GetValue(candidates)}; use at least 1.");
            RunStore store = RunFolders.Store(parse.GetValue(runs));
            (RetrievalReport before, RetrievalReport after) = OscarReranking.Run(
                store.Find(parse.GetValue(encoder)!),
                store.Find(parse.GetValue(matcher)!),
                parse.GetValue(split)!,
                new() { Candidates = parse.GetValue(candidates) });
            if (parse.GetValue(json))
                Console.WriteLine(
                    new JsonObject { ["encoder"] = RecallTable.Of(before).ToJson(), ["reranked"] = RecallTable.Of(after).ToJson() }.ToJsonString());
            else
            {
                RecallText.Write(RecallTable.Of(before), "bi-encoder");
                RecallText.Write(RecallTable.Of(after), $"its first {parse.GetValue(candidates)} re-ranked");
            }
            return 0;
        });
        return command;
    }
}
