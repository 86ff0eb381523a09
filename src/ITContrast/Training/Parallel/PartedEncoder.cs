using ITContrast.Data;
using ITContrast.Encoders;
using ITContrast.Torch;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ITContrast.Training.Parallel;

/// <summary>
/// Encodes a training batch in P parts, each with dropout streams of its own, spread over the ranks:
/// <code>
///   V = [f(x_0; streams 0); …; f(x_{P−1}; streams P−1)]        rank r of R encodes parts r·P/R … (r+1)·P/R − 1
/// </code>
/// The embeddings are those of all rows on every rank, attached to the encoder. They depend on P and not on R, so a run goes on with any number of processes
/// that divides its parts, equal to rounding. Evaluation passes through. Layers that see their batch's statistics would see a part's: refused.
/// </summary>
public sealed class PartedEncoder : IPairEncoder
{
    // No layer draws so often in one pass.
    private const long DrawsOfPart = 1 << 20;

    private readonly IPairEncoder encoder;
    private readonly int parts;
    private readonly Peers? peers;

    /// <param name="encoder">What embeds a part.</param>
    /// <param name="parts">P, a multiple of the number of ranks.</param>
    /// <param name="peers">The other ranks; null computes all parts here.</param>
    /// <exception cref="ArgumentException">P is no multiple of the ranks, or a layer normalises by its batch.</exception>
    public PartedEncoder(IPairEncoder encoder, int parts, Peers? peers = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(parts, 1);
        if (parts % (peers?.Count ?? 1) != 0)
            throw new ArgumentException(
                $"{parts} parts do not divide among {peers!.Count} processes. Use a number of processes that divides the parts that the run was begun with.",
                nameof(parts));
        if (parts > 1 && encoder.Module.named_modules().FirstOrDefault(m => m.module is BatchNorm1d or BatchNorm2d) is { module: not null } normalising)
            throw new ArgumentException(
                $"The layer {normalising.name} normalises by its batch: in parts, it would see other statistics than in one batch. Use an encoder with layer or group normalisation, or one part.",
                nameof(encoder));
        (this.encoder, this.parts, this.peers) = (encoder, parts, peers);
    }

    /// <inheritdoc/>
    public int Dimension => encoder.Dimension;

    /// <inheritdoc/>
    public nn.Module Module => encoder.Module;

    /// <inheritdoc/>
    public bool TalksToPeers => peers is not null;

    /// <inheritdoc/>
    /// <param name="batch">In training, this rank's rows.</param>
    public Tensor Images(ImageBatch batch) => !Module.training ? encoder.Images(batch)
        : InParts(
            batch.Size,
            (start, rows) =>
                encoder.Images(
                    ImageBatch.Own(
                        batch.Kind, batch.Values.narrow(0, start, rows), batch.Counts?.narrow(0, start, rows), batch.Boxes?.narrow(0, start, rows))));

    /// <inheritdoc/>
    /// <param name="batch">In training, this rank's rows.</param>
    public Tensor Captions(CaptionBatch batch) => !Module.training ? encoder.Captions(batch)
        : InParts(batch.Size, (start, rows) => encoder.Captions(Trimmed(batch.Tokens.narrow(0, start, rows), batch.Lengths.narrow(0, start, rows))));

    // A draw covers a whole tensor, so a part is as wide as its own longest caption, wherever it is computed.
    private static CaptionBatch Trimmed(Tensor tokens, Tensor lengths) => CaptionBatch.Own(tokens.narrow(1, 0, lengths.max().item<long>()), lengths);

    private Tensor InParts(int size, Func<int, int, Tensor> embed)
    {
        var own = parts / (peers?.Count ?? 1);
        if (size % own != 0)
            throw new ShapeException($"{size} rows do not divide into {own} parts of this process; use a batch size that is a multiple of {parts}.");
        using var scope = NewDisposeScope();
        LayerStream[] streams = [.. Module.modules().Append(Module).OfType<IStreamedLayer>().Select(layer => layer.Stream).Distinct()];
        LayerStreamPosition[] start = [.. streams.Select(stream => stream.Position)], end = start;
        List<Tensor> embedded = [];
        for (var part = 0; part < own; part++)
        {
            var number = (peers?.Rank ?? 0) * own + part;
            for (var i = 0; i < streams.Length; i++) streams[i].Position = start[i] with { Call = start[i].Call + number * DrawsOfPart };
            embedded.Add(embed(part * (size / own), size / own));
            end = [.. streams.Select((stream, i) => stream.Position with { Call = stream.Position.Call - number * DrawsOfPart })];
        }
        // The next pass of the step begins where one part's draws end, on every rank.
        for (var i = 0; i < streams.Length; i++) streams[i].Position = end[i];
        var rows = own == 1 ? embedded[0] : cat([.. embedded], 0);
        return (peers is null ? rows : peers.Gather(rows)).MoveToOuterDisposeScope();
    }
}
