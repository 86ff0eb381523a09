using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace ITContrast.Torch;

/// <summary>
/// A file that appears under its name whole or not at all: it is written under a temporary name in the same folder, flushed to the disk and renamed.
/// Disposing before <see cref="Commit"/> deletes the temporary file and leaves what was there.
/// </summary>
public sealed partial class AtomicFile : IDisposable
{
    private static int serial;
    private readonly string temporary;
    private bool committed;

    /// <summary>Opens the temporary file; missing folders are made.</summary>
    /// <param name="path">Where the file appears at <see cref="Commit"/>.</param>
    public AtomicFile(string path)
    {
        Path = System.IO.Path.GetFullPath(path);
        string folder = System.IO.Path.GetDirectoryName(Path) ?? throw new ArgumentException($"'{path}' is a folder, not a file.", nameof(path));
        Directory.CreateDirectory(folder);
        string name = System.IO.Path.GetFileName(Path);
        (temporary, Stream) = Create(System.IO.Path.Combine(folder, $".{name}.{Environment.MachineName}.{Environment.ProcessId}"));
    }

    /// <summary>The name that the file gets.</summary>
    public string Path { get; }

    /// <summary>Where to write; seekable.</summary>
    public FileStream Stream { get; }

    /// <summary>Makes the file appear under its name, replacing what is there.</summary>
    /// <param name="options">Whether a checksum and the file that was there before are kept beside it.</param>
    public void Commit(WriteOptions? options = null)
    {
        options ??= WriteOptions.Plain;
        ObjectDisposedException.ThrowIf(committed, this);
        string? digest = options.Checksum ? Digest(Stream) : null;
        Stream.Flush(flushToDisk: true);
        Stream.Dispose();
        string sum = Checksum.PathFor(Path);
        if (options.KeepPrevious && File.Exists(Path)) Retire(sum);
        // A reader between these steps finds no checksum rather than a wrong one.
        File.Delete(sum);
        File.Move(temporary, Path, overwrite: true);
        committed = true;
        if (digest != null) Checksum.Write(Path, digest);
        SyncFolder(System.IO.Path.GetDirectoryName(Path)!);
    }

    /// <summary>Writes a small text file atomically.</summary>
    public static void WriteText(string path, string text)
    {
        using var file = new AtomicFile(path);
        file.Stream.Write(System.Text.Encoding.UTF8.GetBytes(text));
        file.Commit();
    }

    /// <summary>Closes; without a <see cref="Commit"/> the temporary file is deleted.</summary>
    public void Dispose()
    {
        if (committed) return;
        Stream.Dispose();
        File.Delete(temporary);
    }

    private void Retire(string sum)
    {
        string previous = WriteOptions.PreviousOf(Path), previousSum = Checksum.PathFor(previous);
        File.Delete(previousSum);
        File.Move(Path, previous, overwrite: true);
        if (File.Exists(sum)) Checksum.Write(previous, Checksum.Read(Path));
    }

    private static (string, FileStream) Create(string stem)
    {
        while (true)
        {
            string name = $"{stem}.{Interlocked.Increment(ref serial)}.tmp";
            // A name left by a dead process with this number, or used by one in another container, is passed over.
            if (File.Exists(name)) continue;
            return (name, new FileStream(name, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Read, bufferSize: 1 << 17));
        }
    }

    private static string Digest(FileStream stream)
    {
        stream.Position = 0;
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }

    // The rename itself is on the disk only once its folder is.
    private static void SyncFolder(string folder)
    {
        if (!OperatingSystem.IsLinux() && !OperatingSystem.IsMacOS()) return;
        int descriptor = OpenFolder(folder, 0);
        if (descriptor < 0) return;
        _ = Sync(descriptor);
        _ = CloseFolder(descriptor);
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenFolder(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync")]
    private static partial int Sync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int CloseFolder(int descriptor);
}
