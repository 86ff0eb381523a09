using ITContrast.Data;
using ITContrast.Encoders.Branches;
using ITContrast.Encoders.Oscar;
using ITContrast.Encoders.Pooling;
using ITContrast.Text;
using ITContrast.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Tests.Encoders;

/// <summary>VSE∞'s halves against naive loops, finite differences and their own padding.</summary>
public class BranchTests : TorchTest
{
    private const int Width = 5, D = 4;
    private static readonly long[] Counts = [3, 1, 2];
    private static readonly WordTokenizer Vocabulary = WordTokenizer.Build(["red blue green apple pear plum cat dog bird fish"]);

    private static ImageBatch Images(Tensor values, params long[] counts) => ImageBatch.Own(ImageKind.Regions, values, tensor(counts));

    private static Tensor Regions() => Plane.Random(9, Width, 4).view(3, 3, Width);

    private static OscarModel Bert() =>
        new(OscarConfig.Tiny(20, 1) with { Hidden = 8, Heads = 2, Intermediate = 12, Layers = 2, Dropout = 0, AttentionDropout = 0 });

    private static double[] Flat(Tensor t) => t.detach().contiguous().to(ScalarType.Float64).data<double>().ToArray();

    [Fact]
    public void Regions_are_projected_one_by_one_and_normalised_over_the_regions_alone()
    {
        using var projection = new RegionProjection(Width, D, 6).Initialise(1).to(ScalarType.Float64);
        projection.train();
        var (values, weights) = (Regions(), projection.named_parameters().ToDictionary(p => p.name, p => p.parameter));
        Tensor members = arange(3, dtype: ScalarType.Int64).unsqueeze(0) < tensor(Counts).unsqueeze(1), result = projection.Project(values, members);
        double[][] rows = [.. from b in Enumerable.Range(0, 3) from r in Enumerable.Range(0, (int)Counts[b]) select Flat(values[b, r])];
        double[] Affine(string layer, double[] x)
        {
            var (w, b) = (weights[layer + ".weight"], Flat(weights[layer + ".bias"]));
            return [.. b.Select((bias, o) => bias + Flat(w[o]).Zip(x, (p, q) => p * q).Sum())];
        }
        double[][] inner = [.. rows.Select(x => Affine("first", x))];
        for (var k = 0; k < 6; k++)
        {
            double mean = inner.Average(x => x[k]), variance = inner.Average(x => (x[k] - mean) * (x[k] - mean));
            foreach (var x in inner) x[k] = Math.Max(0, (x[k] - mean) / Math.Sqrt(variance + 1e-5));
        }
        var at = 0;
        for (var b = 0; b < 3; b++)
            for (var r = 0; r < 3; r++)
            {
                double[] expected = r < Counts[b] ? [.. Affine("direct", rows[at]).Zip(Affine("second", inner[at]), (p, q) => p + q)] : new double[D];
                if (r < Counts[b]) at++;
                Assert.All(Flat(result[b, r]).Zip(expected), pair => Assert.Equal(pair.Second, pair.First, 10));
            }
    }

    [Theory, InlineData(6), InlineData(0)]
    public void Regions_that_are_not_looked_at_enter_the_statistics_alone(int hidden)
    {
        using var projection = new RegionProjection(Width, D, hidden).Initialise(1).to(ScalarType.Float64);
        projection.train();
        Tensor members = arange(3, dtype: ScalarType.Int64).unsqueeze(0) < tensor(Counts).unsqueeze(1),
            kept = tensor(new[] { true, false, true, true, true, false, false, true, true }).view(3, 3);
        Tensor looked = kept.logical_and(members).unsqueeze(2), pull = Plane.Random(9, D, 5).view(3, 3, D);
        Dictionary<string, Tensor> Gradients(Tensor result)
        {
            projection.zero_grad();
            (result * pull).sum().backward();
            return projection.named_parameters().ToDictionary(p => p.name, p => p.parameter.grad!.clone());
        }
        Tensor all = projection.Project(Regions(), members) * looked, some = projection.Project(Regions(), members, kept);
        Assert.True((all - some).abs().max().item<double>() < 1e-12);
        var expected = Gradients(all);
        foreach (var (name, gradient) in Gradients(some)) Assert.True((gradient - expected[name]).abs().max().item<double>() < 1e-10, name);
    }

    [Theory, InlineData(PoolingKind.Mean), InlineData(PoolingKind.Max), InlineData(PoolingKind.Generalized)]
    public void Regions_have_the_gradients_of_their_values(PoolingKind pooling)
    {
        using var encoder = new RegionEncoder(
            new()
            {
                RegionDimension = Width,
                Dimension = D,
                Hidden = 3,
                Pooling = pooling,
                DropRegions = 0,
            }).Initialise(1).to(ScalarType.Float64);
        encoder.train();
        Gradients.ShouldMatch(x => encoder.Embed(Images(x[0], Counts)).pow(2).sum(), Regions());
    }

