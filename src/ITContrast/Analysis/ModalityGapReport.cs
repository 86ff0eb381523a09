using System.Text.Json.Nodes;
using ITContrast.Charts;
using static System.FormattableString;

namespace ITContrast.Analysis;

/// <summary>Retrieval after both modalities were moved by δ along the gap.</summary>
/// <param name="Delta">δ; positive brings the centres together.</param>
/// <param name="Distance">Distance of the centres afterwards.</param>
/// <param name="CaptionR1">R@1 of caption queries, percent.</param>
/// <param name="ImageR1">R@1 of image queries, percent.</param>
public sealed record GapShift(double Delta, double Distance, double CaptionR1, double ImageR1);

/// <summary>The modality gap.</summary>
/// <param name="Distance">‖Δ‖, 0 to 2.</param>
/// <param name="ImageCone">Mean cosine between two images, −1 to 1.</param>
/// <param name="CaptionCone">Mean cosine between two captions.</param>
/// <param name="ProbeAccuracy">Balanced held-out accuracy of the linear probe; 0.5 is chance.</param>
/// <param name="Sweep">Retrieval by δ, in the order asked; empty where the centres coincide.</param>
/// <param name="Images">Images.</param>
/// <param name="Captions">Captions.</param>
public sealed record ModalityGapReport(
    double Distance, double ImageCone, double CaptionCone, double ProbeAccuracy, IReadOnlyList<GapShift> Sweep, int Images, int Captions) : IAnalysisResult
{
    /// <inheritdoc/>
    public string Name => "modality_gap";

    /// <inheritdoc/>
    public string ToText()
    {
        string text = Invariant(
            $"The centres of {Images:N0} images and {Captions:N0} captions are {Distance:0.000} apart on the unit sphere. Two images have a cosine of {ImageCone:0.000} on average, two captions {CaptionCone:0.000}. A linear probe tells images from captions in {100 * ProbeAccuracy:0.0} % of held-out rows (50 % is chance)."
        );
        if (Sweep.Count == 0) return text;
        GapShift best = Sweep.MaxBy(shift => shift.CaptionR1 + shift.ImageR1)!;
        return text
            + Invariant(
                $" Of {Sweep.Count} shifts along the gap, δ = {best.Delta:0.##} retrieves best: R@1 {best.CaptionR1:0.0} % for captions and {best.ImageR1:0.0} % for images, with centres {best.Distance:0.000} apart."
            );
    }

    /// <summary>R@1 of both directions over the shift.</summary>
    public Figure ToFigure()
    {
        GapShift[] sorted = [.. Sweep.OrderBy(shift => shift.Delta)];
        double[] deltas = [.. sorted.Select(shift => shift.Delta)];
        Figure figure = new Figure(Invariant($"R@1 when the gap is shifted, {Images:N0} images, {Captions:N0} captions"))
            .Line(deltas, [.. sorted.Select(shift => shift.CaptionR1)], "caption query → images", markers: true)
            .Line(deltas, [.. sorted.Select(shift => shift.ImageR1)], "image query → captions", markers: true)
            .Line(deltas, [.. sorted.Select(shift => shift.Distance)], "distance of the centres", dash: "dot", secondAxis: true)
            .Axes("δ along the gap", "R@1, %", "distance");
        // Below the chart, because the right axis stands where the legend would.
        figure.Layout["legend"] = new JsonObject { ["orientation"] = "h", ["y"] = -0.25 };
        return figure;
    }

    /// <inheritdoc/>
    public JsonObject ToJson() => new()
    {
        ["distance"] = Distance,
        // JSON has no NaN: one row alone has no pair.
        ["image_cone"] = double.IsNaN(ImageCone) ? null : ImageCone,
        ["caption_cone"] = double.IsNaN(CaptionCone) ? null : CaptionCone,
        ["probe_accuracy"] = ProbeAccuracy,
        ["sweep"] = new JsonArray([.. Sweep.Select(shift => (JsonNode)new JsonObject
        {
            ["delta"] = shift.Delta, ["distance"] = shift.Distance, ["caption_r1"] = shift.CaptionR1, ["image_r1"] = shift.ImageR1,
        })]),
    };
}
