namespace ITContrast.Torch.Tests.Parity;

public sealed partial class OperatorParityTests
{
    [Fact]
    public void Both_sides_have_the_same_cases() =>
        Assert.Equal(s_goldens.Value.RootElement.GetProperty("cases").EnumerateObject().Select(c => c.Name).Order(), OperatorCases.All.Keys.Order());
}
