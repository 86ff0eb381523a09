using System.Runtime.InteropServices;

namespace ITContrast.Notebooks.Jupyter.Zmq;

/// <summary>
/// A libzmq context: makes sockets. <see cref="Shutdown"/> wakes every blocked call with "terminated";
/// <see cref="Dispose"/> waits until each socket was closed by its own thread.
/// </summary>
internal sealed class ZmqContext : IDisposable
{
    private nint handle;

    /// <exception cref="NotebookException">libzmq is not installed.</exception>
    public ZmqContext()
    {
        if (!NativeLibrary.TryLoad(ZmqNative.Library, typeof(ZmqContext).Assembly, null, out _))
        {
            throw new NotebookException($"The Jupyter kernel needs ZeroMQ: {ZmqNative.Library} was not found. Install it with: apt-get install libzmq5");
        }

        handle = ZmqNative.ContextNew();
        if (handle == 0)
        {
            throw ZmqException.Last("zmq_ctx_new");
        }
    }

    /// <summary>A new socket, owned by the first thread that uses it.</summary>
    /// <param name="type">One of <see cref="ZmqNative"/>'s socket types.</param>
    public ZmqSocket Socket(int type) => new(handle, type);

    /// <summary>Makes every blocked and later call on this context's sockets fail with <see cref="ZmqNative.Terminated"/>.</summary>
    public void Shutdown()
    {
        if (handle != 0)
        {
            _ = ZmqNative.ContextShutdown(handle);
        }
    }

    /// <summary>Frees the context; blocks until all of its sockets are closed and their lingering messages sent.</summary>
    public void Dispose()
    {
        var context = Interlocked.Exchange(ref handle, 0);
        while (context != 0 && ZmqNative.ContextTerminate(context) != 0 && Marshal.GetLastPInvokeError() == ZmqNative.Interrupted)
        {
            // A signal arrived during the wait: the call is to be repeated.
        }
    }
}
