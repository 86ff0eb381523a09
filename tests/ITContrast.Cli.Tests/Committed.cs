namespace ITContrast.Cli.Tests;

/// <summary>What the checkout holds.</summary>
internal static class Committed
{
    public static IReadOnlyList<string> Notebooks() => [.. Directory.GetFiles(At("notebooks"), "*.ipynb").Order()];

    /// <summary>A path below the checkout's root.</summary>
    public static string At(params string[] path)
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(root!.FullName, "ITContrast.sln"))) root = root.Parent;
        return Path.Combine([root.FullName, .. path]);
    }
}