    [Fact]
    public void A_training_pass_leaves_regions_out_and_always_keeps_one()
    {
        using var encoder = new RegionEncoder(new() { RegionDimension = 1, Dimension = 1, Hidden = 0, Pooling = PoolingKind.Mean, DropRegions = 0.5 });
        using (no_grad())
            foreach (var (name, parameter) in encoder.named_parameters()) parameter.fill_(name.EndsWith("weight", StringComparison.Ordinal) ? 1 : 0);
        using var images = Images(arange(400, dtype: ScalarType.Float32).remainder(4).view(100, 4, 1), [.. Enumerable.Repeat(4L, 100)]);
        encoder.BeginStep(5, 0);
        double[] first = Flat(encoder.Embed(images)), second = Flat(encoder.Embed(images));
        encoder.BeginStep(5, 0);
        Assert.Equal(first, Flat(encoder.Embed(images)));
        Assert.NotEqual(first, second);
        double[] possible = [.. Enumerable.Range(1, 15).Select(set => Enumerable.Range(0, 4).Where(r => (set >> r & 1) == 1).Average())];
        Assert.All(first, mean => Assert.Contains(possible, p => Math.Abs(p - mean) < 1e-6));
        Assert.True(first.Distinct().Count() > 6, "half of the regions dropped at random must give many means");
        encoder.eval();
        Assert.All(Flat(encoder.Embed(images)), mean => Assert.Equal(1.5, mean, 6));
    }

    [Fact]
    public void Words_are_masked_replaced_and_removed_at_the_published_rates_and_marks_stay()
    {
        using WordAugmentation augmentation = new(Vocabulary, 3);
        augmentation.BeginStep(1, 0);
        var encoded = Vocabulary.Encode(string.Join(' ', Enumerable.Repeat("red blue green apple", 10)));
        using var batch = CaptionBatch.From([.. Enumerable.Repeat(encoded, 200)]);
        using var changed = augmentation.Apply(batch)!;
        double words = 200 * 40, removed = words + 400 - changed.Lengths.sum().item<long>(), masked = changed.Tokens.eq(3).sum().item<long>();
        Assert.Equal(0.2 * 0.4, removed / words, 1.5e-2);
        Assert.Equal(0.2 * 0.5, masked / words, 1.5e-2);
        HashSet<long> others = [.. Vocabulary.Encode("pear plum cat dog bird fish").Skip(1).SkipLast(1).Select(id => (long)id)];
        // Six of the ten words do not occur, so they count six tenths of the replacements.
        Assert.Equal(0.2 * 0.1 * 0.6, changed.Tokens.data<long>().ToArray().Count(others.Contains) / words, 6e-3);
        for (var row = 0; row < 200; row++)
        {
            Assert.Equal(1, changed.Tokens[row, 0].item<long>());
            Assert.Equal(2, changed.Tokens[row, changed.Lengths[row].item<long>() - 1].item<long>());
        }
        augmentation.eval();
        Assert.Null(augmentation.Apply(batch));
    }

    [Fact]
    public void Captions_of_both_kinds_depend_neither_on_padding_nor_on_their_neighbours()
    {
        using GruCaptionEncoder gru = new GruCaptionEncoder(20, D, 6).Initialise(1).to(ScalarType.Float64);
        using BertCaptionEncoder bert = new BertCaptionEncoder(Bert(), D).Initialise(1).to(ScalarType.Float64);
        foreach (var encoder in new ICaptionBranch[] { gru, bert })
        {
            encoder.Module.eval();
            using var guard = no_grad();
            using CaptionBatch alone = CaptionBatch.From([[1, 5, 2]]), padded = CaptionBatch.From([[1, 5, 2], [1, 7, 8, 9, 10, 11, 2]]);
            Tensor one = encoder.Embed(alone), both = encoder.Embed(padded);
            Assert.True((one[0] - both[0]).abs().max().item<double>() < 1e-12);
            Assert.True((both[0] - both[1]).abs().max().item<double>() > 1e-3);
        }
    }

