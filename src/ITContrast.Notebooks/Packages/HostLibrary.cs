using System.Reflection;

namespace ITContrast.Notebooks.Packages;

/// <summary>
/// The packages that are the build at hand: <c>#r "nuget: ITContrast, 0.1.0"</c> means the assemblies beside the running program, so cells
/// use the same instances, and native libraries are found where the program finds them.
/// </summary>
internal static class HostLibrary
{
    private const string Prefix = "ITContrast";
    private static readonly string[] Shown = ["System.Numerics.Tensors.dll", "TorchSharp.dll"];

    /// <summary>The assembly files of a package of ours; empty where the package is not ours or the program does not carry it.</summary>
    public static IReadOnlyList<string> Find(string package)
    {
        if (!package.Equals(Prefix, StringComparison.OrdinalIgnoreCase) && !package.StartsWith(Prefix + ".", StringComparison.OrdinalIgnoreCase))
        {
            return [];
        }
        var wanted = Path.Combine(AppContext.BaseDirectory, package + ".dll");
        if (!File.Exists(wanted))
        {
            return [];
        }
        // A package brings what it references: all of the product's assemblies and what they show in their signatures, with TorchSharp's
        // packages as provider also theirs.
        return [.. Directory.GetFiles(AppContext.BaseDirectory, Prefix + "*.dll").Where(path => path != typeof(HostLibrary).Assembly.Location),
            .. Shown.SelectMany(name => Directory.GetFiles(AppContext.BaseDirectory, name))];
    }

    /// <summary>A line when the version asked for is not the one at hand; null when it is.</summary>
    public static string? VersionNote(string package, string? version, string path)
    {
        var present = AssemblyName.GetAssemblyName(path).Version!;
        return version is null || version.Contains('*') || !Version.TryParse(version.Split('-')[0], out var asked)
            || (asked.Major == present.Major && asked.Minor == present.Minor && Math.Max(asked.Build, 0) == present.Build)
            ? null
            : $"{package} {version} was asked for; the build at hand is {present.ToString(3)} and is used.";
    }
}
