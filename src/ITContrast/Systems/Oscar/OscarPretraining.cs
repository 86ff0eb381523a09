using ITContrast.Data;
using ITContrast.Encoders;
using ITContrast.Encoders.Oscar;
using ITContrast.Losses;
using ITContrast.Torch;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ITContrast.Systems.Oscar;

/// <summary>
/// OSCAR's pre-training: one pass over <c>[CLS] caption [SEP] tags [SEP] | regions</c>, two losses.
/// <code>
///   L_MTL = −mean log p(w_i | rest of the text, regions)      over masked tokens of caption and tags
///   L_C   = −mean log p(y | pooled)                           y = 1: the image's own tags, y = 0: another image's (with probability ½)
///   L     = L_MTL + L_C
/// </code>
/// Where tags are polluted, their tokens are not predicted: the image cannot tell them. Without tags only L_MTL remains.
/// Source: Li et al., OSCAR (ECCV 2020): the two losses [A]; probability ½ and that polluted tags are not predicted [I].
/// </summary>
public sealed class OscarPretraining : IMatchingSystem
{
    private readonly OscarModel model;
    private readonly OscarMarks marks;
    private readonly OscarPasses passes;
    private readonly TokenMasking masking;
    private readonly MaskedTokenHead words;
    private readonly Linear pollution;
    private readonly Func<int, int[]> tagsOf;
    private readonly SystemModule module;

    /// <param name="encoder">The model as bi-encoder; what validation embeds with.</param>
    /// <param name="marks">Ids of the marks.</param>
    /// <param name="isMark">Which ids are marks and never masked.</param>
    /// <param name="tagsOf">The tag pieces of a caption row's image, without marks; empty where there are none.</param>
    /// <param name="passes">How narrow passes are; defaults when null.</param>
    public OscarPretraining(OscarEncoder encoder, OscarMarks marks, Func<int, bool> isMark, Func<int, int[]> tagsOf, OscarPasses? passes = null)
    {
        (Encoder, model, this.marks, this.tagsOf, this.passes) = (encoder, encoder.Model, marks, tagsOf, passes ?? new());
        (masking, words, pollution) = (new(marks, isMark), new(model.Config), nn.Linear(model.Config.Hidden, 2));
        module = new(Name, ("model", model), ("words", words), ("pollution", pollution));
    }

    /// <inheritdoc/>
    public string Name => "oscar-pretrain";

    /// <inheritdoc/>
    public IPairEncoder Encoder { get; }

    /// <inheritdoc/>
    public nn.Module Module => module;

    /// <inheritdoc/>
    /// <remarks>Diagnostics: <c>masked_loss</c>, <c>masked_accuracy</c>, and with tags <c>pollution_loss</c>, <c>pollution_accuracy</c>.</remarks>
    /// <exception cref="ArgumentException">The images are not regions, or one has none.</exception>
    public LossResult Loss(PairBatch batch, TrainingStep step)
    {
        using DisposeScope scope = NewDisposeScope();
        PretrainingTexts texts = PretrainingTexts.Draw(
            batch, tagsOf, masking, marks, model.Config.Positions, new RandomStream(step.Seed, "oscar-pretraining", step.Step));
        Device device = batch.Images.Values.device;
        (Tensor ids, Tensor segments, Tensor members) = OscarText.Pad(texts.Texts, device);
        Tensor mask = cat([members, OscarRegions.Members(model, batch.Images)], 1);
        (Tensor value, Dictionary<string, Tensor> diagnostics) = passes.Run(device, () =>
        {
            Tensor sequence = model.Sequence(ids, segments, batch.Images.Values, mask);
            Dictionary<string, Tensor> found = [];
            Tensor states = sequence.narrow(1, 0, ids.shape[1]).flatten(0, 1).index_select(0, texts.Places(ids.shape[1]).to(device));
            Tensor total = Classify(words.Logits(states, model.WordEmbeddings), texts.Targets().to(device), "masked", found);
            if (texts.HasTags) total = total + Classify(pollution.call(model.Pool(sequence)), texts.Own().to(device), "pollution", found);
            return (total, found);
        });
        return new(value.MoveToOuterDisposeScope(), diagnostics.ToDictionary(d => d.Key, d => d.Value.MoveToOuterDisposeScope()));
    }

    /// <inheritdoc/>
    public void AfterStep(PairBatch batch, TrainingStep step) { }

    /// <inheritdoc/>
    public void Dispose() => module.Dispose();

    private static Tensor Classify(Tensor logits, Tensor targets, string name, Dictionary<string, Tensor> diagnostics)
    {
        Tensor wide = logits.to(ScalarType.Float32), loss = nn.functional.cross_entropy(wide, targets);
        diagnostics[$"{name}_loss"] = loss.detach();
        diagnostics[$"{name}_accuracy"] = wide.detach().argmax(1).eq(targets).to(ScalarType.Float32).mean();
        return loss;
    }
}
