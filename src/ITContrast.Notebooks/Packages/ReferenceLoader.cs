using System.Reflection;
using System.Runtime.Loader;
using ITContrast.Notebooks.Worker;

namespace ITContrast.Notebooks.Packages;

/// <summary>Carries out <c>#r</c>: adds what cells compile against, and makes the load context find it and its native libraries at run time.</summary>
internal sealed class ReferenceLoader
{
    private readonly ScriptReferences references;
    private readonly Dictionary<string, string> assemblies = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<string> nativeFolders = [];

    public ReferenceLoader(ScriptReferences references)
    {
        this.references = references;
        AssemblyLoadContext.Default.Resolving += (context, name) =>
            assemblies.GetValueOrDefault(name.Name!) is { } path ? context.LoadFromAssemblyPath(path) : null;
        AssemblyLoadContext.Default.ResolvingUnmanagedDll += (_, name) => FindNative(name);
    }

    /// <summary>Adds what the directive names.</summary>
    /// <exception cref="NotebookException">There is no such file or package; the message says what to do.</exception>
    public void Add(ReferenceDirective directive)
    {
        if (directive.File is { } file)
        {
            AddFile(file);
            return;
        }
        var package = directive.Package!;
        var ours = HostLibrary.Find(package);
        if (ours.Count == 0)
        {
            throw new NotebookException($"#r \"nuget: {package}\": this program does not carry the package.");
        }
        foreach (var path in ours)
        {
            references.Add(path);
        }
        if (HostLibrary.VersionNote(package, directive.Version, Path.Combine(AppContext.BaseDirectory, package + ".dll")) is { } note)
        {
            Console.Error.WriteLine(note);
        }
    }

    private void AddFile(string file)
    {
        var path = Path.GetFullPath(file);
        if (!File.Exists(path))
        {
            var framework = Path.Combine(Path.GetDirectoryName(typeof(object).Assembly.Location)!, Path.ChangeExtension(file, ".dll"));
            if (File.Exists(framework))
            {
                return;
            }
            throw new NotebookException($"#r \"{file}\": {path} does not exist. Build it first, or write its path from the notebook's folder.");
        }
        if (!references.Add(path))
        {
            throw new NotebookException($"#r \"{file}\" is not a .NET assembly; name a managed .dll (native libraries beside it are found by themselves).");
        }
        Register(path);
        var folder = Path.GetDirectoryName(path)!;
        nativeFolders.Add(folder);
        foreach (var neighbour in Directory.GetFiles(folder, "*.dll"))
        {
            Register(neighbour);
        }
    }

    private void Register(string path) => assemblies.TryAdd(Path.GetFileNameWithoutExtension(path), path);

    private nint FindNative(string name)
    {
        string[] names = [name, $"lib{name}.so", $"{name}.so", $"lib{name}"];
        foreach (var path in nativeFolders.SelectMany(folder => names.Select(candidate => Path.Combine(folder, candidate))))
        {
            if (File.Exists(path) && System.Runtime.InteropServices.NativeLibrary.TryLoad(path, out var handle))
            {
                return handle;
            }
        }
        return 0;
    }
}
