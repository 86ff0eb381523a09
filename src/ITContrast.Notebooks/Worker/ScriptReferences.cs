using System.Reflection;
using Microsoft.CodeAnalysis;

namespace ITContrast.Notebooks.Worker;

/// <summary>What cells compile against: the framework, the engine's own API, and what <c>#r</c> added.</summary>
internal sealed class ScriptReferences
{
    private const string Hidden = "program";
    private readonly Dictionary<string, MetadataReference> byName = new(StringComparer.OrdinalIgnoreCase);

    public ScriptReferences()
    {
        var framework = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        foreach (var path in Trusted)
        {
            // What else the program carries is bound from the start, but has no names in cells: were one of the engine's own dependencies added
            // later, the compiler would see a second engine beside that of the cells before.
            Add(path, hidden: Path.GetDirectoryName(path) != framework);
        }
        Add(typeof(ScriptReferences).Assembly.Location);
    }

    /// <summary>The files that <c>#r</c> added.</summary>
    public List<string> Added { get; } = [];

    /// <summary>All references, in no particular order.</summary>
    public IEnumerable<MetadataReference> All => byName.Values;

    /// <summary>The assemblies of the host program and its framework.</summary>
    public static IEnumerable<string> Trusted =>
        ((string?)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Adds an assembly file that cells asked for.</summary>
    /// <returns>False where the file is no managed assembly.</returns>
    public bool AddAsked(string path)
    {
        Added.Add(path);
        return Add(path);
    }

    /// <summary>Adds the assembly of a value that another language made, where cells do not compile against it already.</summary>
    public void Need(Assembly assembly)
    {
        if (
            assembly.Location is { Length: > 0 } path
            && byName.GetValueOrDefault(Path.GetFileNameWithoutExtension(path)) is not { Properties.Aliases.IsEmpty: true })
        {
            Add(path);
        }
    }

    private bool Add(string path, bool hidden = false)
    {
        var name = Path.GetFileNameWithoutExtension(path);
        // The same metadata gives the same symbols, with names or without.
        if ((byName.GetValueOrDefault(name) is { } known && known.Display == path ? known : Read(path)) is not { } reference)
        {
            return false;
        }
        byName[name] = reference.WithAliases(hidden ? [Hidden] : []);
        return true;
    }

    private static MetadataReference? Read(string path)
    {
        // Sections are read as the compiler asks for them: most of the 160 assemblies are never looked into.
        var module = ModuleMetadata.CreateFromStream(File.OpenRead(path));
        try
        {
            _ = module.Name;
            return AssemblyMetadata.Create(module).GetReference(filePath: path, display: path);
        }
        catch (BadImageFormatException)
        {
            module.Dispose();
            return null;
        }
    }
}
