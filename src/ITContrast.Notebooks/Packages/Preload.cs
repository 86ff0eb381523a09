using System.Reflection;
using System.Runtime.Loader;

namespace ITContrast.Notebooks.Packages;

/// <summary>
/// What a library takes long to load (a native part of hundreds of megabytes) is loaded in the background while the cell that references it is
/// still being compiled. The library names a static method without parameters in its assembly's metadata, under <see cref="Key"/>.
/// </summary>
internal static class Preload
{
    /// <summary>The metadata's key: <c>[assembly: AssemblyMetadata("NotebookPreload", "Space.Type.Method")]</c>.</summary>
    public const string Key = "NotebookPreload";

    /// <summary>Starts the loading of these assemblies and of what they name; returns at once.</summary>
    public static void Start(IReadOnlyList<string> assemblies) =>
        new Thread(() => Run(assemblies)) { IsBackground = true, Name = "preload" }.Start();

    private static void Run(IReadOnlyList<string> assemblies)
    {
        foreach (var path in assemblies)
        {
            try
            {
                var assembly = AssemblyLoadContext.Default.LoadFromAssemblyPath(path);
                foreach (var name in assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Where(entry => entry.Key == Key).Select(entry => entry.Value!))
                {
                    var dot = name.LastIndexOf('.');
                    assembly
                        .GetType(name[..dot])
                        ?.GetMethod(name[(dot + 1)..], BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic, Type.EmptyTypes)
                        ?.Invoke(null, null);
                }
            }
            catch (Exception)
            {
                // Only an advance: the cell that uses the library meets the same failure and reports it.
            }
        }
    }
}
