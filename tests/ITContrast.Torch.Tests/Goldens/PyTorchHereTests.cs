using System.Text.Json;

namespace ITContrast.Torch.Tests.Goldens;

public sealed class PyTorchHereTests
{
    [Fact]
    public void The_committed_goldens_are_what_the_scripts_make()
    {
        Assert.SkipUnless(PyTorchHere.IsHere, "no Python with PyTorch on this libtorch (Debian: python3-torch)");
        Assert.SkipUnless(
            VersionOf(PyTorchHere.File("operators.json")) == VersionOf(PyTorchHere.Committed("operators.json")),
            "the committed goldens are of another libtorch");
        using var fresh = SafetensorsFile.Open(PyTorchHere.File("nn_goldens.safetensors"));
        using var committed = SafetensorsFile.Open(PyTorchHere.Committed("nn_goldens.safetensors"));
        Assert.Equal(committed.Tensors.Select(t => t.Name), fresh.Tensors.Select(t => t.Name));
        foreach (var (expected, actual) in committed.Tensors.Zip(fresh.Tensors).Where(p => p.First.Type == ElementType.Float32))
        {
            var (e, a) = (expected.ToArray<float>(), actual.ToArray<float>());
            var scale = Math.Max(1e-6, e.Select(Math.Abs).DefaultIfEmpty().Max());
            Assert.True(e.Length == a.Length && e.Zip(a).All(p => Math.Abs(p.First - p.Second) <= 1e-5 * scale), expected.Name);
        }
    }

    private static string VersionOf(string file)
    {
        using var json = JsonDocument.Parse(File.ReadAllBytes(file));
        return json.RootElement.GetProperty("torch").GetString()!;
    }
}
