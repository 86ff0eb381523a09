using System.Text;

namespace ITContrast.Data;

/// <summary>Streams a UTF-8 text file by line; bytes that are no UTF-8 are an error that names the line, not replacement characters.</summary>
internal static class TextLines
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The lines, without their ends (LF or CRLF), in order.</summary>
    public static IEnumerable<string> Read(string path)
    {
        using StreamReader reader = Open(path);
        for (int number = 1; ; number++)
        {
            string? line;
            try
            {
                line = reader.ReadLine();
            }
            catch (DecoderFallbackException error)
            {
                throw new DataException($"{path}, near line {number}: expected UTF-8 text, found other bytes: {error.Message}", error);
            }
            catch (IOException error)
            {
                throw new DataException($"{path}, line {number}: could not be read: {error.Message}", error);
            }
            if (line is null) yield break;
            yield return line;
        }
    }

    private static StreamReader Open(string path)
    {
        try
        {
            return new StreamReader(path, Strict, detectEncodingFromByteOrderMarks: true, 1 << 16);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new DataException($"{path}: expected a readable text file: {error.Message}", error);
        }
    }
}
