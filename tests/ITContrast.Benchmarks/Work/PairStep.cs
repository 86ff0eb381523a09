using ITContrast.Benchmarks.Running;
using ITContrast.Data;
using ITContrast.Encoders;
using ITContrast.Losses;
using ITContrast.Torch;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ITContrast.Benchmarks.Work;

/// <summary>A training step of a pair of encoders: symmetric InfoNCE and AdamW. Values are compared without dropout, timed with it.</summary>
/// <param name="make">Makes the encoders, with dropout or without.</param>
/// <param name="file">Weights under the encoders' own names, and <c>regions [B, R, F]</c>, <c>tokens [B, L]</c> and <c>lengths [B]</c>.</param>
/// <param name="half">Forward and loss under bfloat16 autocast.</param>
internal sealed class PairStep(Func<bool, IPairEncoder> make, string file, bool half) : IWork
{
    private const double Temperature = 0.05, Rate = 1e-5, Decay = 0.01;

    private readonly Dictionary<string, Tensor> tensors = Safetensors.Load(file);
    private readonly InfoNce loss = new(new Temperature(Temperature, learned: false));
    private IPairEncoder? encoder;
    private optim.Optimizer? optimizer;
    private ImageBatch? images;
    private CaptionBatch? captions;
    private long steps;

    public IReadOnlyList<Case> Cases
    {
        get
        {
            Begin(true);
            return [new("step", () => Train())];
        }
    }

    /// <summary>Weights and a batch of random regions and captions, as <see cref="PairStep"/> reads them.</summary>
    public static void Prepare(string file, nn.Module weights, int batch, int regions, int width, int words, int longest)
    {
        using DisposeScope scope = NewDisposeScope();
        using Generator generator = new RandomStream(1, "bench-pairs").Generator();
        weights.Initialise(1);
        RandomStream random = new(1, "bench-lengths");
        long[] lengths = [.. Enumerable.Range(0, batch).Select(i => i == 0 ? longest : (long)(8 + random.NextInt(longest - 7)))];
        Tensor tokens = randint(4, words, new long[] { batch, longest }, int64, generator: generator);
        Tensor valid = arange(longest, dtype: int64).unsqueeze(0) < tensor(lengths).unsqueeze(1);
        Safetensors.Save(file, new Dictionary<string, Tensor>(weights.state_dict())
        {
            ["regions"] = rand([batch, regions, width], generator: generator), ["tokens"] = tokens * valid.to(int64), ["lengths"] = tensor(lengths),
        });
    }

    public IReadOnlyDictionary<string, Tensor> Results()
    {
        Begin(false);
        Dictionary<string, Tensor> found = new() { ["loss"] = tensor((float)Train()) };
        foreach ((string name, Parameter parameter) in encoder!.Module.named_parameters())
            if (parameter.grad is { } gradient) found["grad." + name] = gradient;
        return found;
    }

    public void Dispose()
    {
        images?.Dispose();
        captions?.Dispose();
        encoder?.Module.Dispose();
    }

    private void Begin(bool dropout)
    {
        encoder = make(dropout);
        HashSet<string> batch = ["regions", "tokens", "lengths"];
        encoder.Module.load_state_dict(tensors.Where(t => !batch.Contains(t.Key)).ToDictionary());
        encoder.Module.to(BenchDevice.Current);
        encoder.Module.train();
        optimizer = optim.AdamW(encoder.Module.parameters(), Rate, weight_decay: Decay);
        Tensor regions = tensors["regions"].clone();
        images = ImageBatch.Own(ImageKind.Regions, regions, full([regions.shape[0]], regions.shape[1], int64)).To(BenchDevice.Current);
        long[] lengths = tensors["lengths"].data<long>().ToArray(), tokens = tensors["tokens"].data<long>().ToArray();
        int width = tokens.Length / lengths.Length;
        captions = CaptionBatch.From([.. lengths.Select((n, i) => tokens.Skip(i * width).Take((int)n).Select(t => (int)t).ToArray())]).To(BenchDevice.Current);
    }

    private double Train()
    {
        using DisposeScope scope = NewDisposeScope();
        encoder!.Module.BeginStep(1, steps++);
        optimizer!.zero_grad();
        Tensor value;
        using (half ? new Autocast(BenchDevice.Current.type) : null)
        {
            Tensor x = encoder.Images(images!), y = encoder.Captions(captions!);
            value = loss.Compute(Scores.Of(x, y, eye(x.shape[0], dtype: ScalarType.Bool, device: x.device))).Value;
        }
        value.backward();
        optimizer.step();
        return value.ToDouble();
    }
}
