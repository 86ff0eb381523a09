namespace ITContrast.Notebooks.Report;

/// <summary>The embedded styles and scripts of the report.</summary>
internal static class Asset
{
    /// <summary>The asset's text.</summary>
    public static string Text(string name)
    {
        using var stream = typeof(Asset).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"The build embedded no {name}; see FetchWebScripts in ITContrast.Notebooks.csproj.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    /// <summary>A script's text, safe inside a script element.</summary>
    public static string Script(string name) => Text(name).Replace("</script", "<\\/script", StringComparison.OrdinalIgnoreCase);
}
