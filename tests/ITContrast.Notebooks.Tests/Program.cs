using ITContrast.Notebooks.Session;
using ITContrast.Notebooks.Worker;
using Xunit.MicrosoftTestingPlatform;
using Xunit.Runner.InProc.SystemConsole;

// The test executable is also its own notebook worker: sessions under test start it with the hidden command.
return args is [WorkerCommand.Name, var pipe]
    ? await NotebookWorker.RunAsync(pipe)
    : args.Contains("--server") || args.Contains("--internal-msbuild-node")
        ? await TestPlatformTestFramework.RunAsync(args, (_, _) => { })
        : await ConsoleRunner.Run(args);
