using ITContrast.Experiments;
using ITContrast.Tests.Data;
using ITContrast.Torch;

namespace ITContrast.Tests.Training;

/// <summary>The first twenty losses of a small run. They change when an encoder, the loss, the optimiser, the schedule or a random stream does.</summary>
public class GoldenCurveTests : TorchTest
{
    // Computed by this test itself at this results version (its failure message prints the new curve).
    private const int Version = 1;
    private static readonly double[] Golden =
    [
        4.415131568908691, 3.6967408657073975, 7.015738487243652, 4.1582207679748535, 4.7984514236450195, 2.6589956283569336, 2.618457317352295,
        2.0313773155212402, 2.750645160675049, 3.2979846000671387, 2.473726987838745, 2.0993261337280273, 2.1449975967407227, 1.864177942276001,
        1.4070813655853271, 2.2642507553100586, 2.4054677486419678, 2.9084348678588867, 3.166531562805176, 2.4915342330932617,
    ];

    [Fact]
    public void Numbers_do_not_change_without_a_new_results_version()
    {
        Assert.SkipUnless(
            TorchCapabilities.Current.Provider == "system",
            "TorchSharp's packages bring another LAPACK, whose eigenvectors (whitening, word vectors) have other signs");
        List<double> losses = [];
        using TemporaryFolder folder = new();
        using (ToyRun run = new()) run.Run(folder.Path, at => losses.Add(at.Loss));
        string curve = string.Join(", ", losses.Take(20).Select(loss => loss.ToString("R", System.Globalization.CultureInfo.InvariantCulture)));
        Assert.True(ResultsVersion.Current == Version,
            $"ResultsVersion is {ResultsVersion.Current}, but the golden curve is of version {Version}. Write down the new one: [{curve}]");
        // Rounding differs between builds of torch; a change of method moves the curve by far more.
        Assert.True(losses.Take(20).Zip(Golden, (loss, golden) => Math.Abs(loss - golden) < 2e-4 * Math.Abs(golden)).Count(same => same) == 20,
            $"The loss curve changed. If that is meant, raise ResultsVersion.Current, recompute data/runs, and write down the new curve: [{curve}]");
    }
}
