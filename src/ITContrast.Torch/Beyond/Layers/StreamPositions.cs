using TorchSharp;

namespace ITContrast.Torch;

/// <summary>The positions of all streams of a module at one moment.</summary>
internal sealed class StreamPositions
{
    private readonly (LayerStream Stream, LayerStreamPosition Position)[] positions;

    public StreamPositions(torch.nn.Module module) =>
        positions = [.. module.modules().Append(module).OfType<IStreamedLayer>().Distinct().Select(layer => (layer.Stream, layer.Stream.Position))];

    /// <summary>Sets all streams back; disposing the result sets them to where they were just before.</summary>
    public IDisposable Replay()
    {
        (LayerStream Stream, LayerStreamPosition Position)[] now = [.. positions.Select(p => (p.Stream, p.Stream.Position))];
        foreach (var (stream, position) in positions) stream.Position = position;
        return new Reset(now);
    }

    private sealed class Reset((LayerStream Stream, LayerStreamPosition Position)[] now) : IDisposable
    {
        public void Dispose()
        {
            foreach (var (stream, position) in now) stream.Position = position;
        }
    }
}
