using System.Collections;
using System.Globalization;
using System.Net;
using System.Reflection;
using System.Text;
using System.Text.Json.Nodes;

namespace ITContrast.Notebooks.Display;

/// <summary>
/// Tensors, recognised by shape alone: a value with <c>long[] shape</c>, <c>dtype</c> and <c>device</c>, read through its own methods.
/// Shows shape, type, device and statistics, the values of small ones, and a heat map of small matrices.
/// </summary>
internal static class TensorView
{
    private const int ReadLimit = 1 << 20;
    private const int MapSide = 64;
    private const int Listed = 12;

    /// <summary>The value's shape where it is a tensor; null where not.</summary>
    public static long[]? ShapeOf(object? value)
    {
        var type = value?.GetType();
        return type is not null && type.GetProperty("dtype") is not null && type.GetProperty("device") is not null
            ? type.GetProperty("shape")?.GetValue(value) as long[]
            : null;
    }

    /// <summary>The tensor's view; null where the value is no tensor.</summary>
    public static JsonObject? Of(object? value)
    {
        if (ShapeOf(value) is not { } shape)
        {
            return null;
        }
        var type = value!.GetType();
        var head = $"tensor [{string.Join(", ", shape)}], {type.GetProperty("dtype")!.GetValue(value)}, {type.GetProperty("device")!.GetValue(value)}";
        var count = shape.Aggregate(1L, (product, length) => product * length);
        var numbers = count is > 0 and <= ReadLimit ? Numbers(value) : null;
        var statistics = numbers is null ? "" : Statistics(numbers);
        var listed = numbers is { Length: <= Listed } ? string.Join(", ", numbers.Select(Short)) : "";
        var plain = string.Join('\n', new[] { head, statistics, listed }.Where(line => line.Length > 0));
        var html = new StringBuilder($"<div>{WebUtility.HtmlEncode(head)}</div>");
        if (statistics.Length > 0)
        {
            html.Append($"<div class=\"note\">{statistics}</div>");
        }
        if (listed.Length > 0)
        {
            html.Append($"<code>{listed}</code>");
        }
        else if (numbers is not null && shape is [> 1 and <= MapSide, > 1 and <= MapSide])
        {
            html.Append(HeatMap(numbers, (int)shape[0], (int)shape[1]));
        }
        return new JsonObject { [MimeBundle.Plain] = plain, [MimeBundle.Html] = html.ToString() };
    }

    /// <summary>
    /// The values as doubles, row by row: on the processor, in float64, through the tensor's own methods; null where it lacks them or refuses.
    /// </summary>
    private static double[]? Numbers(object tensor)
    {
        var owned = new List<IDisposable>();
        object? Step(object? on, string method)
        {
            var found = on
                ?.GetType()
                .GetMethods()
                .Where(m => m.Name == method && m.GetParameters().All(p => p.IsOptional))
                .OrderBy(m => m.GetParameters().Length)
                .FirstOrDefault();
            var next = found?.Invoke(on, [.. found.GetParameters().Select(p => p.DefaultValue is DBNull ? null : p.DefaultValue)]);
            if (next is IDisposable disposable && !ReferenceEquals(next, tensor))
            {
                owned.Add(disposable);
            }
            return next;
        }
        try
        {
            var plain = Step(Step(Step(Step(tensor, "detach"), "cpu"), "double"), "contiguous");
            var data = plain
                ?.GetType()
                .GetMethods()
                .FirstOrDefault(m => m is { Name: "data", IsGenericMethodDefinition: true } && m.GetParameters().All(p => p.IsOptional))
                ?.MakeGenericMethod(typeof(double))
                .Invoke(plain, null);
            return (data as IEnumerable<double>)?.ToArray();
        }
        catch (TargetInvocationException)
        {
            return null;
        }
        finally
        {
            owned.ForEach(step => step.Dispose());
        }
    }

    private static string Statistics(double[] values)
    {
        var finite = values.Where(double.IsFinite).ToArray();
        if (finite.Length == 0)
        {
            return "no finite value";
        }
        var mean = finite.Average();
        var deviation = Math.Sqrt(finite.Sum(value => (value - mean) * (value - mean)) / finite.Length);
        var odd = values.Length - finite.Length;
        return $"min {Short(finite.Min())}, mean {Short(mean)}, max {Short(finite.Max())}, std {Short(deviation)}" + (odd > 0 ? $", {odd} not finite" : "");
    }

    /// <summary>Blue below zero, orange above, white at zero; black where not finite.</summary>
    private static string HeatMap(double[] values, int rows, int columns)
    {
        var side = Math.Clamp(256 / Math.Max(rows, columns), 4, 20);
        var scale = values.Where(double.IsFinite).Select(Math.Abs).DefaultIfEmpty(1).Max();
        scale = scale > 0 ? scale : 1;
        var svg = new StringBuilder(
            $"<svg role=\"img\" aria-label=\"heat map\" width=\"{columns * side}\" height=\"{rows * side}\" shape-rendering=\"crispEdges\">");
        for (var i = 0; i < values.Length; i++)
        {
            var (row, column) = (i / columns, i % columns);
            svg.Append(
                $"<rect x=\"{column * side}\" y=\"{row * side}\" width=\"{side}\" height=\"{side}\" fill=\"{Colour(values[i] / scale)}\"><title>[{row}, {column}] {Short(values[i])}</title></rect>"
            );
        }
        return svg.Append("</svg>").ToString();
    }

    private static string Colour(double level)
    {
        if (!double.IsFinite(level))
        {
            return "#000";
        }
        var (r, g, b) = level < 0 ? (33, 102, 172) : (217, 95, 14);
        var strength = Math.Min(1, Math.Abs(level));
        return $"#{(int)(255 + (r - 255) * strength):x2}{(int)(255 + (g - 255) * strength):x2}{(int)(255 + (b - 255) * strength):x2}";
    }

    private static string Short(double value) => value.ToString("G5", CultureInfo.InvariantCulture);
}
