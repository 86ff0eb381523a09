using System.Security.Cryptography;
using ITContrast.Evaluation.Ranking;
using ITContrast.Torch;

namespace ITContrast.Evaluation;

/// <summary>
/// Embeddings in a file, <c>[N, D]</c> float32: <c>.npy</c>, or one tensor of a <c>.safetensors</c>. The file is mapped, not read, so a gallery may
/// be larger than memory.
/// </summary>
public sealed unsafe class EmbeddingFile : IDisposable
{
    private readonly IDisposable file;
    private readonly TensorView view;
    private Rows? rows;

    private EmbeddingFile(string path, IDisposable file, TensorView view)
    {
        (Path, this.file, this.view) = (path, file, view);
        if (view.Shape.Count != 2 || view.Shape[0] < 1 || view.Shape[1] < 1)
            throw DataException.At(path, "", "embeddings of shape [N, D]", $"[{string.Join(", ", view.Shape)}]");
        if (view.Type != ElementType.Float32)
            throw DataException.At(path, "", "float32 values", view.Type.ToString(), "Convert it: the score is defined on float32 rows.");
        if (!view.IsContiguous)
            throw DataException.At(path, "", "rows in C order", "Fortran order", "Save it with numpy.ascontiguousarray.");
        if (view.Shape[0] > int.MaxValue || view.Shape[1] > int.MaxValue)
            throw DataException.At(path, "", "at most 2³¹ rows", $"{view.Shape[0]}", "Evaluate it in shards.");
    }

    /// <summary>The file, as given.</summary>
    public string Path { get; }

    /// <summary>Rows.</summary>
    public int Count => (int)view.Shape[0];

    /// <summary>Values a row.</summary>
    public int Width => (int)view.Shape[1];

    /// <summary>Maps a file.</summary>
    /// <param name="path">Ends in .npy or .safetensors; <c>FILE.safetensors:NAME</c> names one of several tensors.</param>
    /// <exception cref="DataException">Another type, order, or number of dimensions.</exception>
    /// <exception cref="IOException">Missing, or damaged.</exception>
    public static EmbeddingFile Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        const string Safetensors = ".safetensors";
        int ending = path.LastIndexOf(Safetensors, StringComparison.OrdinalIgnoreCase);
        if (ending < 0)
        {
            NpyFile npy = NpyFile.Open(path);
            return Guarded(path, npy, () => npy.View);
        }
        string name = path[(ending + Safetensors.Length)..].TrimStart(':');
        SafetensorsFile tensors = SafetensorsFile.Open(path[..(ending + Safetensors.Length)]);
        return Guarded(path, tensors, () => name.Length > 0 ? tensors[name]
            : tensors.Tensors.Count == 1 ? tensors.Tensors[0]
            : throw DataException.At(path, "", "one tensor, or its name after a colon", string.Join(", ", tensors.Tensors.Select(t => t.Name))));
    }

    /// <summary>Lower-case hexadecimal SHA-256 of the shape and the values, whatever the container.</summary>
    public string Hash()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(System.Text.Encoding.ASCII.GetBytes($"{Count},{Width};"));
        for (int row = 0; row < Count; row += 1024)
        {
            int count = Math.Min(1024, Count - row);
            hash.AppendData(System.Runtime.InteropServices.MemoryMarshal.AsBytes(view.Span<float>((long)row * Width, count * Width)));
            rows?.Release(row, count);
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>The rows in place; the first call reads them all once, to see that they are finite.</summary>
    internal Rows Rows(long resident = Ranking.Rows.Resident)
    {
        if (rows != null) return rows;
        fixed (float* data = view.Span<float>(0, Width)) return rows = new Rows(data, Count, Width, Path, this, resident);
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => file.Dispose();

    private static EmbeddingFile Guarded(string path, IDisposable file, Func<TensorView> view)
    {
        try
        {
            return new(path, file, view());
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }
}
