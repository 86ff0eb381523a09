namespace ITContrast.Benchmarks.Running;

/// <summary>Time against a size: one chart.</summary>
/// <param name="Title">The chart's title.</param>
/// <param name="Axis">What the size counts.</param>
/// <param name="Points">Sizes and the cases that took them.</param>
internal sealed record Growth(string Title, string Axis, IReadOnlyList<(double Size, Timed Case)> Points);
