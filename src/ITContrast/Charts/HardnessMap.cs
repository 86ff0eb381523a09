using System.Text.Json.Nodes;
using ITContrast.Data;
using static System.FormattableString;

namespace ITContrast.Charts;

/// <summary>
/// Where an anchor, its positive, its hardest negatives and the representatives made of these lie, in the plane of their two main directions:
/// hardness relations to look at. Hover tells what each point is; dotted lines lead from a representative to its parents.
/// <code>
///   h_g = normalize( Σ_j w_gj · n_j )        s(h_g) = qᵀh_g
/// </code>
/// One anchor a chart; <see cref="Slider"/> puts several behind one slider.
/// </summary>
/// <param name="Name">What the anchor is: the caption's text.</param>
/// <param name="Anchor">q, a unit vector, <c>[D]</c>.</param>
/// <param name="PositiveName">What the positive is.</param>
/// <param name="Positive">p, <c>[D]</c>.</param>
/// <param name="Negatives">Names and unit vectors, hardest first, <c>[K, D]</c>.</param>
/// <param name="Weights">Per group the weights of its members, <c>[G, K/G]</c>: the first group is of the hardest; each sums to 1.</param>
public sealed record HardnessMap(
    string Name, float[] Anchor, string PositiveName, float[] Positive, IReadOnlyList<(string Name, float[] Vector)> Negatives, double[][] Weights)
{
    private const int Heaviest = 3;

    /// <summary>Pictures in the plot: of the positive, then of as many of the hardest negatives as there are; none by default.</summary>
    public IReadOnlyList<RgbImage> Pictures { get; init; } = [];

    /// <summary>Draws.</summary>
    /// <exception cref="ArgumentException">The groups are not as many members as there are negatives, or vectors differ in length.</exception>
    public Figure ToFigure()
    {
        if (Weights.Sum(group => group.Length) != Negatives.Count)
            throw new ArgumentException(
                $"The groups have {Weights.Sum(group => group.Length)} members, but {Negatives.Count} negatives came.",
                nameof(Weights));
        float[][] made = [.. Groups().Select(group => Mixed(group.Members, group.Weights))];
        float[][] all = [Anchor, Positive, .. Negatives.Select(negative => negative.Vector), .. made];
        if (all.FirstOrDefault(vector => vector.Length != Anchor.Length) is { } other)
            throw new ArgumentException($"The anchor has {Anchor.Length} numbers, another vector {other.Length}.", nameof(Negatives));
        (double X, double Y)[] at = PrincipalPlane.Of(all);
        double[] X(int from, int count) => [.. at.Skip(from).Take(count).Select(point => point.X)];
        double[] Y(int from, int count) => [.. at.Skip(from).Take(count).Select(point => point.Y)];

        int first = 2 + Negatives.Count;
        Figure figure = new(Invariant($"An anchor, its {Negatives.Count} hardest negatives and {made.Length} representatives"));
        (double X, double Y)[] lines =
        [
            .. Groups().SelectMany((group, g) => group.Members.SelectMany(member => new[] { at[first + g], at[2 + member], (double.NaN, double.NaN) })),
        ];
        figure.Line([.. lines.Select(point => point.X)], [.. lines.Select(point => point.Y)], "parents", dash: "dot");
        (figure.Data[0]!["line"]!["width"], figure.Data[0]!["line"]!["color"], figure.Data[0]!["hoverinfo"], figure.Data[0]!["showlegend"]) = (
            1, Palette.At(5), "skip", false);
        figure
            .Points(
                X(2, Negatives.Count),
                Y(2, Negatives.Count),
                "negatives",
                [.. Negatives.Select(negative => Invariant($"{negative.Name} ({Score(negative.Vector):0.00})"))],
                "circle-open",
                8)
            .Points(
                X(first, made.Length),
                Y(first, made.Length),
                "representatives",
                [.. Groups().Select((group, g) => Told(group.Members, group.Weights, g, made[g]))],
                "square",
                11)
            .Points(X(1, 1), Y(1, 1), "positive", [Invariant($"{PositiveName} ({Score(Positive):0.00})")], "square-open", 34)
            .Points(X(0, 1), Y(0, 1), $"“{(Name.Length <= 24 ? Name : Name[..23].TrimEnd(' ', ',', ':', ';') + "…")}”", [Name], "star", 15);
        foreach ((int trace, string colour) in new[] { (1, Palette.Reference), (2, Palette.At(0)), (3, Palette.At(2)), (4, Palette.At(1)) })
            figure.Data[trace]!["marker"]!["color"] = colour;
        double extent = Math.Max(at.Max(point => point.X) - at.Min(point => point.X), at.Max(point => point.Y) - at.Min(point => point.Y));
        // Drawings lie below the points, which stay what is pointed at.
        if (Pictures.Count > 0)
            figure.Layout["images"] = new JsonArray([
                .. Pictures.Take(first - 1).Select((picture, i) => (JsonNode)Placed(picture, at[1 + i], (i == 0 ? 0.12 : 0.09) * extent)),
            ]);
        figure.Axes("first main direction", "second");
        figure.Layout["height"] = 430;
        return figure;
    }

    private IEnumerable<(int[] Members, double[] Weights)> Groups()
    {
        int from = 0;
        foreach (double[] weights in Weights)
        {
            yield return ([.. Enumerable.Range(from, weights.Length)], weights);
            from += weights.Length;
        }
    }

    private double Score(float[] vector) => Anchor.Zip(vector, (a, b) => (double)a * b).Sum();

    private float[] Mixed(int[] members, double[] weights)
    {
        double[] sum = new double[Anchor.Length];
        foreach ((int member, double weight) in members.Zip(weights))
            for (int d = 0; d < sum.Length; d++) sum[d] += weight * Negatives[member].Vector[d];
        double norm = Math.Sqrt(sum.Sum(value => value * value));
        return [.. sum.Select(value => (float)(value / norm))];
    }

    private string Told(int[] members, double[] weights, int group, float[] made) => Invariant($"h{group + 1} ({Score(made):0.00}): ")
        + string.Join(
            " + ",
            members.Zip(weights).OrderByDescending(of => of.Second).Take(Heaviest).Select(of => Invariant($"{100 * of.Second:0} % {Negatives[of.First].Name}")))
        + (members.Length > Heaviest ? " + …" : "");

    private static JsonObject Placed(RgbImage picture, (double X, double Y) at, double size) => new()
    {
        ["source"] = "data:image/png;base64," + Convert.ToBase64String(PngEncoder.Encode(picture)), ["xref"] = "x", ["yref"] = "y", ["x"] = at.X, ["y"] = at.Y,
        ["sizex"] = size, ["sizey"] = size, ["xanchor"] = "center", ["yanchor"] = "middle", ["layer"] = "below", ["opacity"] = 0.9,
    };
}
