using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace ITContrast.Notebooks.Packages;

/// <summary>A restored package with all that it depends on.</summary>
/// <param name="CompileAgainst">The assemblies that cells compile against.</param>
/// <param name="Assemblies">The assemblies that are loaded when asked for.</param>
/// <param name="NativeFolders">Where native libraries lie.</param>
internal sealed record RestoredPackage(IReadOnlyList<string> CompileAgainst, IReadOnlyList<string> Assemblies, IReadOnlyList<string> NativeFolders);

/// <summary>
/// Restores a package with the ordinary <c>dotnet</c> client, in a generated project that is kept, so that the second time takes no network.
/// Sources are the client's own: the user's configuration, and that of the notebook's folder.
/// </summary>
internal static partial class PackageRestore
{
    private static readonly string[] NativeRids = ["linux-x64", "linux", "unix-x64", "unix", "any"];

    /// <summary>Restores the package.</summary>
    /// <exception cref="NotebookException">The registry has no such package or version, or there is no <c>dotnet</c>; one line.</exception>
    public static async Task<RestoredPackage> RunAsync(string package, string? version, CancellationToken cancellationToken)
    {
        if (!Name().IsMatch(package) || (version is not null && !VersionText().IsMatch(version)))
        {
            throw new NotebookException(
                $"#r \"nuget: {package}{(version is null ? "" : ", " + version)}\" is no package reference; write #r \"nuget: Name, Version\".");
        }
        var folder = Folder(package, version);
        var assets = Path.Combine(folder, "obj", "project.assets.json");
        if (!File.Exists(Path.Combine(folder, "restored")))
        {
            Generate(folder, package, version);
            await RestoreAsync(folder, package, version, cancellationToken).ConfigureAwait(false);
            await File.WriteAllTextAsync(Path.Combine(folder, "restored"), "", cancellationToken).ConfigureAwait(false);
        }
        return Read(assets);
    }

    private static string Folder(string package, string? version)
    {
        var key = Convert.ToHexStringLower(
            SHA256.HashData(Encoding.UTF8.GetBytes($"{package}|{version}|{Environment.Version.Major}|{Environment.CurrentDirectory}")))[..12];
        var cache = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData);
        return Path.Combine(cache.Length > 0 ? cache : Path.GetTempPath(), "itcontrast", "packages", $"{package}-{key}");
    }

    private static void Generate(string folder, string package, string? version)
    {
        Directory.CreateDirectory(folder);
        // Empty files stop the search for settings in the folders above.
        foreach (var name in (string[])["Directory.Build.props", "Directory.Build.targets", "Directory.Packages.props"])
        {
            File.WriteAllText(Path.Combine(folder, name), "<Project/>");
        }
        File.WriteAllText(Path.Combine(folder, "restore.csproj"), $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <TargetFramework>net{Environment.Version.Major}.0</TargetFramework>
                <RestoreConfigFile Condition="Exists('{Environment.CurrentDirectory}/nuget.config')">{Environment.CurrentDirectory}/nuget.config</RestoreConfigFile>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="{package}" Version="{version ?? "*"}" />
              </ItemGroup>
            </Project>
            """);
    }

    private static async Task RestoreAsync(string folder, string package, string? version, CancellationToken cancellationToken)
    {
        Process process;
        try
        {
            process = Process.Start(new ProcessStartInfo("dotnet", ["restore", "restore.csproj", "--nologo", "-v", "quiet"])
            {
                WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true,
            })!;
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new NotebookException($"#r \"nuget: {package}\" needs the .NET SDK's dotnet on the PATH.", e);
        }
        using var owned = process;
        try
        {
            var text = process.StandardOutput.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
            if (process.ExitCode != 0)
            {
                throw new NotebookException(Reason(package, version, await text.ConfigureAwait(false)));
            }
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    private static string Reason(string package, string? version, string output)
    {
        var line = output.Split('\n').FirstOrDefault(text => text.Contains(": error ", StringComparison.Ordinal)) ?? output.Split('\n')[0];
        var code = Code().Match(line).Value;
        return $"#r \"nuget: {package}{(version is null ? "" : ", " + version)}\": " + code switch
        {
            "NU1101" => "the registry has no package of that name (NU1101).",
            "NU1102" or "NU1103" => $"the registry has the package but not that version ({code}).",
            "NU1301" => "the registry cannot be reached (NU1301).",
            _ => line[(line.IndexOf(": error ", StringComparison.Ordinal) is var at and >= 0 ? at + 2 : 0)..].Trim(),
        };
    }

    private static RestoredPackage Read(string assets)
    {
        var root = JsonNode.Parse(File.ReadAllText(assets))!;
        var folders = root["packageFolders"]!.AsObject().Select(entry => entry.Key).ToList();
        var (compile, run, native) = (new List<string>(), new List<string>(), new List<string>());
        foreach (var (key, library) in root["targets"]!.AsObject().First().Value!.AsObject())
        {
            var path = (string)root["libraries"]![key]!["path"]!;
            string? Find(string relative) => folders.Select(folder => Path.Combine(folder, path, relative)).FirstOrDefault(File.Exists);
            IEnumerable<string> Files(string kind) =>
                (library![kind] as JsonObject ?? [])
                    .Where(file => !file.Key.EndsWith("_._", StringComparison.Ordinal))
                    .Select(file => Find(file.Key))
                    .OfType<string>();
            compile.AddRange(Files("compile"));
            run.AddRange(Files("runtime"));
            var targets = (library!["runtimeTargets"] as JsonObject ?? [])
                .Select(file => (Path: Find(file.Key), Kind: (string?)file.Value!["assetType"], Rid: (string?)file.Value["rid"]))
                .Where(file => file.Path is not null && NativeRids.Contains(file.Rid)).OrderBy(file => Array.IndexOf(NativeRids, file.Rid)).ToList();
            native.AddRange(targets.Where(file => file.Kind == "native").Select(file => Path.GetDirectoryName(file.Path!)!).Distinct());
            // An assembly made for this system comes before the one for all.
            run.InsertRange(0, targets.Where(file => file.Kind == "runtime").Select(file => file.Path!));
        }
        return new RestoredPackage(compile, run, native);
    }

    [GeneratedRegex(@"^[A-Za-z0-9_][A-Za-z0-9_.\-]*$")] private static partial Regex Name();
    [GeneratedRegex(@"^[0-9A-Za-z.*+\-\[\](), ]+$")] private static partial Regex VersionText();
    [GeneratedRegex(@"NU\d{4}")] private static partial Regex Code();
}
