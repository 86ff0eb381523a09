using System.CommandLine;

namespace ITContrast.Cli.Commands;

/// <summary><c>itc data</c>: list, check, show, convert data sets.</summary>
internal static class DataCommand
{
    public static Command Build() => new("data", "List, check, show and convert data sets.")
    {
        DataListCommand.Build(),
        DataCheckCommand.Build(),
        DataShowCommand.Build(),
        DataConvertCommands.Import(),
        DataConvertCommands.Export(),
    };
}
