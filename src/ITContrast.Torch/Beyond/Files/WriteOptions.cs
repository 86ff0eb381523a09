namespace ITContrast.Torch;

/// <summary>What is kept beside a file that is written.</summary>
public sealed record WriteOptions
{
    /// <summary>Nothing beside the file.</summary>
    public static WriteOptions Plain { get; } = new();

    /// <summary>A checksum, and the generation before: for checkpoints.</summary>
    public static WriteOptions Checkpoint { get; } = new() { Checksum = true, KeepPrevious = true };

    /// <summary>Write <c>FILE.sha256</c> beside the file, in the form that <c>sha256sum -c</c> checks. Default false.</summary>
    public bool Checksum { get; init; }

    /// <summary>Keep the file that was there before under <see cref="PreviousOf"/>, with its checksum. Default false.</summary>
    public bool KeepPrevious { get; init; }

    /// <summary>Where the generation before is kept: <c>a/last.safetensors</c> → <c>a/last.previous.safetensors</c>.</summary>
    public static string PreviousOf(string path) =>
        Path.Combine(Path.GetDirectoryName(path) ?? "", $"{Path.GetFileNameWithoutExtension(path)}.previous{Path.GetExtension(path)}");
}
