using System.Globalization;
using ITContrast.Experiments;
using ITContrast.Torch;

namespace ITContrast.Cli.Tests;

/// <summary>How far a run is, as its files say to another process while it trains.</summary>
internal static class StoredSteps
{
    /// <summary>
    /// Steps of the newest whole checkpoint of the store's only run; 0 before the first. While a process replaces it, the one before stands for it.
    /// </summary>
    public static int In(string store)
    {
        if (new RunStore(store).All() is not [{ HasCheckpoint: true } run]) return 0;
        using SafetensorsFile file = SafetensorsFile.OpenLatest(run.CheckpointPath);
        return int.Parse(file.Metadata["step"], CultureInfo.InvariantCulture);
    }
}
