namespace ITContrast.Cli.Tests;

public class HelpTests
{
    [Fact]
    public void The_entry_assembly_is_called_itc() => Assert.True(File.Exists(Path.Combine(AppContext.BaseDirectory, "itc.dll")));
}
