using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace ITContrast.Notebooks.Worker;

/// <summary>Finds the files that <c>#load</c> names, and hands them over with the checks that let their loops be stopped.</summary>
internal sealed class StoppableSources(CSharpParseOptions parsing) : SourceFileResolver([], Environment.CurrentDirectory)
{
    public override Stream OpenRead(string resolvedPath)
    {
        using var reader = new StreamReader(base.OpenRead(resolvedPath));
        return new MemoryStream(Encoding.UTF8.GetBytes(StopChecks.Insert(CSharpSyntaxTree.ParseText(reader.ReadToEnd(), parsing))));
    }
}
