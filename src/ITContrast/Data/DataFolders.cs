namespace ITContrast.Data;

/// <summary>Finds the data that comes with the repository.</summary>
internal static class DataFolders
{
    /// <summary>
    /// The folder <c>data/NAME</c> of the nearest parent of the working directory or of the assembly that has it (a checkout, or a build output
    /// beside which the data was copied).
    /// </summary>
    /// <exception cref="DataException">None was found; the message lists where the search began.</exception>
    public static string Find(string name)
    {
        string[] starts = [Directory.GetCurrentDirectory(), AppContext.BaseDirectory, Path.GetDirectoryName(typeof(DataFolders).Assembly.Location) ?? ""];
        foreach (string start in starts.Where(start => start.Length > 0).Distinct())
            for (DirectoryInfo? folder = new(start); folder is not null; folder = folder.Parent)
            {
                string candidate = Path.Combine(folder.FullName, "data", name);
                if (Directory.Exists(candidate)) return candidate;
            }
        throw new DataException(
            $"data/{name}: expected this folder in {string.Join(" or in ", starts.Distinct())} or a parent of it, found none. Run inside the repository, or name the folder."
        );
    }
}
