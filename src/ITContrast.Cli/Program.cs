using ITContrast.Cli;
using ITContrast.Cli.Commands;
using ITContrast.Notebooks.Session;
using ITContrast.Notebooks.Worker;

// Hidden: the process in which a notebook's cells run. It comes before the command line is parsed because every start counts.
if (args is [WorkerCommand.Name, var pipe]) return await NotebookWorker.RunAsync(pipe);

return await CommandHost.RunAsync(args,
    RunCommand.Build(),
    TrainCommand.Build(),
    RunsCommand.Build(),
    OscarCommand.Build(),
    SearchCommand.Build(),
    EmbedCommand.Build(),
    CheckpointCommand.Build(),
    TestCommand.Build(),
    EvaluateCommand.Build(),
    EvaluateOnSlurm.Build(),
    AnalyseCommand.Build(),
    NotebookCommand.Build(),
    FigureCommand.Build(),
    KernelCommand.Build(),
    PackCommand.Build(),
    DataCommand.Build(),
    AblateCommand.Build(),
    ScaleCommand.Build(),
    BenchCommand.Build(),
    DoctorCommand.Build());
