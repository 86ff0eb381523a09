using ITContrast.Data;

namespace ITContrast.Tests.Data;

/// <summary>A folder that goes away with the test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("itc-test-").FullName;

    public string At(string name) => System.IO.Path.Combine(Path, name);

    public string Write(string name, string text)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(At(name))!);
        File.WriteAllText(At(name), text);
        return At(name);
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}

/// <summary>Files of the checkout that the tests run in.</summary>
internal static class Checkout
{
    public static string At(params string[] parts)
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "ITContrast.sln"))) return Path.Combine([folder.FullName, .. parts]);
        throw new DirectoryNotFoundException("The tests run outside a checkout: no parent folder holds ITContrast.sln.");
    }
}

/// <summary>Global features whose row r is (r, 10·r), with a hook to fail or to wait at a row.</summary>
internal sealed class CountingSource(int count, Action<int>? onRow = null) : IImageSource
{
    public ImageKind Kind => ImageKind.Global;

    public int Count => count;

    public IReadOnlyList<long> RowShape => [2];

    public ImageBatch Read(ReadOnlySpan<int> rows)
    {
        foreach (int row in rows) onRow?.Invoke(row);
        ImageBatch batch = ImageBatch.Allocate(Kind, [rows.Length, 2]);
        for (int i = 0; i < rows.Length; i++) (batch.ValueSpan[2 * i], batch.ValueSpan[2 * i + 1]) = (rows[i], 10 * rows[i]);
        return batch;
    }

    public void Dispose() { }
}

/// <summary>Small data sets in memory.</summary>
internal static class Tiny
{
    /// <summary><paramref name="images"/> images, caption c of image i reads "word-i caption-c" repeated c + 1 times; groups pair neighbours.</summary>
    public static PairDataset Dataset(int images, int captions = 5, Action<int>? onRow = null)
    {
        string[] text = new string[images * captions];
        int[] imageOf = new int[text.Length];
        for (int i = 0; i < text.Length; i++)
        {
            imageOf[i] = i / captions;
            text[i] = string.Join(' ', Enumerable.Repeat($"word{i / captions} caption{i % captions}", i % captions + 1));
        }
        PairTable table = new(
            text,
            imageOf,
            [.. Enumerable.Range(0, images).Select(i => 100L + i)],
            groups: [.. Enumerable.Range(0, images).Select(i => i / 2L)]);
        PairSplit split = new("train", [.. Enumerable.Range(0, images)], [.. Enumerable.Range(0, text.Length)], imageOf);
        return new PairDataset("tiny", new CountingSource(images, onRow), table, [split], "0");
    }
}
