using System.Globalization;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace ITContrast.Torch;

/// <summary>A port at which processes of this machine can meet.</summary>
public static class MeetingPort
{
    private const string LocalRange = "/proc/sys/net/ipv4/ip_local_port_range";
    private const int First = 10_000, UsualLocal = 32_768, Fewest = 1_000, Tries = 100;

    /// <summary>
    /// A port that nobody listens on, drawn below the range from which the system serves programs that ask for any port: until rank 0 listens there, only a
    /// program that wants this very one could take it.
    /// </summary>
    public static int Free()
    {
        int end = File.Exists(LocalRange)
            ? int.Parse(File.ReadAllText(LocalRange).Split(['\t', ' '], StringSplitOptions.RemoveEmptyEntries)[0], CultureInfo.InvariantCulture)
            : UsualLocal;
        for (int i = 0; i < Tries && end - First >= Fewest; i++)
            if (Listens(RandomNumberGenerator.GetInt32(First, end)) is { } port)
                return port;
        // A system that gives all its ports away: the one that it gives now.
        return Listens(0) ?? throw new IOException("Expected a free TCP port on this machine, found none. Are sockets forbidden here?");
    }

    private static int? Listens(int port)
    {
        using TcpListener listener = TcpListener.Create(port);
        try
        {
            listener.Start();
            return ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;
        }
        catch (SocketException)
        {
            return null;
        }
    }
}
