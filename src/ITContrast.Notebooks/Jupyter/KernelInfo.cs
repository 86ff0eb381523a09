using System.Text.Json.Nodes;

namespace ITContrast.Notebooks.Jupyter;

/// <summary>What the kernel says of itself.</summary>
internal static class KernelInfo
{
    /// <summary>The version of this assembly, <c>major.minor.patch</c>.</summary>
    public static readonly string Version = typeof(KernelInfo).Assembly.GetName().Version?.ToString(3) ?? "0.0.0";

    /// <summary>The <c>kernel_info_reply</c>'s content.</summary>
    public static JsonObject Reply() => new()
    {
        ["status"] = "ok",
        ["protocol_version"] = WireFormat.ProtocolVersion,
        ["implementation"] = "itcontrast",
        ["implementation_version"] = Version,
        ["language_info"] = new JsonObject
        {
            ["name"] = "C#",
            ["version"] = "14.0",
            ["mimetype"] = "text/x-csharp",
            ["file_extension"] = ".cs",
            ["pygments_lexer"] = "csharp",
            ["codemirror_mode"] = "text/x-csharp",
        },
        ["banner"] =
            $"C# (ITContrast {Version}) on .NET {Environment.Version}. #!csharp, #!fsharp, #!sql, #!html, #!javascript, #!markdown, #!time, #!who, #!share; #r \"nuget: Name, Version\".",
        ["debugger"] = false,
        ["help_links"] = new JsonArray(),
    };
}
