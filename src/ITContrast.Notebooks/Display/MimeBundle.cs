using System.Reflection;
using System.Text.Json.Nodes;

namespace ITContrast.Notebooks.Display;

/// <summary>
/// A value as mime type → content. A type describes itself by shape, with no reference to this assembly: a public instance method
/// <c>ToMimeBundle()</c> that returns string pairs, or .NET Interactive's <c>[TypeFormatterSource]</c>. Everything else gets a default view.
/// </summary>
internal static class MimeBundle
{
    /// <summary>The mime type that every bundle holds.</summary>
    public const string Plain = "text/plain";

    /// <summary>The mime type of markup; the only text that is not escaped.</summary>
    public const string Html = "text/html";

    /// <summary>The bundle of any value, null included. A view that throws is shown as text with the error, never thrown.</summary>
    public static JsonObject Of(object? value)
    {
        try
        {
            return Described(value) ?? TypeFormatter.Format(value) ?? DefaultView.Of(value);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            var cause = e is TargetInvocationException { InnerException: { } inner } ? inner : e;
            return new JsonObject { [Plain] = $"({value!.GetType().Name} could not be shown: {cause.GetType().Name}: {cause.Message})" };
        }
    }

    /// <summary>The value's text as one mime type; JSON types are parsed.</summary>
    public static JsonObject As(object? value, string mimeType)
    {
        var text = PlainText.Of(value);
        var bundle = new JsonObject { [mimeType] = Content(mimeType, text) };
        bundle[Plain] ??= text;
        return bundle;
    }

    private static JsonObject? Described(object? value)
    {
        var method = value?.GetType().GetMethod("ToMimeBundle", BindingFlags.Public | BindingFlags.Instance, Type.EmptyTypes);
        if (method?.Invoke(value, null) is not IEnumerable<KeyValuePair<string, string>> pairs)
        {
            return null;
        }
        var bundle = new JsonObject();
        foreach (var (type, content) in pairs)
        {
            bundle[type] = Content(type, content);
        }
        if (!bundle.ContainsKey(Plain))
        {
            bundle[Plain] = value!.ToString();
        }
        return bundle;
    }

    private static JsonNode? Content(string mimeType, string text) =>
        mimeType.EndsWith("+json", StringComparison.Ordinal) || mimeType == "application/json" ? JsonNode.Parse(text) : JsonValue.Create(text);
}
