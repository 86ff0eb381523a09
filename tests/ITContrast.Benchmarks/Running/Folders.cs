namespace ITContrast.Benchmarks.Running;

/// <summary>Where things lie in the checkout that this program was built in.</summary>
internal static class Folders
{
    /// <summary>The checkout.</summary>
    public static string Root { get; } = Find();

    /// <summary>This project's sources, with the Python and C++ sides.</summary>
    public static string Benchmarks => Path.Combine(Root, "tests", "ITContrast.Benchmarks");

    /// <summary>What is built here, ignored by version control.</summary>
    public static string Build => Path.Combine(Root, "build", "bench");

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "ITContrast.sln"))) return folder.FullName;
        throw new DirectoryNotFoundException($"{AppContext.BaseDirectory} does not lie in a checkout of ITContrast (no ITContrast.sln above it).");
    }
}
