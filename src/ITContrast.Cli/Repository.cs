namespace ITContrast.Cli;

/// <summary>The checkout that this program was built in, found upwards from the program's own folder.</summary>
internal static class Repository
{
    /// <summary>Its folder; null where the program lies in none.</summary>
    public static string? Found { get; } = Find();

    public static string Root => Found
        ?? throw new UserError($"{AppContext.BaseDirectory} does not lie in a checkout of ITContrast (no ITContrast.sln above it); this command needs one.");

    private static string? Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "ITContrast.sln"))) return folder.FullName;
        return null;
    }
}
