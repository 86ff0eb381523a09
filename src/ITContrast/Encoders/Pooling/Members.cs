using ITContrast.Data;
using static TorchSharp.torch;

namespace ITContrast.Encoders.Pooling;

/// <summary>Which places of padded sets are members.</summary>
internal static class Members
{
    /// <summary>bool <c>[B, N]</c>: true at the first so many places.</summary>
    public static Tensor Of(long places, Tensor counts) =>
        arange(places, dtype: ScalarType.Int64, device: counts.device).unsqueeze(0) < counts.unsqueeze(1);

    /// <summary>The regions of a batch, checked: every image has one, and they have the width the encoder was made for.</summary>
    /// <exception cref="ArgumentException">The batch holds no regions, or an image without one.</exception>
    /// <exception cref="ShapeException">Regions of another width.</exception>
    public static Tensor OfImages(ImageBatch batch, long width)
    {
        if (batch.Kind != ImageKind.Regions)
            throw new ArgumentException(
                $"This encoder reads regions, but the batch holds {batch.Kind}. Open the data set with region features (detector features, or itc's grid features).",
                nameof(batch));
        if (batch.Values.shape[2] != width) throw ShapeException.Of("regions", $"B, R, {width}", batch.Values.shape);
        (long images, long places) = (batch.Size, batch.Values.shape[1]);
        if (batch.Counts is null) return ones([images, places], dtype: ScalarType.Bool, device: batch.Values.device);
        CheckCounts(batch);
        return Of(places, batch.Counts);
    }

    /// <summary>Every image has at least one region, and no more than there are rows.</summary>
    /// <exception cref="ArgumentException">Names the first image that has not.</exception>
    public static void CheckCounts(ImageBatch batch)
    {
        long rows = batch.Values.shape[1];
        using var onHost = batch.Counts!.cpu();
        long[] counts = [.. onHost.data<long>()];
        int wrong = Array.FindIndex(counts, count => count < 1 || count > rows);
        if (wrong < 0) return;
        throw new ArgumentException(counts[wrong] < 1
            ? $"Image {wrong} of the batch has no region, so there is nothing to embed. Give it at least one, for example the whole image as a region with box 0 0 1 1, or leave the image out."
            : $"Image {wrong} of the batch says {counts[wrong]} regions, but the batch has room for {rows}.", nameof(batch));
    }
}
