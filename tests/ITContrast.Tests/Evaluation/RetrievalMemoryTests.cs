using ITContrast.Evaluation;
using ITContrast.Tests.Evaluation.Ranking;
using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Tests.Evaluation;

[Collection(LiveTensors.Name), KeepsTensors]
public sealed class RetrievalMemoryTests
{
    [Theory, InlineData(ScorePrecision.Single), InlineData(ScorePrecision.BFloat16), InlineData(ScorePrecision.Defined), InlineData(ScorePrecision.Auto)]
    public void No_tensor_is_left_and_torch_keeps_its_threads(ScorePrecision precision)
    {
        using var images = tensor(Samples.Values(80, 32, 3), [80, 32]);
        using var captions = tensor(Samples.Values(400, 32, 4), [400, 32]);
        long before = Tensor.TotalCount;
        int threads = get_num_threads();
        Retrieval.Evaluate(images, captions, [.. Enumerable.Range(0, 400).Select(caption => caption / 5)], new() { Precision = precision, Threads = 2 });
        Assert.InRange(Tensor.TotalCount, 0, before);
        Assert.Equal(threads, get_num_threads());
    }
}
