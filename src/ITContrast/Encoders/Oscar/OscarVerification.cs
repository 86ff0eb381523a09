using ITContrast.Data;
using ITContrast.Torch;
using static TorchSharp.torch;

namespace ITContrast.Encoders.Oscar;

/// <summary>The largest error of one recorded output: <c>max |found − recorded| / max |recorded|</c>.</summary>
public sealed record OutputError(string Output, double Float32, double Float64);

/// <summary>
/// Runs a checkpoint folder on the inputs recorded beside it (<c>input_ids, token_type_ids, attention_mask, img_feats .npy</c>) and compares with the recorded
/// outputs of an oracle (<c>sequence_output, pooled_output, logits, text_mean, image_mean .npy</c>), in float32 and float64.
/// </summary>
public static class OscarVerification
{
    private static readonly string[] Outputs = ["sequence_output", "pooled_output", "logits", "text_mean", "image_mean"];

    /// <summary>Errors of every recorded output, in float32 and float64.</summary>
    /// <exception cref="DataException">The folder lacks inputs, or holds none of the outputs.</exception>
    public static IReadOnlyList<OutputError> Run(string folder)
    {
        var recorded = Outputs.Where(o => File.Exists(PathOf(folder, o))).ToList();
        if (recorded.Count == 0)
            throw new DataException(
                $"{folder} holds no recorded output ({string.Join(", ", Outputs.Select(o => o + ".npy"))}); there is nothing to compare with.");
        using var scope = NewDisposeScope();
        var (single, full) = (Compute(folder, ScalarType.Float32), Compute(folder, ScalarType.Float64));
        return recorded.Select(o => new OutputError(o, Error(single[o], Read(folder, o), folder, o), Error(full[o], Read(folder, o), folder, o))).ToList();
    }

    private static Dictionary<string, Tensor> Compute(string folder, ScalarType dtype)
    {
        using var _ = no_grad();
        var (model, _) = OscarCheckpoint.Load(folder, dtype);
        using var owned = model;
        model.eval();
        var (ids, types, mask, features) = (
            Read(folder, "input_ids"), Read(folder, "token_type_ids"), Read(folder, "attention_mask"), Read(folder, "img_feats").to(dtype));
        var sequence = model.Sequence(ids, types, features, mask);
        var pooled = model.Pool(sequence);
        var (text, regions) = (mask.narrow(1, 0, ids.shape[1]), mask.narrow(1, ids.shape[1], features.shape[1]));
        var encoder = new OscarEncoder(model, ids[0, 0].item<long>());
        using var captions = CaptionBatch.From(Rows(ids, text));
        using var images = ImageBatch.Own(ImageKind.Regions, features, regions.sum(1));
        return new()
        {
            ["sequence_output"] = sequence, ["pooled_output"] = pooled, ["logits"] = model.Match(pooled),
            ["text_mean"] = encoder.Captions(captions), ["image_mean"] = encoder.Images(images),
        };
    }

    private static int[][] Rows(Tensor ids, Tensor mask)
    {
        var (values, lengths, width) = (ids.data<long>().ToArray(), mask.sum(1).data<long>().ToArray(), (int)ids.shape[1]);
        return lengths.Select((n, i) => values.Skip(i * width).Take((int)n).Select(v => (int)v).ToArray()).ToArray();
    }

    private static double Error(Tensor found, Tensor recorded, string folder, string output)
    {
        if (!found.shape.SequenceEqual(recorded.shape))
            throw new DataException($"{PathOf(folder, output)} is [{string.Join(", ", recorded.shape)}], the model gives [{string.Join(", ", found.shape)}].");
        var reference = recorded.to(ScalarType.Float64);
        return ((found.to(ScalarType.Float64) - reference).abs().max() / reference.abs().max()).item<double>();
    }

    private static Tensor Read(string folder, string name)
    {
        var path = PathOf(folder, name);
        if (!File.Exists(path))
            throw new DataException($"{path} does not exist; a verification needs the inputs input_ids, token_type_ids, attention_mask and img_feats as .npy.");
        using var file = NpyFile.Open(path);
        return file.View.ToTensor();
    }

    private static string PathOf(string folder, string name) => Path.Combine(folder, name + ".npy");
}
