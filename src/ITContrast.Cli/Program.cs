using ITContrast.Cli;
using ITContrast.Cli.Commands;

return await CommandHost.RunAsync(args,
    TestCommand.Build(),
    DoctorCommand.Build());
