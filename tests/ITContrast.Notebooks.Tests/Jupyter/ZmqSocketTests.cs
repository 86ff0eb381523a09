using System.Text;
using ITContrast.Notebooks.Jupyter;
using ITContrast.Notebooks.Jupyter.Zmq;

namespace ITContrast.Notebooks.Tests.Jupyter;

public class ZmqSocketTests
{
    [Fact]
    public void Messages_of_many_parts_arrive_whole()
    {
        using var context = new ZmqContext();
        using var router = context.Socket(ZmqNative.Router);
        using var dealer = context.Socket(ZmqNative.Dealer);
        dealer.Connect(router.Bind("tcp://127.0.0.1:*"));
        var large = new byte[300_000];
        large[^1] = 9;
        dealer.Send([1, 2], [], large);
        var received = router.Receive()!;
        Assert.Equal(4, received.Count);
        Assert.Equal([1, 2], received[1]);
        Assert.Empty(received[2]);
        Assert.Equal(large, received[3]);
        router.Send(received[0], Encoding.ASCII.GetBytes("back"));
        Assert.Equal("back", Encoding.ASCII.GetString(dealer.Receive()![0]));
        Assert.Null(dealer.Receive(wait: false));
    }

    [Fact]
    public void A_socket_belongs_to_one_thread_until_it_is_handed_over()
    {
        using var context = new ZmqContext();
        using var socket = context.Socket(ZmqNative.Pair);
        socket.Bind("inproc://a");
        Exception? Elsewhere()
        {
            Exception? caught = null;
            var thread = new Thread(() => caught = Record.Exception(() => socket.Receive(wait: false)));
            thread.Start();
            thread.Join();
            return caught;
        }

        Assert.IsType<InvalidOperationException>(Elsewhere());
        socket.HandOver();
        Assert.Null(Elsewhere());
    }

    // All five are held, so that none can be taken by another program before the kernel comes to the one that is.
    [Fact]
    public void A_port_in_use_is_told_with_its_channel()
    {
        using var context = new ZmqContext();
        var squatters = ConnectionFile.Channels.ToDictionary(channel => channel, _ => context.Socket(ZmqNative.Rep));
        try
        {
            var ports = squatters.ToDictionary(squatter => squatter.Key, squatter => squatter.Value.Bind("tcp://127.0.0.1:*").Split(':')[^1]);
            var connection = ConnectionFile.Parse($$"""{"key":"k",{{string.Join(',', ports.Select(port => $"\"{port.Key}_port\":{port.Value}"))}}}""", "c");
            var error = Assert.Throws<NotebookException>(() => new JupyterKernel(connection, new ScriptedEngine(), _ => { }));
            Assert.Matches($"^The ({string.Join('|', ports.Select(port => $"{port.Key} endpoint tcp://127.0.0.1:{port.Value}"))}) is in use", error.Message);
        }
        finally
        {
            foreach (var squatter in squatters.Values)
            {
                squatter.Dispose();
            }
        }
    }

    [Fact]
    public void Shutdown_wakes_a_blocked_receive()
    {
        var context = new ZmqContext();
        using var bound = new ManualResetEventSlim();
        Exception? caught = null;
        var thread = new Thread(() =>
        {
            using var socket = context.Socket(ZmqNative.Rep);
            socket.Bind("inproc://nobody");
            bound.Set();
            caught = Record.Exception(() => socket.Receive());
        });
        thread.Start();
        // A context that is shut down makes no more sockets.
        bound.Wait(TestContext.Current.CancellationToken);
        context.Shutdown();
        thread.Join();
        context.Dispose();
        Assert.Equal(ZmqNative.Terminated, Assert.IsType<ZmqException>(caught).Error);
    }
}
