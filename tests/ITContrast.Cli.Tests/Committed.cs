namespace ITContrast.Cli.Tests;

/// <summary>The notebooks of the checkout.</summary>
internal static class Committed
{
    public static IReadOnlyList<string> Notebooks()
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(root!.FullName, "ITContrast.sln"))) root = root.Parent;
        return [.. Directory.GetFiles(Path.Combine(root.FullName, "notebooks"), "*.ipynb").Order()];
    }
}
