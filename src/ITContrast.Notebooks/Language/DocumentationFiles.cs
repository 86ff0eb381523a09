using System.Collections.Concurrent;
using System.Text;

namespace ITContrast.Notebooks.Language;

/// <summary>
/// Documentation comments in the <c>.xml</c> files beside assemblies; for the shared framework, which ships without, those of
/// the SDK's reference pack, where one is installed.
/// </summary>
internal static class DocumentationFiles
{
    private static readonly ConcurrentDictionary<string, byte[]?> Read = new();
    private static readonly ConcurrentDictionary<(string, string), string?> Found = new();

    /// <summary>A symbol's <c>member</c> element; null where no file has one.</summary>
    /// <param name="assembly">The assembly's file.</param>
    /// <param name="id">The symbol's documentation id, such as <c>M:System.Math.Max(System.Int32,System.Int32)</c>.</param>
    public static string? Find(string assembly, string id) => Found.GetOrAdd((assembly, id), static key => Search(key.Item1, key.Item2));

    private static string? Search(string assembly, string id)
    {
        var quoted = Encoding.UTF8.GetBytes($"name=\"{id.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal)}\"");
        foreach (var file in Files(assembly, id))
        {
            // The files are large and a session asks for few members: searching bytes beats parsing.
            if (Read.GetOrAdd(file, Load) is { } text && text.AsSpan().IndexOf(quoted) is >= 0 and var at)
            {
                var start = text.AsSpan(0, at).LastIndexOf("<member"u8);
                var length = text.AsSpan(at).IndexOf("</member>"u8);
                return start >= 0 && length >= 0 ? Encoding.UTF8.GetString(text, start, at + length + "</member>".Length - start) : null;
            }
        }

        return null;
    }

    private static IEnumerable<string> Files(string assembly, string id)
    {
        yield return Path.ChangeExtension(assembly, ".xml");
        if (ReferencePack(assembly) is not { } pack)
        {
            yield break;
        }

        // The implementation's assemblies are not the reference's: List<T> lives in System.Private.CoreLib and is described in System.Collections.
        yield return Path.Combine(pack, Path.GetFileNameWithoutExtension(assembly) + ".xml");
        yield return Path.Combine(pack, "System.Runtime.xml");
        var space = id[2..].Split('(')[0];
        for (var dot = space.LastIndexOf('.'); dot > 0; dot = space.LastIndexOf('.', dot - 1))
        {
            yield return Path.Combine(pack, space[..dot] + ".xml");
        }

        foreach (var file in Directory.EnumerateFiles(pack, "System.*.xml").Order(StringComparer.Ordinal))
        {
            yield return file;
        }
    }

    // <root>/shared/<framework>/<version>/X.dll -> <root>/packs/<framework>.Ref/<version>/ref/<tfm>
    private static string? ReferencePack(string assembly)
    {
        var version = Directory.GetParent(assembly);
        var framework = version?.Parent;
        if (framework?.Parent is not { Name: "shared", Parent: { } root })
        {
            return null;
        }

        var packs = Path.Combine(root.FullName, "packs", framework.Name + ".Ref");
        var best = Directory.Exists(packs)
            ? Directory
                .EnumerateDirectories(packs)
                .Order(StringComparer.Ordinal)
                .LastOrDefault(p => Path.GetFileName(p).Split('.')[0] == version!.Name.Split('.')[0])
            : null;
        return best is null || !Directory.Exists(Path.Combine(best, "ref")) ? null : Directory.EnumerateDirectories(Path.Combine(best, "ref")).FirstOrDefault();
    }

    private static byte[]? Load(string file)
    {
        try
        {
            return File.Exists(file) ? File.ReadAllBytes(file) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
