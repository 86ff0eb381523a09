using System.Diagnostics;

namespace ITContrast.Cli.Tests;

/// <summary>Options that ask for nothing, or for what another option decides, are told in one line by their own names.</summary>
public class MistakesTests
{
    [Theory]
    [InlineData("ablate small --dry-run --seeds 0", "--seeds 0 computes nothing")]
    [InlineData("ablate small --dry-run --epochs 0", "--epochs 0 trains nothing")]
    [InlineData("scale --share 0.4 --batch 0", "--batch 0 is no batch")]
    [InlineData("oscar tune --layers 0", "--layers is 0")]
    [InlineData("notebook check -p epochs=3 none.ipynb", "-p belongs to --update")]
    public async Task A_mistake_gets_one_line_and_exit_code_2(string line, string says)
    {
        ProcessStartInfo start = new(Path.Combine(AppContext.BaseDirectory, "itc"), line.Split(' '))
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var (output, errors) = (
            process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken),
            process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal((2, ""), (process.ExitCode, await output));
        Assert.Contains(says, Assert.Single((await errors).TrimEnd().Split('\n')));
    }
}
