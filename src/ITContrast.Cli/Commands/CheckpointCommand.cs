using System.CommandLine;
using System.Text.Json;
using ITContrast.Encoders.Oscar;
using ITContrast.Torch;

namespace ITContrast.Cli.Commands;

/// <summary><c>itc checkpoint</c>: look into weight files, check a model against recorded outputs, convert to safetensors.</summary>
internal static class CheckpointCommand
{
    public static Command Build() =>
        new("checkpoint", "Inspect, verify and convert weight files (.bin, .pt, .pth, .safetensors).") { Inspect(), Verify(), Convert() };

    private static Command Inspect()
    {
        var file = new Argument<string>("file") { Description = "A .bin, .pt, .pth or .safetensors file." };
        var json = new Option<bool>("--json") { Description = "Print JSON." };
        var command = new Command("inspect", "List tensors, shapes, dtypes and metadata without loading the tensors.") { file, json };
        command.SetAction(parse =>
        {
            using var opened = CheckpointFile.Open(parse.GetRequiredValue(file));
            if (parse.GetValue(json))
            {
                Console.WriteLine(JsonSerializer.Serialize(new
                {
                    tensors = opened.Tensors.Select(t => new { name = t.Name, dtype = t.Type.ToString(), shape = t.Shape }),
                    metadata = opened.Metadata,
                }));
                return 0;
            }
            foreach (var t in opened.Tensors) Console.WriteLine($"{t.Type,-9} {$"[{string.Join(", ", t.Shape)}]",-18} {t.Name}");
            foreach (var (key, value) in opened.Metadata) Console.WriteLine($"{key} = {value}");
            Console.WriteLine(
                $"{opened.Tensors.Count} tensors, {opened.Tensors.Sum(t => t.Count):N0} numbers, {opened.Tensors.Sum(t => t.ByteLength):N0} bytes");
            return 0;
        });
        return command;
    }

    private static Command Verify()
    {
        var folder = new Argument<string>("folder") { Description = "A checkpoint folder with recorded inputs and outputs (.npy)." };
        var json = new Option<bool>("--json") { Description = "Print JSON." };
        var command = new Command(
            "verify", "Run an OSCAR checkpoint on its recorded inputs; fails when an output is off by more than 2e-5 (float32) or 1e-9 (float64), relative.")
        {
            folder,
            json,
        };
        command.SetAction(parse =>
        {
            var errors = OscarVerification.Run(parse.GetRequiredValue(folder));
            if (parse.GetValue(json))
                Console.WriteLine(
                    JsonSerializer.Serialize(
                        errors.Select(e => new
                        {
                            output = e.Output,
                            float32 = e.Float32,
                            float64 = e.Float64,
                        })));
            else foreach (var e in errors) Console.WriteLine($"{e.Output,-16} float32 {e.Float32:E1}   float64 {e.Float64:E1}");
            return errors.All(e => e.Float32 <= 2e-5 && e.Float64 <= 1e-9) ? 0 : 1;
        });
        return command;
    }

    private static Command Convert()
    {
        var source = new Argument<string>("source") { Description = "A .bin, .pt or .pth file." };
        var target = new Argument<string>("target") { Description = "The .safetensors file to write." };
        var command = new Command("convert", "Write the tensors of a file as safetensors, with a SHA-256 beside it.") { source, target };
        command.SetAction(parse =>
        {
            if (!parse.GetRequiredValue(target).EndsWith(".safetensors", StringComparison.Ordinal))
                throw new UserError($"{parse.GetRequiredValue(target)}: the target's name must end in .safetensors.");
            using var opened = CheckpointFile.Open(parse.GetRequiredValue(source));
            opened.SaveAsSafetensors(parse.GetRequiredValue(target));
            Console.WriteLine($"{parse.GetRequiredValue(target)}: {opened.Tensors.Count} tensors");
            return 0;
        });
        return command;
    }
}
