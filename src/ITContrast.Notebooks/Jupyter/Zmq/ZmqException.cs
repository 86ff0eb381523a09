using System.Runtime.InteropServices;

namespace ITContrast.Notebooks.Jupyter.Zmq;

/// <summary>A call into libzmq that failed; <see cref="Error"/> is libzmq's errno.</summary>
internal sealed class ZmqException(string message, int error) : Exception(message)
{
    /// <summary>libzmq's errno (POSIX numbers, and libzmq's own from 156384712 up).</summary>
    public int Error { get; } = error;

    /// <summary>The failure of the calling thread's latest call, in libzmq's own words.</summary>
    public static ZmqException Last(string what)
    {
        var error = Marshal.GetLastPInvokeError();
        return new ZmqException($"{what}: {Marshal.PtrToStringUTF8(ZmqNative.ErrorText(error))}", error);
    }
}
