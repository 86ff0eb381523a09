using Microsoft.CodeAnalysis;

namespace ITContrast.Notebooks.Language;

/// <summary>Symbols in words: how C# would declare them, short enough to read.</summary>
internal static class SymbolText
{
    private static readonly SymbolDisplayFormat Declaration = new(
        genericsOptions: SymbolDisplayGenericsOptions.IncludeTypeParameters | SymbolDisplayGenericsOptions.IncludeVariance,
        memberOptions: SymbolDisplayMemberOptions.IncludeParameters
            | SymbolDisplayMemberOptions.IncludeType
            | SymbolDisplayMemberOptions.IncludeContainingType
            | SymbolDisplayMemberOptions.IncludeRef
            | SymbolDisplayMemberOptions.IncludeConstantValue,
        parameterOptions: SymbolDisplayParameterOptions.IncludeType
            | SymbolDisplayParameterOptions.IncludeName
            | SymbolDisplayParameterOptions.IncludeDefaultValue
            | SymbolDisplayParameterOptions.IncludeParamsRefOut
            | SymbolDisplayParameterOptions.IncludeExtensionThis,
        localOptions: SymbolDisplayLocalOptions.IncludeType | SymbolDisplayLocalOptions.IncludeConstantValue,
        propertyStyle: SymbolDisplayPropertyStyle.ShowReadWriteDescriptor,
        kindOptions: SymbolDisplayKindOptions.IncludeTypeKeyword | SymbolDisplayKindOptions.IncludeNamespaceKeyword,
        miscellaneousOptions: SymbolDisplayMiscellaneousOptions.UseSpecialTypes
            | SymbolDisplayMiscellaneousOptions.IncludeNullableReferenceTypeModifier
            | SymbolDisplayMiscellaneousOptions.AllowDefaultLiteral);

    private static readonly SymbolDisplayFormat Short = Declaration
        .WithMemberOptions(SymbolDisplayMemberOptions.IncludeParameters | SymbolDisplayMemberOptions.IncludeType)
        .WithKindOptions(SymbolDisplayKindOptions.None);

    /// <summary>The declaration: <c>int Math.Max(int val1, int val2)</c>.</summary>
    public static string Declare(ISymbol symbol) => symbol switch
    {
        INamedTypeSymbol type when !type.ContainingNamespace.IsGlobalNamespace && !type.IsImplicitlyDeclared =>
            $"{type.ToDisplayString(Declaration)} (in {type.ContainingNamespace.ToDisplayString()})",
        INamespaceSymbol => $"namespace {symbol.ToDisplayString()}",
        _ => OutsideScript(symbol, symbol.ToDisplayString(Declaration)),
    };

    /// <summary>The declaration without its containing type, for a list.</summary>
    public static string Brief(ISymbol symbol) =>
        symbol is INamespaceOrTypeSymbol ? symbol.ToDisplayString(Short) : OutsideScript(symbol, symbol.ToDisplayString(Short));

    /// <summary>A type's name.</summary>
    public static string Type(ITypeSymbol type) => type.ToDisplayString(Short);

    /// <summary>What the symbol is, in the words that Jupyter's front ends have icons for.</summary>
    public static string Kind(ISymbol symbol) => symbol switch
    {
        IMethodSymbol => "function",
        IPropertySymbol or IEventSymbol => "property",
        IFieldSymbol { ContainingType.IsScriptClass: true } or ILocalSymbol or IRangeVariableSymbol => "instance",
        IFieldSymbol => "property",
        IParameterSymbol => "param",
        INamespaceSymbol => "module",
        INamedTypeSymbol { TypeKind: TypeKind.Interface } => "interface",
        INamedTypeSymbol { TypeKind: TypeKind.Enum } => "enum",
        INamedTypeSymbol => "class",
        _ => "text",
    };

    // A cell's variables are fields of a class that the reader never wrote.
    private static string OutsideScript(ISymbol symbol, string text) =>
        symbol.ContainingType is { IsScriptClass: true } script ? text.Replace(script.Name + ".", "", StringComparison.Ordinal) : text;
}
