using System.Security.Cryptography;
using System.Text;

namespace ITContrast.Data;

/// <summary>SHA-256 identities of data, for the run store.</summary>
public static class ContentHash
{
    /// <summary>Files up to this size (64 MiB) are hashed whole.</summary>
    public const long WholeLimit = 64L << 20;

    private const int Samples = 64, SampleBytes = 64 << 10;

    /// <summary>Lower-case hexadecimal SHA-256 of the text's UTF-8 bytes.</summary>
    public static string OfText(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    /// <summary>
    /// Identity of a list of files: names (without folders), lengths and contents. A file larger than <see cref="WholeLimit"/> contributes
    /// 64 evenly spaced blocks of 64 KiB (first and last included), so that 33 GB of features take milliseconds: this detects a different
    /// or a cut file, not a change of single bytes on purpose.
    /// </summary>
    /// <exception cref="DataException">A file is missing or unreadable.</exception>
    public static string OfFiles(params IEnumerable<string> paths)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] buffer = new byte[1 << 20];
        foreach (string path in paths)
        {
            try
            {
                using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1);
                hash.AppendData(Encoding.UTF8.GetBytes($"{Path.GetFileName(path)}\n{file.Length}\n"));
                if (file.Length <= WholeLimit)
                {
                    for (int n; (n = file.Read(buffer)) > 0;) hash.AppendData(buffer, 0, n);
                    continue;
                }
                for (int i = 0; i < Samples; i++)
                {
                    file.Position = (file.Length - SampleBytes) * i / (Samples - 1);
                    file.ReadExactly(buffer, 0, SampleBytes);
                    hash.AppendData(buffer, 0, SampleBytes);
                }
            }
            catch (IOException error)
            {
                throw new DataException($"{path}: could not be read to identify the data set: {error.Message}", error);
            }
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
