using ITContrast.Torch;

namespace ITContrast.Data;

/// <summary>Opens files so that whatever is wrong with them becomes a <see cref="DataException"/> that names them.</summary>
internal static class Guarded
{
    /// <summary>A mapped array.</summary>
    public static NpyFile OpenNpy(string path) => Run(path, () => NpyFile.Open(path));

    /// <summary>Runs a reader of that file; errors of the file system and of the format keep their text.</summary>
    public static T Run<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (DataFileException error)
        {
            // Its message begins with the file already.
            throw new DataException(error.Message, error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new DataException($"{path}: could not be opened: {error.Message}", error);
        }
    }

    /// <summary>All of a one-dimensional array of integers (ids, counts).</summary>
    public static long[] ReadIntegers(string path)
    {
        using NpyFile file = OpenNpy(path);
        if (file.Shape.Count != 1) throw DataException.At(path, "header", "one dimension", $"shape [{string.Join(", ", file.Shape)}]");
        if (file.Dtype is ElementType.Float32 or ElementType.Float64 or ElementType.Float16 or ElementType.BFloat16)
            throw DataException.At(path, "header", "integers", $"{file.Dtype}");
        long[] values = new long[file.RowCount];
        file.View.ReadIntegers(0, values);
        return values;
    }
}
