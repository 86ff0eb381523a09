using ITContrast.Notebooks.Format;

namespace ITContrast.Notebooks.Report;

/// <summary>Pictures named in markdown as data: files beside the notebook, and a cell's attachments. What lies on the web stays a link.</summary>
/// <param name="folder">The notebook's folder.</param>
internal sealed class ImageEmbedder(string folder)
{
    /// <summary>A <c>data:</c> URI, or null where the picture is not here.</summary>
    public string? Source(string target, NotebookCell? cell)
    {
        if (target.StartsWith("data:image/", StringComparison.Ordinal))
        {
            return target;
        }
        if (target.StartsWith("attachment:", StringComparison.Ordinal))
        {
            var name = Uri.UnescapeDataString(target["attachment:".Length..]);
            return cell?.Node["attachments"]?[name] is System.Text.Json.Nodes.JsonObject bundle && bundle.FirstOrDefault() is { Key: { } type, Value: { } data }
                ? $"data:{type};base64,{MultiLine.Join(data).ReplaceLineEndings("")}" : null;
        }
        if (target.Contains("://", StringComparison.Ordinal))
        {
            return null;
        }
        var path = Path.Combine(folder, Uri.UnescapeDataString(target));
        return Mime(path) is { } mime && File.Exists(path) ? $"data:{mime};base64,{Convert.ToBase64String(File.ReadAllBytes(path))}" : null;
    }

    private static string? Mime(string path) => Path.GetExtension(path).ToLowerInvariant() switch
    {
        ".png" => "image/png",
        ".jpg" or ".jpeg" => "image/jpeg",
        ".gif" => "image/gif",
        ".webp" => "image/webp",
        ".svg" => "image/svg+xml",
        _ => null,
    };
}
