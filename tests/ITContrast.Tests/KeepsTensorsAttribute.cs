using System.Reflection;
using ITContrast.Torch;
using TorchSharp;
using Xunit.v3;

namespace ITContrast.Tests;

/// <summary>Tests that count the process's live tensors run alone, one after the other.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class LiveTensors
{
    public const string Name = "live tensors";
}

/// <summary>
/// Each test of the class must leave no tensor behind; the class also belongs to the collection <see cref="LiveTensors"/>. Fewer are allowed: garbage of
/// earlier tests may be collected meanwhile.
/// </summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class KeepsTensorsAttribute : BeforeAfterTestAttribute
{
    private long before;

    public override void Before(MethodInfo methodUnderTest, IXunitTest test) => before = torch.Tensor.TotalCount;

    public override void After(MethodInfo methodUnderTest, IXunitTest test)
    {
        // TorchSharp's packages leave tensors that they made along the way to the garbage collector.
        if (TorchCapabilities.Current.Provider == "system") Assert.InRange(torch.Tensor.TotalCount, 0, before);
    }
}