    [Fact]
    public void Word_states_average_both_directions_of_the_recurrent_layer()
    {
        using var words = new GruWords(20, 6, 3).Initialise(2).to(ScalarType.Float64);
        words.eval();
        using var captions = CaptionBatch.From([[1, 5, 6, 2], [1, 2]]);
        Tensor states = words.Run(captions), table = words.Table.detach();
        var w = words.named_parameters().ToDictionary(p => p.name[(p.name.LastIndexOf('.') + 1)..], p => p.parameter.detach());
        int[][] encoded = [[1, 5, 6, 2], [1, 2]];
        for (var row = 0; row < 2; row++)
        {
            double[][] Direction(IEnumerable<int> tokens, string suffix)
            {
                var state = new double[3];
                List<double[]> all = [];
                foreach (var token in tokens)
                {
                    double[] x = Flat(table[token]);
                    double[] Affine(string kind, double[] v) =>
                        [.. Flat(w[$"bias_{kind}_l0{suffix}"]).Select((b, o) => b + Flat(w[$"weight_{kind}_l0{suffix}"][o]).Zip(v, (p, q) => p * q).Sum())];
                    double[] input = Affine("ih", x), hidden = Affine("hh", state);
                    double Gate(int g, int k) => 1 / (1 + Math.Exp(-(input[3 * g + k] + hidden[3 * g + k])));
                    state =
                    [
                        .. Enumerable.Range(0, 3).Select(k => (1 - Gate(1, k)) * Math.Tanh(input[6 + k] + Gate(0, k) * hidden[6 + k]) + Gate(1, k) * state[k]),
                    ];
                    all.Add(state);
                }
                return [.. all];
            }
            double[][] forward = Direction(encoded[row], ""), backward = [.. Direction(encoded[row].Reverse(), "_reverse").Reverse()];
            for (var l = 0; l < encoded[row].Length; l++)
                for (var k = 0; k < 3; k++) Assert.Equal((forward[l][k] + backward[l][k]) / 2, states[row, l, k].item<double>(), 10);
        }
        Assert.Equal(0, states[1, 2].abs().sum().item<double>());
    }

    [Theory, InlineData("output.weight"), InlineData("bert.positions.weight"), InlineData("pooling.generalized.score.weight")]
    public void Bert_captions_have_the_gradients_of_their_values(string name)
    {
        using BertCaptionEncoder encoder = new BertCaptionEncoder(Bert(), D).Initialise(1).to(ScalarType.Float64);
        encoder.train();
        var parameter = encoder.named_parameters().Single(p => p.name == name).parameter;
        using var captions = CaptionBatch.From([[2, 7, 9, 3], [2, 5, 3]]);
        Tensor Loss() => (encoder.Embed(captions) * arange(D, dtype: ScalarType.Float64)).sum().tanh();
        double[] found = Flat(autograd.grad([Loss()], [parameter])[0]);
        using var guard = no_grad();
        var flat = parameter.view(-1);
        foreach (var i in Enumerable.Range(0, found.Length).Where(i => i % Math.Max(1, found.Length / 16) == 0))
        {
            double At(double change)
            {
                flat[i].add_(change);
                var value = Loss().item<double>();
                flat[i].add_(-change);
                return value;
            }
            double numeric = (At(1e-6) - At(-1e-6)) / 2e-6;
            Assert.True(Math.Abs(numeric - found[i]) <= 1e-7 + 1e-5 * Math.Abs(numeric), $"entry {i}: autograd {found[i]:R}, finite difference {numeric:R}");
        }
    }

    [Fact]
    public void A_pair_encoder_gives_unit_rows_and_fragments_unit_members()
    {
        using PairEncoder pair = new PairEncoder(
            new RegionEncoder(
                new()
                {
                    RegionDimension = Width,
                    Dimension = D,
                    Hidden = 3,
                }),
            new GruCaptionEncoder(20, D, 6)).Initialise(1);
        pair.eval();
        using var images = Images(Regions().to(ScalarType.Float32), Counts);
        using var captions = CaptionBatch.From([[1, 5, 2], [1, 6, 7, 2]]);
        Assert.True((pair.Images(images).norm(1) - 1).abs().max().item<float>() < 1e-5);
        Assert.True((pair.Captions(captions).norm(1) - 1).abs().max().item<float>() < 1e-5);
        using FragmentEncoder fragments = new FragmentEncoder(20, Width, D, 6).Initialise(1);
        Assert.All(Flat(fragments.Regions(images).norm(2)).Zip([1.0, 1, 1, 1, 0, 0, 1, 1, 0]), p => Assert.Equal(p.Second, p.First, 5));
        Assert.All(Flat(fragments.Words(captions).norm(2)).Zip([1.0, 1, 1, 0, 1, 1, 1, 1]), p => Assert.Equal(p.Second, p.First, 5));
        Assert.Contains(
            "7 numbers",
            Assert.Throws<ArgumentException>(() => new PairEncoder(new RegionEncoder(new() { Dimension = 7 }), new GruCaptionEncoder(20, D, 6))).Message);
    }

    [Fact]
    public void Images_without_regions_pixels_and_other_widths_are_refused_with_what_to_do()
    {
        using RegionEncoder encoder = new(new() { RegionDimension = Width, Dimension = D, Hidden = 0 });
        using ImageBatch none = Images(zeros(3, 2, Width), 2, 0, 1),
            wide = Images(zeros(1, 2, Width + 6), 2),
            pixels = ImageBatch.Own(ImageKind.Pixels, zeros(1, 3, 4, 4));
        Assert.Contains("Image 1 of the batch has no region", Assert.Throws<ArgumentException>(() => encoder.Embed(none)).Message);
        Assert.Contains($"{Width + 6}", Assert.Throws<ShapeException>(() => encoder.Embed(wide)).Message);
        Assert.Contains("Pixels", Assert.Throws<ArgumentException>(() => encoder.Embed(pixels)).Message);
    }
}
