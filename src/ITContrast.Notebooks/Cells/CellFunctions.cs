using ITContrast.Notebooks.Display;

namespace ITContrast.Notebooks.Cells;

/// <summary>The functions that every cell can call without a prefix. Names are those of .NET Interactive, so cells run there too.</summary>
public static class CellFunctions
{
    /// <summary>Shows a value below the cell, richly where its type says how.</summary>
    /// <returns>A handle whose <see cref="DisplayHandle.Update"/> replaces it.</returns>
    public static DisplayHandle display(object? value) => DisplayHub.Show(MimeBundle.Of(value));

    /// <summary>Shows text as the given mime type: <c>display("# Title", "text/markdown")</c>.</summary>
    public static DisplayHandle display(object? value, params string[] mimeTypes) =>
        DisplayHub.Show(mimeTypes is [var type, ..] ? MimeBundle.As(value, type) : MimeBundle.Of(value));

    /// <summary>Markup that is shown as such and not escaped.</summary>
    public static HtmlText HTML(string markup) => new(markup);

    /// <summary>Shows this value; the same as <see cref="display(object?)"/>.</summary>
    public static DisplayHandle Display(this object? value) => display(value);

    /// <summary>Shows this text as the given mime type.</summary>
    public static DisplayHandle DisplayAs(this string text, string mimeType) => DisplayHub.Show(MimeBundle.As(text, mimeType));
}

/// <summary>Text that declares itself HTML: the only kind of text that the engine does not escape.</summary>
/// <param name="Markup">The markup, trusted as it is.</param>
public sealed record HtmlText(string Markup)
{
    /// <summary>The mime bundle: the markup as <c>text/html</c>.</summary>
    public IReadOnlyDictionary<string, string> ToMimeBundle() => new Dictionary<string, string> { ["text/html"] = Markup, ["text/plain"] = Markup };

    /// <summary>The markup.</summary>
    public override string ToString() => Markup;
}
