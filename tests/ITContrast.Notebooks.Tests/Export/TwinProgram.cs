using System.Diagnostics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace ITContrast.Notebooks.Tests.Export;

/// <summary>An exported program, compiled as the SDK compiles a file-based app: with its implicit usings, against what the test itself runs on.</summary>
internal static class TwinProgram
{
    private static readonly CSharpParseOptions Parsing = new CSharpParseOptions(LanguageVersion.Latest).WithFeatures([new("FileBasedProgram", "true")]);

    private static readonly string Usings = string.Concat(
        new[] { "System", "System.IO", "System.Linq", "System.Net.Http", "System.Threading", "System.Threading.Tasks", "System.Collections.Generic" }.Select(
            space => $"global using global::{space};\n"));

    private static readonly Lazy<IReadOnlyList<MetadataReference>> References = new(() =>
        [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator).Select(path => MetadataReference.CreateFromFile(path))]);

    /// <summary>The compiler's errors, each with its line; empty where the program compiles.</summary>
    public static IReadOnlyList<string> Errors(string code) =>
        [.. Compile(code).GetDiagnostics().Where(d => d.Severity == DiagnosticSeverity.Error)
            .Select(d => $"{d.Id} {d.GetMessage(null)}: {code.Split('\n').ElementAtOrDefault(d.Location.GetLineSpan().StartLinePosition.Line)?.Trim()}")];

    /// <summary>What the program prints, line by line.</summary>
    public static async Task<string[]> RunAsync(string code)
    {
        var folder = Directory.CreateTempSubdirectory("itc-twin-");
        try
        {
            var program = Path.Combine(folder.FullName, "twin.dll");
            var emitted = Compile(code).Emit(program);
            Assert.True(emitted.Success, string.Join('\n', Errors(code)) + "\n" + code);
            await File.WriteAllTextAsync(Path.ChangeExtension(program, ".runtimeconfig.json"),
                $$"""{"runtimeOptions": {"framework": {"name": "Microsoft.NETCore.App", "version": "{{Environment.Version}}" } } }""");
            using var process = Process.Start(new ProcessStartInfo("dotnet", [program]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
            await process.WaitForExitAsync();
            Assert.True(process.ExitCode == 0, await errors);
            return (await output).TrimEnd().Split('\n');
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static CSharpCompilation Compile(string code) => CSharpCompilation.Create("twin",
        [CSharpSyntaxTree.ParseText(code, Parsing), CSharpSyntaxTree.ParseText(Usings, Parsing)], References.Value,
        new CSharpCompilationOptions(OutputKind.ConsoleApplication, nullableContextOptions: NullableContextOptions.Annotations));
}
