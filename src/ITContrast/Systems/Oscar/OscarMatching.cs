using ITContrast.Data;
using ITContrast.Encoders;
using ITContrast.Encoders.Oscar;
using ITContrast.Losses;
using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Systems.Oscar;

/// <summary>
/// OSCAR's fine-tuning as matcher: each pair with one negative, its caption or its image replaced by another pair's with probability ½ each.
/// <code>L = −mean log softmax(logits)_y        y = 1 for the pair, 0 for its negative</code>
/// The replacement comes from the same batch and never shares the pair's group (a batch is a random draw; the source draws from the data set and checks the
/// image alone).
/// Source: <c>oscar/run_retrieval.py</c> [V, METHODS 6.5], without tags here: a matcher in <see cref="Evaluation.Reranking"/> sees images and captions.
/// </summary>
public sealed class OscarMatching : IMatchingSystem
{
    private readonly OscarMatcher matcher;
    private readonly OscarPasses passes;
    private readonly SystemModule module;

    /// <param name="encoder">The model as bi-encoder; what validation embeds with.</param>
    /// <param name="passes">How narrow passes are; defaults when null.</param>
    public OscarMatching(OscarEncoder encoder, OscarPasses? passes = null)
    {
        (Encoder, matcher, this.passes) = (encoder, new(encoder.Model), passes ?? new());
        module = new(Name, ("model", encoder.Model));
    }

    /// <inheritdoc/>
    public string Name => "oscar-match";

    /// <inheritdoc/>
    public IPairEncoder Encoder { get; }

    /// <inheritdoc/>
    public nn.Module Module => module;

    /// <inheritdoc/>
    /// <remarks>Diagnostics: <c>accuracy</c> over pairs and negatives.</remarks>
    /// <exception cref="ArgumentException">The images are not regions, or one has none.</exception>
    public LossResult Loss(PairBatch batch, TrainingStep step)
    {
        using DisposeScope scope = NewDisposeScope();
        Device device = batch.Images.Values.device;
        (int[] images, int[] captions, long[] labels) = Pairs(batch, new RandomStream(step.Seed, "oscar-matching", step.Step));
        int[][] texts = OscarText.Captions(batch.Captions);
        (Tensor ids, Tensor segments, Tensor members) = OscarText.Pad([.. captions.Select(c => new OscarText(texts[c], new int[texts[c].Length]))], device);
        Tensor rows = tensor(Array.ConvertAll(images, row => (long)row)).to(device), targets = tensor(labels).to(device);
        Tensor mask = cat([members, OscarRegions.Members(matcher.Model, batch.Images).index_select(0, rows)], 1),
            features = batch.Images.Values.index_select(0, rows);
        Tensor logits = passes.Run(device, () => matcher.Logits(ids, segments, features, mask)).to(ScalarType.Float32);
        Tensor accuracy = logits.detach().argmax(1).eq(targets).to(ScalarType.Float32).mean();
        return new(
            nn.functional.cross_entropy(logits, targets).MoveToOuterDisposeScope(),
            new Dictionary<string, Tensor> { ["accuracy"] = accuracy.MoveToOuterDisposeScope() });
    }

    /// <inheritdoc/>
    public void AfterStep(PairBatch batch, TrainingStep step) { }

    /// <inheritdoc/>
    public void Dispose() => module.Dispose();

    /// <summary>Image and caption of each pair, positives first, then a negative of each pair that has a stranger in the batch; 1 labels a match.</summary>
    internal static (int[] Images, int[] Captions, long[] Labels) Pairs(PairBatch batch, RandomStream random)
    {
        int n = batch.Size;
        List<int> images = [.. Enumerable.Range(0, n)], captions = [.. Enumerable.Range(0, n)];
        for (int i = 0; i < n; i++)
        {
            int[] strangers = [.. Enumerable.Range(0, n).Where(j => batch.Groups[j] != batch.Groups[i] && batch.ImageIds[j] != batch.ImageIds[i])];
            if (strangers.Length == 0) continue;
            int other = strangers[random.NextInt(strangers.Length)];
            bool caption = random.NextDouble() < 0.5;
            images.Add(caption ? i : other);
            captions.Add(caption ? other : i);
        }
        return ([.. images], [.. captions], [.. Enumerable.Range(0, images.Count).Select(k => k < n ? 1L : 0)]);
    }
}
