using System.Security.Cryptography;
using System.Text;

namespace ITContrast.Notebooks.Jupyter;

/// <summary>
/// Signs and verifies messages:
/// <code>signature = hex(HMAC-SHA256(key, header ‖ parent_header ‖ metadata ‖ content))</code>
/// A signature is accepted once, so that a recorded message cannot be played again.
/// Source: Jupyter client documentation, "Messaging in Jupyter", section "The Wire Protocol" [V].
/// </summary>
internal sealed class MessageSigner(byte[] key)
{
    // As many as jupyter_client remembers: enough for any replay within a session, and a few MiB at most.
    private const int Remembered = 1 << 16;

    private readonly HashSet<string> seen = [];
    private readonly Queue<string> order = new();

    /// <summary>The signature of a message's four JSON parts, as lower-case hexadecimal ASCII.</summary>
    public byte[] Sign(params ReadOnlySpan<byte[]> parts)
    {
        Span<byte> digest = stackalloc byte[HMACSHA256.HashSizeInBytes];
        Digest(parts, digest);
        return Encoding.ASCII.GetBytes(Convert.ToHexStringLower(digest));
    }

    /// <summary>Whether a signature is that of the parts, compared in constant time, and was not used before.</summary>
    public bool Accept(byte[] signature, params ReadOnlySpan<byte[]> parts)
    {
        var right = Sign(parts);
        if (!CryptographicOperations.FixedTimeEquals(signature, right))
        {
            return false;
        }

        var text = Encoding.ASCII.GetString(right);
        if (!seen.Add(text))
        {
            return false;
        }

        order.Enqueue(text);
        if (order.Count > Remembered)
        {
            seen.Remove(order.Dequeue());
        }

        return true;
    }

    private void Digest(ReadOnlySpan<byte[]> parts, Span<byte> digest)
    {
        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
        foreach (var part in parts)
        {
            hash.AppendData(part);
        }

        hash.GetHashAndReset(digest);
    }
}
