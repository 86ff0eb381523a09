using System.Diagnostics;
using System.IO.Compression;
using ITContrast.Torch;

namespace ITContrast.Cli.Tests;

public class PackCommandTests
{
    private const string Program = """
        using ITContrast.Data;
        using TorchSharp;
        using var sum = torch.ones(2, 3).sum();
        using var data = PictoCap.Open();
        Console.WriteLine($"{data.Images.Count} drawings from {(AppContext.BaseDirectory.StartsWith(Environment.CurrentDirectory) ? "here" : "elsewhere")}");
        Console.WriteLine($"sum {sum.item<float>()} of {typeof(PairDataset).Assembly.GetName().Name}");
        """;

    // What a project outside of the checkout does: restores from the feed with the ordinary client, builds, runs a native operator.
    [Fact]
    public void A_project_elsewhere_uses_the_packages()
    {
        var folder = Directory.CreateTempSubdirectory("itc-pack-").FullName;
        try
        {
            var feed = Path.Combine(folder, "feed");
            var (code, output) = Run(Path.Combine(AppContext.BaseDirectory, "itc"), folder, "pack", "--out", feed);
            Assert.True(code == 0, output);
            using (var torch = ZipFile.OpenRead(Directory.GetFiles(feed, "ITContrast.Torch.*.nupkg").Single()))
            {
                // Packed with TorchSharp's packages as provider it holds no library, but names them; a project that uses it restores them from its registry.
                if (TorchCapabilities.Current.Provider == "nuget")
                {
                    using StreamReader manifest = new(torch.GetEntry("ITContrast.Torch.nuspec")!.Open());
                    Assert.Contains("id=\"TorchSharp-cpu\"", manifest.ReadToEnd(), StringComparison.Ordinal);
                    return;
                }
                Assert.Contains(torch.Entries, e => e.FullName == "runtimes/linux-x64/native/libitctorch.so");
                Assert.Contains(torch.Entries, e => e.FullName == "lib/net10.0/ITContrast.Torch.xml");
            }
            using (var library = ZipFile.OpenRead(Directory.GetFiles(feed, "ITContrast.0*.nupkg").Single()))
            {
                Assert.Contains(library.Entries, e => e.FullName.StartsWith("data/pictocap/LICENSES/", StringComparison.Ordinal));
                // The codec is optional: it is packed where OpenCV's headers were there to build it.
                Assert.Equal(
                    File.Exists(Path.Combine(AppContext.BaseDirectory, "libitccodec.so")),
                    library.Entries.Any(e => e.FullName == "runtimes/linux-x64/native/libitccodec.so"));
            }

            var app = Directory.CreateDirectory(Path.Combine(folder, "app")).FullName;
            File.WriteAllText(Path.Combine(app, "Program.cs"), Program);
            File.WriteAllText(Path.Combine(app, "nuget.config"), $"""
                <configuration><packageSources><clear /><add key="local" value="{feed}" /></packageSources></configuration>
                """);
            File.WriteAllText(Path.Combine(app, "app.csproj"), $"""
                <Project Sdk="Microsoft.NET.Sdk">
                  <PropertyGroup>
                    <OutputType>Exe</OutputType><TargetFramework>net10.0</TargetFramework><ImplicitUsings>enable</ImplicitUsings>
                    <RestorePackagesPath>{Path.Combine(folder, "restored")}</RestorePackagesPath><NuGetAudit>false</NuGetAudit>
                  </PropertyGroup>
                  <ItemGroup><PackageReference Include="ITContrast" Version="0.1.0" /></ItemGroup>
                </Project>
                """);
            (code, output) = Run("dotnet", app, "run", "-c", "Release");
            Assert.True(code == 0, output);
            Assert.Matches(@"\d+ drawings from here", output);
            Assert.Contains("sum 6 of ITContrast", output);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static (int Code, string Output) Run(string program, string folder, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        Assert.True(process.WaitForExit(TimeSpan.FromMinutes(12)), $"{program} {string.Join(' ', arguments)} did not end.");
        return (process.ExitCode, output.Result + error.Result);
    }
}
