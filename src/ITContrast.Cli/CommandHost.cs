using System.CommandLine;
using System.Runtime.InteropServices;
using ITContrast.Experiments.Ablation;
using ITContrast.Training;

namespace ITContrast.Cli;

/// <summary>
/// Runs one command line and turns its end into an exit code: 0 done, 1 the work failed, 2 the user can mend it
/// (one line on standard error says how), 75 another process computes the run, 130 cancelled with Ctrl-C.
/// </summary>
internal static class CommandHost
{
    public static async Task<int> RunAsync(string[] args, params Command[] commands)
    {
        var root = new RootCommand("ITContrast: contrastive image-text matching with hard-negative synthesis.");
        foreach (var command in commands) root.Add(command);
        var parse = root.Parse(args.Length == 0 ? ["--help"] : args);
        if (parse.Errors.Count > 0)
        {
            var path = string.Join(' ', parse.CommandResult.Command.Parents.OfType<Command>().Reverse().Append(parse.CommandResult.Command)
                .Where(c => c is not RootCommand).Select(c => c.Name).Prepend("./itc"));
            var problem = parse.CommandResult.Command is RootCommand && parse.UnmatchedTokens is [var first, ..]
                ? $"'{first}' is not a command."
                : parse.Errors[0].Message;
            return Refuse($"{problem} See: {path} --help");
        }
        try
        {
            // Commands leave no half-written file: on Ctrl-C each is given the time to finish the file at hand.
            return await parse.InvokeAsync(
                new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = TimeSpan.FromSeconds(30) });
        }
        catch (OperationCanceledException)
        {
            Console.Error.WriteLine("itc: cancelled.");
            return 130;
        }
        catch (RunHeldException e)
        {
            Refuse(e.Message);
            return LocalExecutor.HeldExitCode;
        }
        catch (Exception e) when (UserError.Is(e))
        {
            return Refuse(UserError.Text(e));
        }
        catch (Exception e) when (e is TrainingException or ExternalException)
        {
            Console.Error.WriteLine($"itc: {e.Message}");
            return 1;
        }
    }

    private static int Refuse(string line)
    {
        Console.Error.WriteLine($"itc: {line.ReplaceLineEndings(" ")}");
        return 2;
    }
}
