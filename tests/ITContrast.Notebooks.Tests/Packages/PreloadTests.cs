using System.Reflection;
using ITContrast.Notebooks.Tests.Session;

[assembly: AssemblyMetadata("NotebookPreload", "ITContrast.Notebooks.Tests.Packages.Preloaded.Start")]

namespace ITContrast.Notebooks.Tests.Packages;

/// <summary>What this very assembly asks to be loaded as soon as a notebook references it.</summary>
public static class Preloaded
{
    /// <summary>The variable that says that it was.</summary>
    public const string Mark = "ITC_TEST_PRELOADED";

    internal static void Start() => Environment.SetEnvironmentVariable(Mark, "yes");
}

public class PreloadTests(SharedSession shared) : IClassFixture<SharedSession>
{
    // The cell itself calls nothing of the library.
    [Fact]
    public async Task A_referenced_library_is_loaded_before_any_cell_uses_it()
    {
        Assert.Equal("<null>", (await shared.RunAsync($"Environment.GetEnvironmentVariable(\"{Preloaded.Mark}\")")).ResultText);
        var ran = await shared.RunAsync(
            $"#r \"nuget: ITContrast.Notebooks.Tests\"\nSpinWait.SpinUntil(() => Environment.GetEnvironmentVariable(\"{Preloaded.Mark}\") == \"yes\", TimeSpan.FromMinutes(2))"
        );
        Assert.True(ran.ResultText == "True", $"{ran.ResultText} {ran.Result}");
    }
}
