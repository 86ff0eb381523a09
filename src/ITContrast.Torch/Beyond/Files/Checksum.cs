using System.Security.Cryptography;

namespace ITContrast.Torch;

/// <summary>The SHA-256 of a file, kept beside it as <c>FILE.sha256</c> (one line, <c>sha256sum</c>'s form).</summary>
public static class Checksum
{
    /// <summary>Where a file's checksum is kept.</summary>
    public static string PathFor(string path) => path + ".sha256";

    /// <summary>Compares a file with the checksum beside it.</summary>
    /// <returns>False where there is no checksum; true where it agrees.</returns>
    /// <exception cref="DataFileException">The file is not the one that was written.</exception>
    public static bool Verify(string path)
    {
        if (!File.Exists(PathFor(path))) return false;
        string expected = Read(path), found;
        using (var stream = File.OpenRead(path)) found = Convert.ToHexStringLower(SHA256.HashData(stream));
        if (found != expected)
            throw new DataFileException(
                path, $"its SHA-256 is {found}, but {PathFor(path)} says {expected}. The file was changed or damaged after it was written.");
        return true;
    }

    internal static string Read(string path)
    {
        string line = File.ReadAllText(PathFor(path)), digest = line.Split(' ', 2)[0];
        if (digest.Length != 64 || !digest.All(char.IsAsciiHexDigitLower))
            throw new DataFileException(PathFor(path), "expected one line '<64 hexadecimal digits>  <file name>', as sha256sum writes it.");
        return digest;
    }

    internal static void Write(string path, string digest) =>
        AtomicFile.WriteText(PathFor(path), $"{digest}  {Path.GetFileName(path)}\n");
}
