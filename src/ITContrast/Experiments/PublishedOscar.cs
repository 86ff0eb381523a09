using ITContrast.Data;
using ITContrast.Encoders.Oscar;

namespace ITContrast.Experiments;

/// <summary>A published OSCAR checkpoint that a run begins with.</summary>
/// <param name="Folder">Holds <c>config.json</c>, the weights and <c>vocab.txt</c>; read when training begins or goes on, not by the finished run.</param>
/// <param name="Hash">Of these files: other weights make another run.</param>
/// <param name="Model">What <c>config.json</c> says.</param>
public sealed record PublishedOscar(string Folder, string Hash, OscarConfig Model)
{
    /// <summary>Looks into a folder.</summary>
    /// <exception cref="DataException">A file is missing, or <c>config.json</c> is damaged.</exception>
    public static PublishedOscar Of(string folder)
    {
        string full = Path.GetFullPath(folder), config = Path.Combine(full, "config.json");
        OscarConfig model = OscarConfig.Read(config);
        OscarCheckpoint.Vocabulary(full, model);
        return new(full, ContentHash.OfFiles([config, OscarCheckpoint.WeightsIn(full), Path.Combine(full, "vocab.txt")]), model);
    }
}
