namespace ITContrast.Torch.Tests.Files;

/// <summary>A folder that is deleted with what it holds.</summary>
public sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("itc-files-").FullName;

    public string File(string name) => System.IO.Path.Combine(Path, name);

    public string Write(string name, byte[] bytes)
    {
        System.IO.File.WriteAllBytes(File(name), bytes);
        return File(name);
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}

/// <summary>The files under <c>tests/fixtures</c>.</summary>
public static class Fixtures
{
    public static string Path(params string[] parts)
    {
        string? folder = AppContext.BaseDirectory;
        while (folder != null && !Directory.Exists(System.IO.Path.Combine(folder, "tests", "fixtures"))) folder = System.IO.Path.GetDirectoryName(folder);
        return System.IO.Path.Combine([folder ?? throw new DirectoryNotFoundException("tests/fixtures"), "tests", "fixtures", .. parts]);
    }
}
