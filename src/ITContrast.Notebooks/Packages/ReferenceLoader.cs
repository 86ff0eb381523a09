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
    public async Task AddAsync(ReferenceDirective directive, CancellationToken cancellationToken)
    {
        if (directive.File is { } file)
        {
            AddFile(file);
            return;
        }
        var package = directive.Package!;
        var ours = HostLibrary.Find(package);
        foreach (var path in ours)
        {
            references.AddAsked(path);
        }
        Preload.Start(ours);
        if (ours.Count == 0)
        {
            AddRestored(await PackageRestore.RunAsync(package, directive.Version, cancellationToken).ConfigureAwait(false));
        }
        else if (HostLibrary.VersionNote(package, directive.Version, Path.Combine(AppContext.BaseDirectory, package + ".dll")) is { } note)
        {
            Console.Error.WriteLine(note);
        }
    }

    private void AddRestored(RestoredPackage restored)
    {
        foreach (var path in restored.CompileAgainst.Where(path => !IsHosts(path)))
        {
            references.AddAsked(path);
        }
        foreach (var path in restored.Assemblies)
        {
            Register(path);
        }
        nativeFolders.AddRange(restored.NativeFolders);
    }

    /// <summary>The program's own copy of an assembly is the one that is loaded, so it is also the one to compile against.</summary>
    private bool IsHosts(string path)
    {
        var own = Path.Combine(AppContext.BaseDirectory, Path.GetFileName(path));
        return File.Exists(own) && references.AddAsked(own);
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
        if (!references.AddAsked(path))
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
