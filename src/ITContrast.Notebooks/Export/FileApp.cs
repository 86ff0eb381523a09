using System.Text;
using ITContrast.Notebooks.Format;
using ITContrast.Notebooks.Magics;
using Microsoft.CodeAnalysis;

namespace ITContrast.Notebooks.Export;

/// <summary>
/// A notebook as a C# file that <c>dotnet run</c> takes, in percent cells. <c>#r "nuget: …"</c> becomes <c>#:package</c> (or <c>#:project</c>,
/// where the package's project is at hand), <c>#load</c> the loaded file's text, usings go to the top, type declarations to the end (a
/// program's order), a name that is declared again gets a number, shown values are printed as text, and other languages stay as comments.
/// What a program cannot declare outside a type (a property, an event) has no counterpart and does not compile.
/// </summary>
public static class FileApp
{
    // Settings of a folder above the file, such as a checkout's, are made for its own projects.
    private static readonly string[] Properties =
    [
        "PublishAot=false", "Nullable=annotations", "TreatWarningsAsErrors=false", "ManagePackageVersionsCentrally=false",
        "RestorePackagesWithLockFile=false",
    ];

    /// <summary>The file's text.</summary>
    /// <param name="notebook">The notebook.</param>
    /// <param name="projectOf">The project of a package, as the file will name it; null for a package that is to be restored.</param>
    /// <exception cref="NotebookException">A cell has an unknown magic, or loads a file that is not there.</exception>
    public static string Of(NotebookFile notebook, Func<string, string?>? projectOf = null)
    {
        var cells = new ProgramCells(Path.GetDirectoryName(Path.GetFullPath(notebook.Path))!);
        var pieces = notebook.Cells.SelectMany(cell => Pieces(cell, cells)).ToList();
        var names = new ProgramNames([.. pieces.Select(piece => piece.Code).OfType<SemanticModel>()], ProgramFunctions.Names);
        var program = new ProgramText();
        foreach (var (comment, code) in pieces)
        {
            program.Comment(comment);
            if (code is not null)
            {
                program.Add(names.Apply(code), ProgramCells.EndOf(code));
            }
        }
        var packages = cells.References.Select(directive => directive.Package is { } known && projectOf?.Invoke(known) is { } project ? $"#:project {project}"
            : directive.Package is { } package ? $"#:package {package}@{directive.Version ?? "*"}" : $"#:property Reference={directive.File}");
        var file = new StringBuilder("#!/usr/bin/env dotnet\n");
        foreach (var directive in packages.Concat(Properties.Select(property => $"#:property {property}")).Distinct())
        {
            file.Append(directive).Append('\n');
        }
        return file.Append($"\n// {notebook.Title}\n\n").Append(program).Append(ProgramFunctions.Source).ToString();
    }

    /// <summary>Writes the file, whole or not at all.</summary>
    /// <exception cref="NotebookException">It cannot be written, or as <see cref="Of"/>.</exception>
    public static void Write(NotebookFile notebook, string path, Func<string, string?>? projectOf = null) => AtomicFile.Write(path, Of(notebook, projectOf));

    /// <summary>A cell as comments and C#.</summary>
    private static IEnumerable<(string Comment, SemanticModel? Code)> Pieces(NotebookCell cell, ProgramCells cells)
    {
        if (!cell.IsCode)
        {
            return [("\n// %% [markdown]\n" + Commented(cell.Source), null)];
        }
        if (cell.Source.Trim().Length == 0)
        {
            return [];
        }
        return CellParts.Of(cell.Source).Parts
            .SelectMany(part => part.Kind == CellParts.Default ? cells.Add(part.Text)
                :
                [
                    (
                        Commented(
                            $"#!{part.Kind} {string.Join(' ', part.Arguments)}".TrimEnd()
                                + (part.Kind is "who" or "whos" or "share" ? "" : "\n" + part.Text.Trim('\n'))),
                        null),
                ])
            .Prepend(("\n// %%\n", null));
    }

    private static string Commented(string text) => string.Concat(text.Split('\n').Select(line => line.Length == 0 ? "//\n" : $"// {line}\n"));
}
