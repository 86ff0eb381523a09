using System.Text.Json.Nodes;
using ITContrast.Charts;
using static System.FormattableString;

namespace ITContrast.Analysis;

/// <summary>Alignment and uniformity; lower is better for each.</summary>
/// <param name="Alignment">Mean squared distance of a caption to its image, 0 to 4.</param>
/// <param name="ImageUniformity">Uniformity of the images, −8 to 0.</param>
/// <param name="CaptionUniformity">Uniformity of the captions, −8 to 0.</param>
/// <param name="Images">Images.</param>
/// <param name="Captions">Captions.</param>
/// <param name="Most">Rows a modality that uniformity looked at, at most.</param>
public sealed record AlignmentUniformityReport(double Alignment, double ImageUniformity, double CaptionUniformity, int Images, int Captions, int Most)
    : IAnalysisResult
{
    /// <inheritdoc/>
    public string Name => "alignment_uniformity";

    /// <inheritdoc/>
    public string ToText() => Invariant(
        $"A caption lies {Alignment:0.000} (squared distance; 0 coincides, 2 is at right angles) from its image, over {Captions:N0} pairs. Uniformity is {ImageUniformity:0.000} for images and {CaptionUniformity:0.000} for captions, where 0 is one point and lower fills the sphere; {(ImageUniformity <= CaptionUniformity ? "images" : "captions")} are spread more widely."
    );

    /// <summary>The plane of alignment and uniformity, a point a modality.</summary>
    public Figure ToFigure()
    {
        Figure figure = new Figure(Invariant($"Alignment and uniformity, {Images:N0} images, {Captions:N0} captions"))
            .Line([ImageUniformity], [Alignment], "images", markers: true)
            .Line([CaptionUniformity], [Alignment], "captions", markers: true)
            .Axes("uniformity (lower is more even)", "alignment (lower is closer)")
            .Limits((Math.Min(-4, 1.1 * Math.Min(ImageUniformity, CaptionUniformity)), 0.1), (0, Math.Max(2.1, 1.1 * Alignment)));
        foreach (JsonNode? trace in figure.Data) trace!["marker"] = new JsonObject { ["size"] = 12 };
        return figure;
    }

    /// <inheritdoc/>
    public JsonObject ToJson() => new()
    {
        ["alignment"] = Alignment, ["image_uniformity"] = ImageUniformity, ["caption_uniformity"] = CaptionUniformity,
        ["images"] = Images, ["captions"] = Captions, ["uniformity_rows_at_most"] = Most,
    };
}
