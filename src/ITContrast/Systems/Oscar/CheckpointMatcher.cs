using ITContrast.Encoders.Oscar;
using ITContrast.Losses;
using ITContrast.Text;

namespace ITContrast.Systems.Oscar;

/// <summary>
/// A published OSCAR checkpoint folder (<c>config.json</c>, <c>pytorch_model.bin</c>, <c>vocab.txt</c>) in use as a bi-encoder: captions alone and
/// images alone through the model, pooled to unit rows. Its pre-training never asked for such vectors, so without fine-tuning they rank poorly.
/// Source: Geigle et al., <c>UKPLab/MMT-Retrieval</c> [V, METHODS 1.6].
/// </summary>
public static class CheckpointMatcher
{
    /// <summary>Whether a folder is such a checkpoint and no run of this library, which has a <c>config.json</c> too.</summary>
    public static bool Is(string folder) =>
        File.Exists(Path.Combine(folder, "config.json"))
        && (File.Exists(Path.Combine(folder, "vocab.txt")) || File.Exists(Path.Combine(folder, "pytorch_model.bin")));

    /// <summary>Opens a folder, in evaluation mode.</summary>
    /// <exception cref="DataException">A file is missing or damaged, or weights, configuration and vocabulary do not fit together.</exception>
    public static TrainedMatcher Open(string folder, OscarPooling pooling = OscarPooling.Mean)
    {
        OscarModel model = OscarCheckpoint.Load(folder).Model;
        try
        {
            WordPieceTokenizer vocabulary = OscarCheckpoint.Vocabulary(folder, model);
            OscarEncoder encoder = new(model, OscarMarks.Of(vocabulary).Start, pooling);
            // Only the encoder is ever asked; the loss is what a system cannot be without.
            LossSystem system = new("oscar-checkpoint", encoder, new InfoNce(new Temperature()));
            system.Module.eval();
            return new(system, vocabulary);
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }
}
