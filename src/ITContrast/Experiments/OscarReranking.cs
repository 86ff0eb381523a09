using System.Text.Json.Nodes;
using ITContrast.Data;
using ITContrast.Evaluation;
using ITContrast.Evaluation.Reranking;
using ITContrast.Systems;
using ITContrast.Systems.Oscar;
using ITContrast.Text;
using ITContrast.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Experiments;

/// <summary>A finished bi-encoder run and a finished matcher run together: retrieve fast, re-rank smart.</summary>
public static class OscarReranking
{
    /// <summary>Evaluates the bi-encoder alone, and with its first candidates put in order by the matcher, on one split of the matcher's data.</summary>
    /// <param name="encoder">A run of any system on the same data set.</param>
    /// <param name="matcher">A run of <c>oscar-match</c>.</param>
    /// <param name="split">The split, as "test".</param>
    /// <param name="options">Candidates and batch size; defaults when null.</param>
    /// <exception cref="DataException">A run has no checkpoint, or the runs' splits differ.</exception>
    public static (RetrievalReport Encoder, RetrievalReport Reranked) Run(RunFolder encoder, RunFolder matcher, string split, RerankOptions? options = null)
    {
        RunConfig encoderConfig = RunResult.ReadConfig(encoder), matcherConfig = RunResult.ReadConfig(matcher);
        using PairDataset candidates = LightRun.OpenData(encoderConfig), pairs = LightRun.OpenData(matcherConfig);
        PairSplit rows = pairs.Split(split), same = candidates.Split(split);
        if (!rows.CaptionRows.Select(pairs.Caption).SequenceEqual(same.CaptionRows.Select(candidates.Caption)))
            throw new DataException(
                $"The split {split} of {encoder.Name} ({candidates.Name}) and of {matcher.Name} ({pairs.Name}) hold different captions. Train both on the same data and division."
            );
        using DisposeScope scope = NewDisposeScope();
        using TrainedMatcher retrieval = Systems.Systems.Load(encoder);
        (Tensor images, Tensor captions) = retrieval.Embed(candidates, same);
        RetrievalReport before = Retrieval.Evaluate(images, captions, rows.ImageOf);
        (OscarPairMatcher scorer, ITokenizer vocabulary) = OscarRun.LoadMatcher(matcher);
        using (scorer)
            return (before, RerankedRetrieval.Evaluate(images, captions, rows.ImageOf, scorer,
                image => pairs.Images.Read(Array.ConvertAll(image, i => rows.ImageRows[i])),
                caption => CaptionBatch.From(Array.ConvertAll(caption, c => vocabulary.Encode(pairs.Caption(rows.CaptionRows[c])))), options));
    }

    /// <summary>
    /// As <see cref="Run"/>, computed once: the two tables are kept in the matcher's folder, named by what decides them, and read from there afterwards, also
    /// where the checkpoints are gone.
    /// </summary>
    /// <param name="encoder">A run of any system on the same data set.</param>
    /// <param name="matcher">A run of <c>oscar-match</c>.</param>
    /// <param name="split">The split, as "test".</param>
    /// <param name="candidates">k, the bi-encoder's first so many items a query, at least 1.</param>
    /// <exception cref="DataException">As <see cref="Run"/>, or the kept file is damaged.</exception>
    public static (RecallTable Encoder, RecallTable Reranked) Kept(RunFolder encoder, RunFolder matcher, string split, int candidates)
    {
        string path = Path.Combine(matcher.Path, $"reranked-{split}-{candidates}-{encoder.Name}.json");
        if (!File.Exists(path))
        {
            (RetrievalReport before, RetrievalReport after) = Run(encoder, matcher, split, new() { Candidates = candidates });
            RunFolder.Write(path, new() { ["encoder"] = RecallTable.Of(before).ToJson(), ["reranked"] = RecallTable.Of(after).ToJson() });
        }
        JsonObject kept = RunFolder.Read(path);
        RecallTable Member(string name) => RecallTable.FromJson(kept[name] ?? throw DataException.At(path, "", $"the member \"{name}\"", "none"));
        return (Member("encoder"), Member("reranked"));
    }
}
