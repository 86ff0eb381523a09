using ITContrast.Training;

namespace ITContrast.Systems.Coder;

/// <summary>
/// The collapse alarm of the pseudo labels: stops a run in which nearly all pairs get one label for 50 steps in a row.
/// <code>collapsed: e^H &lt; 1.5        H = −Σ_c p_c ln p_c over the labels of a batch        e^H: labels in effective use</code>
/// A few such steps are harmless; a resumed run counts anew.
/// </summary>
internal sealed class ClusterWatch
{
    public const int Steps = 50;
    private const double Few = 1.5;

    private int still;

    /// <summary>Looks at a step.</summary>
    /// <param name="usage">H / ln(<paramref name="clusters"/>), as <see cref="PseudoClusters.UsageEntropy"/> gives it.</param>
    /// <param name="clusters">Prototypes.</param>
    /// <param name="step">The step, for the message.</param>
    /// <exception cref="TrainingException">The fiftieth collapsed step in a row.</exception>
    public void Observe(double usage, int clusters, long step)
    {
        var effective = Math.Exp(usage * Math.Log(clusters));
        still = effective < Few ? still + 1 : 0;
        if (still < Steps) return;
        throw new TrainingException(
            FormattableString.Invariant(
                $"Step {step}: the pseudo clusters have collapsed. For {Steps} steps {effective:F2} of {clusters} labels were in effective use, so that predicting them teaches nothing. "
            ) + "Assign them by Sinkhorn, or leave them out (ClusterWeight = 0).");
    }
}
