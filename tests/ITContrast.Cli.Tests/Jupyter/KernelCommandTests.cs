using System.Text.Json.Nodes;

namespace ITContrast.Cli.Tests.Jupyter;

public class KernelCommandTests
{
    private static JsonNode Spec(string folder) => JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "kernel.json")))!;

    [Fact]
    public void Install_writes_both_names_and_uninstall_removes_them()
    {
        using var kernel = new InstalledKernel();
        var kernels = Path.Combine(kernel.Folder, "data", "kernels");
        Assert.Equal("C# (ITContrast)", (string?)Spec(Path.Combine(kernels, "itcontrast"))["display_name"]);
        var alias = Spec(Path.Combine(kernels, ".net-csharp"));
        Assert.Equal("message", (string?)alias["interrupt_mode"]);
        Assert.Equal("C#", (string?)alias["language"]);
        Assert.Equal("{connection_file}", (string?)alias["argv"]!.AsArray()[^1]);
        Assert.True(File.Exists((string?)alias["argv"]![0]));
        Assert.Equal(2, kernel.Run(InstalledKernel.Itc, ["kernel", "list"]).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Equal(0, kernel.Run(InstalledKernel.Itc, ["kernel", "uninstall"]).ExitCode);
        Assert.Empty(Directory.EnumerateDirectories(kernels));
    }

    [Fact]
    public void A_foreign_csharp_kernel_keeps_its_name()
    {
        using var kernel = new InstalledKernel();
        var prefix = Path.Combine(kernel.Folder, "prefix");
        var foreign = Path.Combine(prefix, "share", "jupyter", "kernels", ".net-csharp");
        Directory.CreateDirectory(foreign);
        File.WriteAllText(Path.Combine(foreign, "kernel.json"), """{"argv":["dotnet"],"display_name":".NET (C#)","language":"C#"}""");
        Assert.Equal(0, kernel.Run(InstalledKernel.Itc, ["kernel", "install", "--prefix", prefix]).ExitCode);
        Assert.Equal(".NET (C#)", (string?)Spec(foreign)["display_name"]);
        Assert.True(File.Exists(Path.Combine(prefix, "share", "jupyter", "kernels", "itcontrast", "plotly.min.js")));
        Assert.Equal(0, kernel.Run(InstalledKernel.Itc, ["kernel", "uninstall", "--prefix", prefix]).ExitCode);
        Assert.True(Directory.Exists(foreign));
    }

    [Fact]
    public void Wrong_options_and_connection_files_are_refused_in_one_line()
    {
        using var kernel = new InstalledKernel();
        File.WriteAllText(Path.Combine(kernel.Folder, "c.json"), """{"ip":"0.0.0.0","key":"k"}""");
        foreach (var (arguments, expected) in new (string[], string)[]
        {
            (["kernel", "install", "--user", "--prefix", "x"], "exclude each other"),
            (["kernel", "start", "--connection-file", "nowhere.json"], "nowhere.json"),
            (["kernel", "start", "--connection-file", "c.json"], "loopback"),
        })
        {
            var (code, output) = kernel.Run(InstalledKernel.Itc, arguments);
            Assert.Equal(2, code);
            Assert.Contains(expected, output);
            Assert.Single(output.TrimEnd().Split('\n'));
        }
    }
}
