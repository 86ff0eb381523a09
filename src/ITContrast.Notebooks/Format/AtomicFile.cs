using System.Text;

namespace ITContrast.Notebooks.Format;

/// <summary>Files that are never seen half-written: a temporary name beside the target, flushed to the disk, then renamed over it.</summary>
internal static class AtomicFile
{
    /// <summary>Writes <paramref name="text"/> as UTF-8.</summary>
    /// <exception cref="NotebookException">The folder is missing or cannot be written.</exception>
    public static void Write(string path, string text) => Write(path, new UTF8Encoding(false).GetBytes(text));

    /// <summary>Writes bytes.</summary>
    /// <exception cref="NotebookException">The folder is missing or cannot be written.</exception>
    public static void Write(string path, byte[] bytes)
    {
        var full = Path.GetFullPath(path);
        var temporary = $"{full}.{Environment.ProcessId}.tmp";
        try
        {
            using (var stream = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None))
            {
                stream.Write(bytes);
                stream.Flush(flushToDisk: true);
            }
            File.Move(temporary, full, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            try
            {
                File.Delete(temporary);
            }
            catch (Exception inner) when (inner is IOException or UnauthorizedAccessException)
            {
                // The first failure is the one to report.
            }
            throw new NotebookException($"{path} cannot be written ({e.Message}); choose another place, or make its folder writable.", e);
        }
    }
}
