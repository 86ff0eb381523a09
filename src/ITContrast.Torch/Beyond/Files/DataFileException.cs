namespace ITContrast.Torch;

/// <summary>A data file whose bytes break its format, or that changed underneath its reader.</summary>
/// <param name="path">The file, named first in the message.</param>
/// <param name="problem">What was expected, what was found, where in the file, and what to do next.</param>
public sealed class DataFileException(string path, string problem) : IOException($"{path}: {problem}")
{
    /// <summary>The file that could not be read.</summary>
    public string Path { get; } = path;
}
