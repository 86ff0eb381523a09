using ITContrast.Data;
using ITContrast.Encoders.Oscar;
using ITContrast.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Tests.Encoders;

/// <summary>OSCAR against the recorded float64 outputs of an independent implementation (tests/fixtures/make_oscar_tiny.py).</summary>
public class OscarTests : TorchTest
{
    private static string Fixture(string name)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "ITContrast.sln"))) folder = folder.Parent;
        return Path.Combine(folder.FullName, "tests", "fixtures", name);
    }

    // The zip container without, and the legacy stream with, normalised regions.
    [Theory, InlineData("oscar-tiny"), InlineData("oscar-legacy")]
    public void Every_recorded_output_agrees(string name)
    {
        var errors = OscarVerification.Run(Fixture(name));
        Assert.Equal(5, errors.Count);
        Assert.All(errors, e => Assert.True(e.Float32 < 2e-5 && e.Float64 < 1e-9, $"{e.Output}: float32 {e.Float32:E1}, float64 {e.Float64:E1}"));
    }

    [Fact]
    public void Embeddings_depend_neither_on_padding_nor_on_the_order_of_the_batch()
    {
        using var model = OscarCheckpoint.Load(Fixture("oscar-tiny"), ScalarType.Float64).Model;
        model.eval();
        using var _ = no_grad();
        var encoder = new OscarEncoder(model, 2);
        int[][] captions = [[2, 7, 9], [2, 30, 31, 32, 33, 34, 35], [2, 5]];
        using var together = CaptionBatch.From(captions);
        using var reversed = CaptionBatch.From(captions.Reverse().ToArray());
        var (a, b) = (encoder.Captions(together), encoder.Captions(reversed));
        for (var i = 0; i < 3; i++)
        {
            using var alone = CaptionBatch.From([captions[i]]);
            Assert.True((a[i] - encoder.Captions(alone)[0]).abs().max().item<double>() < 1e-12);
            Assert.True((a[i] - b[2 - i]).abs().max().item<double>() < 1e-12);
        }
        var regions = Plane.Random(3, model.Config.RegionWidth, 1).unsqueeze(0);
        using var exact = ImageBatch.Own(ImageKind.Regions, regions, tensor(new long[] { 3 }));
        using var padded = ImageBatch.Own(ImageKind.Regions, cat([regions, regions * 9], 1), tensor(new long[] { 3 }));
        Assert.True((encoder.Images(exact) - encoder.Images(padded)).abs().max().item<double>() < 1e-12);
    }

    [Fact]
    public void A_converted_checkpoint_gives_the_same_outputs()
    {
        using var folder = new Folder(Fixture("oscar-tiny"));
        using (var file = CheckpointFile.Open(folder.At("pytorch_model.bin"))) file.SaveAsSafetensors(folder.At("model.safetensors"));
        File.Delete(folder.At("pytorch_model.bin"));
        Assert.All(OscarVerification.Run(folder.Path), e => Assert.True(e.Float64 < 1e-9));
    }

    [Fact]
    public void A_saved_model_loads_with_its_published_names()
    {
        using var folder = new Folder(Fixture("oscar-tiny"));
        using (var model = OscarCheckpoint.Load(folder.Path).Model) OscarCheckpoint.Save(model, folder.At("model.safetensors"));
        File.Delete(folder.At("pytorch_model.bin"));
        Assert.All(OscarVerification.Run(folder.Path), e => Assert.True(e.Float32 < 2e-5));
    }

    [Fact]
    public void Names_without_prefix_load_and_pretraining_heads_are_reported()
    {
        using var folder = new Folder(Fixture("oscar-tiny"));
        folder.Rewrite(tensors =>
        {
            var renamed = tensors.ToDictionary(t => t.Key.Replace("bert.", ""), t => t.Value);
            renamed["cls.predictions.bias"] = zeros(211);
            return renamed;
        });
        var (model, report) = OscarCheckpoint.Load(folder.Path);
        model.Dispose();
        Assert.Equal(["cls.predictions.bias"], report.Ignored);
        Assert.False(report.HeadMissing);
    }

    [Fact]
    public void Missing_misshapen_and_unknown_tensors_are_all_listed_with_the_closest_name()
    {
        using var folder = new Folder(Fixture("oscar-tiny"));
        folder.Rewrite(tensors =>
        {
            tensors.Remove("bert.pooler.dense.bias", out var bias);
            tensors["bert.poooler.dense.bias"] = bias!;
            tensors["bert.embeddings.word_embeddings.weight"] = zeros(99, 48);
            return tensors;
        });
        var message = Assert.Throws<DataException>(() => OscarCheckpoint.Load(folder.Path)).Message;
        Assert.Contains("missing bert.pooler.dense.bias [48] (the file has bert.poooler.dense.bias)", message);
        Assert.Contains("bert.embeddings.word_embeddings.weight is [99, 48], config.json says [211, 48]", message);
        Assert.Contains("unknown bert.poooler.dense.bias", message);
    }

    [Fact]
    public void A_configuration_that_lacks_a_key_is_refused_with_its_name()
    {
        using var folder = new Folder(Fixture("oscar-tiny"));
        File.WriteAllText(folder.At("config.json"), File.ReadAllText(folder.At("config.json")).Replace("\"hidden_size\"", "\"hiden_size\""));
        Assert.Contains("\"hidden_size\"", Assert.Throws<DataException>(() => OscarCheckpoint.Load(folder.Path)).Message);
    }

    [Fact]
    public void Regions_without_box_numbers_and_texts_that_are_too_long_are_refused()
    {
        using var model = new OscarModel(OscarConfig.Tiny(50, 2054)).Initialise(1);
        Assert.Contains("box numbers", Assert.Throws<ShapeException>(() => model.EmbedRegions(zeros(1, 3, 2048))).Message);
        Assert.Contains(
            "65 tokens came to a model of 64 positions",
            Assert.Throws<ShapeException>(() => model.EmbedText(zeros(new long[] { 1, 65 }, ScalarType.Int64))).Message);
    }

    [Theory]
    [InlineData("num_hidden_layers", "3", "4", "missing bert.encoder.layer.3.attention.self.query.weight")]
    [InlineData("num_hidden_layers", "3", "2", "unknown bert.encoder.layer.2.")]
    [InlineData("intermediate_size", null, "40", "config.json says [40, 48]")]
    [InlineData("num_attention_heads", null, "5", "hidden_size 48 is not divisible by num_attention_heads 5")]
    public void A_configuration_that_disagrees_with_the_tensors_is_refused_with_each_of_them(string key, string? before, string after, string expected)
    {
        using var folder = new Folder(Fixture("oscar-tiny"));
        var config = System.Text.Json.Nodes.JsonNode.Parse(File.ReadAllText(folder.At("config.json")))!;
        if (before is not null) Assert.Equal(before, config[key]!.ToString());
        config[key] = int.Parse(after, System.Globalization.CultureInfo.InvariantCulture);
        File.WriteAllText(folder.At("config.json"), config.ToJsonString());
        Assert.Contains(expected, Assert.Throws<DataException>(() => OscarCheckpoint.Load(folder.Path)).Message);
    }

    private static readonly string[] Pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", .. Enumerable.Range(4, 207).Select(i => $"word{i}")];

    [Fact]
    public void Another_vocabulary_is_refused_where_it_is_read_and_where_it_was_used()
    {
        using var folder = new Folder(Fixture("oscar-tiny"));
        File.WriteAllLines(folder.At("vocab.txt"), Pieces);
        using var model = OscarCheckpoint.Load(folder.Path).Model;
        Assert.Equal(211, OscarCheckpoint.Vocabulary(folder.Path, model).VocabularySize);
        File.WriteAllLines(folder.At("vocab.txt"), Pieces.Append("another"));
        Assert.Contains(
            "212 word pieces, but config.json says 211",
            Assert.Throws<DataException>(() => OscarCheckpoint.Vocabulary(folder.Path, model)).Message);
        File.Delete(folder.At("vocab.txt"));
        Assert.Contains("no vocab.txt", Assert.Throws<DataException>(() => OscarCheckpoint.Vocabulary(folder.Path, model)).Message);
        using var captions = CaptionBatch.From([[2, 211, 3]]);
        Assert.Contains(
            "Token 211 came to a model of 211 word pieces",
            Assert.Throws<ArgumentException>(() => new OscarEncoder(model, 2).Captions(captions)).Message);
        Assert.Contains("Is this its vocabulary", Assert.Throws<ArgumentOutOfRangeException>(() => new OscarEncoder(model, 30521)).Message);
    }

    [Fact]
    public void An_empty_caption_is_its_two_marks_and_has_an_embedding()
    {
        using var model = OscarCheckpoint.Load(Fixture("oscar-tiny")).Model;
        model.eval();
        ITContrast.Text.WordPieceTokenizer vocabulary = new(Pieces);
        using var captions = CaptionBatch.From([vocabulary.Encode(""), vocabulary.Encode("   ")]);
        using var embedded = new OscarEncoder(model, vocabulary.Encode("")[0]).Captions(captions);
        Assert.Equal(2, captions.Tokens.shape[1]);
        Assert.True((embedded.norm(1) - 1).abs().max().item<float>() < 1e-5);
        Assert.Throws<ArgumentException>(() => CaptionBatch.From([[]]));
    }

    private sealed class Folder : IDisposable
    {
        public Folder(string source)
        {
            Directory.CreateDirectory(Path);
            foreach (var file in Directory.GetFiles(source)) File.Copy(file, At(System.IO.Path.GetFileName(file)));
        }

        public string Path { get; } = System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"itc-oscar-{Guid.NewGuid():N}");

        public string At(string name) => System.IO.Path.Combine(Path, name);

        public void Rewrite(Func<Dictionary<string, Tensor>, Dictionary<string, Tensor>> change)
        {
            using (var file = CheckpointFile.Open(At("pytorch_model.bin")))
                Safetensors.Save(At("model.safetensors"), change(file.Tensors.ToDictionary(t => t.Name, t => t.ToTensor())));
            File.Delete(At("pytorch_model.bin"));
        }

        public void Dispose() => Directory.Delete(Path, true);
    }
}
