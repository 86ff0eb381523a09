using static TorchSharp.torch;

namespace ITContrast.Torch;

/// <summary>A layer that draws random numbers from a named stream of its own and never from the global generator.</summary>
public interface IStreamedLayer
{
    /// <summary>Where the layer's draws come from.</summary>
    LayerStream Stream { get; }
}

/// <summary>
/// The draws of one layer: each is a pure function of (seed, name, step, call), so that a step can be computed again with the same draws,
/// in any thread, after a restart, or chunk by chunk. Not for use by two threads at once, as its module is not either.
/// </summary>
public sealed class LayerStream
{
    private ulong seed;
    private string name = "";
    private long step;
    private long call;
    private bool begun;

    /// <summary>Sets what the next draws depend on.</summary>
    /// <param name="seed">The run's seed.</param>
    /// <param name="name">The stream, for example the layer's path in its model.</param>
    /// <param name="step">The training step.</param>
    /// <param name="call">The number of the next draw within the step; give a chunk its own to replay it alone.</param>
    public void Begin(ulong seed, string name, long step, long call = 0)
    {
        ArgumentNullException.ThrowIfNull(name);
        (this.seed, this.name, this.step, this.call, begun) = (seed, name, step, call, true);
    }

    /// <summary>Where the stream stands; set again, the draws that followed follow once more. What a pass that is computed twice needs.</summary>
    public LayerStreamPosition Position
    {
        get => new(seed, name, step, call, begun);
        set => (seed, name, step, call, begun) = (value.Seed, value.Name, value.Step, value.Call, value.Begun);
    }

    /// <summary>A generator for the next draw; the caller disposes it.</summary>
    /// <exception cref="InvalidOperationException">No step was begun.</exception>
    public Generator Next(Device device) => new((ulong)NextSeed(), device);

    /// <summary>The seed of the generator that <see cref="Next"/> would give.</summary>
    internal long NextSeed()
    {
        if (!begun)
            throw new InvalidOperationException(
                "A streamed layer was asked for random numbers before a step began: call model.BeginStep(seed, step) before the training forward pass, or model.eval()."
            );
        return StreamSeed.Of(seed, name, step, call++);
    }
}
