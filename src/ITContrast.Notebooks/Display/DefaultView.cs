using System.Collections;
using System.Net;
using System.Text.Json.Nodes;

namespace ITContrast.Notebooks.Display;

/// <summary>How values are shown whose types say nothing: tensors, pictures, exceptions, tables, and text.</summary>
internal static class DefaultView
{
    /// <summary>The bundle; always with plain text, with HTML where that shows more.</summary>
    public static JsonObject Of(object? value)
    {
        if (value is byte[] bytes && ImageType(bytes) is { } mime)
        {
            return new JsonObject { [mime] = Convert.ToBase64String(bytes), [MimeBundle.Plain] = $"{mime}, {bytes.Length:N0} bytes" };
        }
        if (TensorView.Of(value) is { } tensor)
        {
            return tensor;
        }
        var bundle = new JsonObject { [MimeBundle.Plain] = PlainText.Of(value) };
        if (Markup(value) is { } html)
        {
            bundle[MimeBundle.Html] = html;
        }
        return bundle;
    }

    private static string? Markup(object? value) => value switch
    {
        null or string or IFormattable or bool or Type or Delegate or Task => null,
        Exception exception => Failure(exception),
        IEnumerable items => TableView.OfSequence(items),
        _ => TableView.OfObject(value),
    };

    private static string Failure(Exception exception) =>
        $"<details><summary>{WebUtility.HtmlEncode($"{exception.GetType().Name}: {exception.Message}")}</summary><pre>{WebUtility.HtmlEncode(exception.StackTrace ?? "(never thrown)")}</pre></details>";

    /// <summary>A picture file's type, by its first bytes.</summary>
    private static string? ImageType(ReadOnlySpan<byte> bytes) =>
        bytes is [0x89, (byte)'P', (byte)'N', (byte)'G', ..] ? "image/png"
        : bytes is [0xFF, 0xD8, 0xFF, ..] ? "image/jpeg"
        : bytes.StartsWith("GIF8"u8) ? "image/gif"
        : bytes.StartsWith("RIFF"u8) && bytes.Length > 12 && bytes[8..].StartsWith("WEBP"u8) ? "image/webp"
        : null;
}
