using System.Text.Json;
using System.Text.Json.Nodes;

namespace ITContrast.Notebooks.Jupyter;

/// <summary>
/// The kernelspec: how Jupyter finds and starts this kernel. It is installed under two names: its own, and <c>.net-csharp</c>, which
/// C# notebooks carry, unless another kernel has that.
/// Source: Jupyter client documentation, "Making kernels for Jupyter", section "Kernel specs" [V].
/// </summary>
/// <param name="command">The program and arguments that start a kernel, without <c>--connection-file</c>.</param>
/// <param name="environment">Variables that the kernel is to be started with.</param>
public sealed class KernelSpec(IReadOnlyList<string> command, IReadOnlyDictionary<string, string> environment)
{
    /// <summary>The kernelspec's name.</summary>
    public const string Name = "itcontrast";

    /// <summary>The name that C# notebooks carry in their metadata.</summary>
    public const string Alias = ".net-csharp";

    private const string Logo = """
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64"><rect width="64" height="64" rx="12" fill="#3a2a78"/><text x="32" y="43" font-family="sans-serif" font-size="32" font-weight="bold" fill="#fff" text-anchor="middle">C#</text></svg>
        """;

    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The folder of a user's kernelspecs.</summary>
    public static string UserFolder
    {
        get
        {
            var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
            var data = Environment.GetEnvironmentVariable("JUPYTER_DATA_DIR") is { Length: > 0 } set ? set
                : OperatingSystem.IsMacOS() ? Path.Combine(home, "Library", "Jupyter")
                : OperatingSystem.IsWindows() ? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.ApplicationData), "jupyter")
                : Path.Combine(
                    Environment.GetEnvironmentVariable("XDG_DATA_HOME") is { Length: > 0 } xdg ? xdg : Path.Combine(home, ".local", "share"), "jupyter");
            return Path.Combine(data, "kernels");
        }
    }

    /// <summary>The folder of kernelspecs under an installation prefix such as <c>/usr/local</c> or a Python environment.</summary>
    public static string PrefixFolder(string prefix) => Path.Combine(Path.GetFullPath(prefix), "share", "jupyter", "kernels");

    /// <summary>Where Jupyter looks for kernelspecs, as far as that is known without asking it.</summary>
    public static IReadOnlyList<string> SearchFolders
    {
        get
        {
            var path = (Environment.GetEnvironmentVariable("JUPYTER_PATH") ?? "")
                .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
                .Select(p => Path.Combine(p, "kernels"));
            var prefixes = new[]
            {
                Environment.GetEnvironmentVariable("VIRTUAL_ENV"),
                Environment.GetEnvironmentVariable("CONDA_PREFIX"),
                "/usr/local",
                "/usr",
            };
            return [.. path, UserFolder, .. prefixes.OfType<string>().Where(p => p.Length > 0).Select(PrefixFolder)];
        }
    }

    /// <summary>Writes the kernelspec under both of its names.</summary>
    /// <param name="folder">The folder of kernelspecs.</param>
    /// <param name="searched">Where a foreign <c>.net-csharp</c> may be: it keeps the name.</param>
    /// <returns>The folders written.</returns>
    /// <exception cref="NotebookException">The folder cannot be written.</exception>
    public IReadOnlyList<string> Install(string folder, IReadOnlyList<string> searched)
    {
        var foreign = searched.Append(folder).Select(f => Path.Combine(f, Alias)).Any(f => Directory.Exists(f) && !IsOurs(f));
        try
        {
            return
            [
                Write(Path.Combine(folder, Name), "C# (ITContrast)"),
                .. foreign ? (string[])[] : [Write(Path.Combine(folder, Alias), ".NET (C#) on ITContrast")],
            ];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new NotebookException($"The kernelspec cannot be written to {folder}: {e.Message} Choose another place with --user or --prefix.");
        }
    }

    /// <summary>Removes what <see cref="Install"/> wrote; a foreign <c>.net-csharp</c> stays.</summary>
    /// <returns>The folders removed.</returns>
    public static IReadOnlyList<string> Uninstall(IReadOnlyList<string> folders)
    {
        var ours = Installed(folders);
        foreach (var folder in ours)
        {
            Directory.Delete(folder, recursive: true);
        }

        return ours;
    }

    /// <summary>The folders below the given ones that hold this kernelspec.</summary>
    public static IReadOnlyList<string> Installed(IReadOnlyList<string> folders) =>
        [.. folders.SelectMany(f => new[] { Path.Combine(f, Name), Path.Combine(f, Alias) }).Where(f => Directory.Exists(f) && IsOurs(f)).Distinct()];

    private string Write(string folder, string displayName)
    {
        Directory.CreateDirectory(folder);
        var variables = new JsonObject();
        foreach (var (key, value) in environment)
        {
            variables[key] = value;
        }

        var spec = new JsonObject
        {
            ["argv"] = new JsonArray([.. command.Append("--connection-file").Append("{connection_file}").Select(a => (JsonNode)a)]),
            ["display_name"] = displayName,
            ["language"] = "C#",
            ["interrupt_mode"] = "message",
            ["env"] = variables,
            ["metadata"] = new JsonObject { ["debugger"] = false, ["itcontrast"] = KernelInfo.Version },
        };
        File.WriteAllText(Path.Combine(folder, "kernel.json"), spec.ToJsonString(Indented) + "\n");
        File.WriteAllText(Path.Combine(folder, "logo-svg.svg"), Logo);
        using var script = typeof(KernelSpec).Assembly.GetManifestResourceStream("plotly.js")!;
        using var file = File.Create(Path.Combine(folder, PlotlyInJupyter.ScriptName));
        script.CopyTo(file);
        return folder;
    }

    private static bool IsOurs(string folder)
    {
        try
        {
            return JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "kernel.json")))?["metadata"]?["itcontrast"] is not null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException or InvalidOperationException)
        {
            return false;
        }
    }
}
