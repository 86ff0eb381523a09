using System.IO.Compression;
using ITContrast.Notebooks.Tests.Running;

namespace ITContrast.Notebooks.Tests.Packages;

/// <summary>Packages from a feed that is a folder, so that no network is needed.</summary>
public class PackageTests
{
    [Fact]
    public async Task A_package_is_restored_and_its_assembly_used()
    {
        using var notebook = new TestNotebook(
            "#r \"nuget: Tiny.Package, 1.2.3\"\nConsole.WriteLine(\"restored\");", "typeof(Microsoft.CodeAnalysis.SyntaxNode).Name");
        Feed(notebook.Folder);
        var (result, saved) = await notebook.RunAsync();
        Assert.True(result.Failure is null, result.Failure?.ErrorValue);
        Assert.Contains("SyntaxNode", saved.Cells[1].Outputs.ToJsonString());
    }

    [Theory]
    [InlineData("Tiny.Missing, 1.0.0", "no package of that name (NU1101)")]
    [InlineData("Tiny.Package, 9.9.9", "not that version (NU1102)")]
    [InlineData("Tiny.Package, <x>", "is no package reference")]
    public async Task What_the_registry_lacks_is_one_line(string reference, string reason)
    {
        using var notebook = new TestNotebook($"#r \"nuget: {reference}\"");
        Feed(notebook.Folder);
        var (result, _) = await notebook.RunAsync();
        Assert.Contains(reason, result.Failure!.ErrorValue);
        Assert.Single(result.Failure.Traceback!);
    }

    [Theory]
    [InlineData("gone.dll", "does not exist")]
    [InlineData("n.ipynb", "is not a .NET assembly")]
    public async Task A_file_that_cannot_be_referenced_is_named(string file, string reason)
    {
        using var notebook = new TestNotebook($"#r \"{file}\"");
        var (result, _) = await notebook.RunAsync();
        Assert.Contains(reason, result.Failure!.ErrorValue);
    }

    /// <summary>A feed with one package that carries a copy of an assembly which is at hand.</summary>
    private static void Feed(string folder)
    {
        var feed = Directory.CreateDirectory(Path.Combine(folder, "feed")).FullName;
        File.WriteAllText(
            Path.Combine(folder, "nuget.config"),
            $"""<configuration><packageSources><clear/><add key="local" value="{feed}"/></packageSources></configuration>""");
        using var zip = ZipFile.Open(Path.Combine(feed, "Tiny.Package.1.2.3.nupkg"), ZipArchiveMode.Create);
        using (var spec = new StreamWriter(zip.CreateEntry("Tiny.Package.nuspec").Open()))
        {
            spec.Write(
                """<?xml version="1.0"?><package xmlns="http://schemas.microsoft.com/packaging/2013/05/nuspec.xsd"><metadata><id>Tiny.Package</id><version>1.2.3</version><authors>a</authors><description>d</description></metadata></package>"""
            );
        }
        zip.CreateEntryFromFile(typeof(Microsoft.CodeAnalysis.SyntaxNode).Assembly.Location, "lib/net8.0/Microsoft.CodeAnalysis.dll");
    }
}
