using System.Collections;
using System.Reflection;
using System.Text.Json.Nodes;

namespace ITContrast.Notebooks.Display;

/// <summary>
/// .NET Interactive's convention, recognised by shape: a type marked <c>[TypeFormatterSource(typeof(Source))]</c>, where <c>Source</c> has
/// <c>CreateTypeFormatters()</c> giving objects with <c>string MimeType</c> and <c>bool Format(object, TextWriter)</c> (its optional context is not needed).
/// </summary>
internal static class TypeFormatter
{
    private const string AttributeName = "TypeFormatterSourceAttribute";

    /// <summary>The bundle that the type's formatters make; null where it names none.</summary>
    public static JsonObject? Format(object? value)
    {
        if (value is null || SourceOf(value.GetType()) is not { } source)
        {
            return null;
        }
        var create = source.GetMethod("CreateTypeFormatters", Type.EmptyTypes);
        if (create?.Invoke(Activator.CreateInstance(source), null) is not IEnumerable formatters)
        {
            return null;
        }
        var bundle = new JsonObject();
        foreach (var formatter in formatters)
        {
            var format = formatter.GetType().GetMethod("Format", [typeof(object), typeof(TextWriter)]);
            if (format is null || formatter.GetType().GetProperty("MimeType")?.GetValue(formatter) is not string type)
            {
                continue;
            }
            using var writer = new StringWriter();
            if (format.Invoke(formatter, [value, writer]) is true)
            {
                bundle[type] = type.EndsWith("json", StringComparison.Ordinal) ? JsonNode.Parse(writer.ToString()) : writer.ToString();
            }
        }
        if (bundle.Count == 0)
        {
            return null;
        }
        if (!bundle.ContainsKey(MimeBundle.Plain))
        {
            bundle[MimeBundle.Plain] = PlainText.Of(value);
        }
        return bundle;
    }

    private static Type? SourceOf(Type type) => type.GetCustomAttributes(inherit: true)
        .Where(attribute => attribute.GetType().Name == AttributeName)
        .Select(attribute => attribute.GetType().GetProperties().FirstOrDefault(property => property.PropertyType == typeof(Type))?.GetValue(attribute) as Type)
        .FirstOrDefault(source => source is not null);
}
