using System.Diagnostics;
using System.Globalization;
using ITContrast.Data;
using ITContrast.Evaluation;
using ITContrast.Experiments;
using ITContrast.Torch;
using ITContrast.Training;
using TorchSharp;

namespace ITContrast.Cli.Tests;

/// <summary>
/// A trained model in processes other than the one that trained it: search by text and by drawing, and the very ranks of training from embeddings.
/// </summary>
public sealed class SearchCommandTests(SearchCommandTests.Trained trained) : IClassFixture<SearchCommandTests.Trained>
{
    [Fact]
    public async Task A_text_finds_drawings_and_a_page_shows_them()
    {
        string page = trained.At("text.html");
        var (code, output, errors) = await trained.Itc("search", trained.Run, "red qwrtz apple", "--top", "4", "--split", "test", "--html", page);
        Assert.True(code == 0, errors);
        Assert.Equal(5, output.Trim().Split('\n').Length);
        double[] scores = [.. output.Trim().Split('\n').Take(4).Select(line => double.Parse(line.Split(' ')[0], CultureInfo.InvariantCulture))];
        Assert.Equal(scores.OrderDescending(), scores);
        Assert.Contains("qwrtz", errors);
        Assert.Equal(4, (await File.ReadAllTextAsync(page, TestContext.Current.CancellationToken)).Split("data:image/png;base64,").Length - 1);
    }

    [Fact]
    public async Task A_drawing_finds_itself_first()
    {
        var (code, output, errors) = await trained.Itc("search", trained.Run, "noto/1f34e.png", "--image", "--top", "2", "--html", trained.At("image.html"));
        Assert.True(code == 0, errors);
        Assert.StartsWith("1.000", output);
        Assert.Contains("(noto/1f34e.png)", output.Split('\n')[0]);
    }

    [Fact]
    public async Task A_run_on_other_data_shows_that_data_s_pictures()
    {
        File.WriteAllText(trained.At("scenes.json"), """
            { "System": "light", "WordNet": false, "Data": "scenes:60:3",
              "Backbone": { "Dimension": 16, "Hidden": 16, "Whitened": 16, "WordDimension": 16, "StateDimension": 8 },
              "Training": { "Epochs": 1, "BatchSize": 16 } }
            """);
        string runs = trained.At("scenes"), page = trained.At("scenes.html");
        var (code, output, errors) = await trained.Itc("train", "--config", trained.At("scenes.json"), "--runs", runs);
        Assert.True(code == 0, output + errors);
        (code, output, errors) = await trained.Itc("search", Assert.Single(Directory.GetDirectories(runs)), "a red circle", "--top", "3", "--html", page);
        Assert.True(code == 0, errors);
        using PairDataset scenes = DatasetSources.Open("scenes:60:3");
        string name = output.Split('\n')[0].TrimEnd(')').Split('(')[^1];
        int row = Enumerable.Range(0, scenes.ImageCount).Single(i => scenes.Table.ImageName(i) == name);
        string shown = (await File.ReadAllTextAsync(page, TestContext.Current.CancellationToken)).Split("data:image/png;base64,")[1].Split('"')[0];
        Assert.Equal(Convert.ToBase64String(PngEncoder.Encode(scenes.Images.Picture(row))), shown);
    }

    [Theory]
    [InlineData(new[] { "noto/none.png", "--image" }, "no drawing \"noto/none.png\"")]
    [InlineData(new[] { "apple", "--top", "0" }, "--top 0")]
    public async Task What_cannot_be_searched_for_is_named_in_one_line(string[] arguments, string why)
    {
        var (code, _, errors) = await trained.Itc(["search", trained.Run, .. arguments]);
        Assert.Equal(2, code);
        Assert.Contains(why, Assert.Single(errors.Trim().Split('\n')));
    }

    [Fact]
    public async Task Embeddings_of_a_new_process_rank_as_training_did()
    {
        string file = trained.At("test.safetensors");
        var (code, _, errors) = await trained.Itc("embed", trained.Run, "--split", "test", "--out", file);
        Assert.True(code == 0, errors);
        using SafetensorsFile embeddings = SafetensorsFile.Open(file, verify: false);
        using DisposeScope scope = torch.NewDisposeScope();
        int[] imageOf = [.. embeddings["image_of"].ToArray<long>().Select(image => (int)image)];
        torch.Tensor images = embeddings["images"].ToTensor(), captions = embeddings["captions"].ToTensor();
        StoredRanks then = RunResult.Read(new RunFolder(trained.Run)).TestRanks();
        if (TorchCapabilities.Current.Provider == "system")
        {
            RetrievalReport now = Retrieval.Evaluate(images, captions, imageOf);
            Assert.Equal(then.ImageQuery, now.ImageQuery.Ranks);
            Assert.Equal(then.CaptionQuery, now.CaptionQuery.Ranks);
            return;
        }
        // The BLAS of TorchSharp's packages rounds a product of few rows otherwise than the same rows among many, and a file is embedded in other blocks than
        // training evaluates: a rank may move past those negatives alone whose scores are the positive's to rounding.
        float[] flat = images.matmul(captions.t()).contiguous().data<float>().ToArray();
        float Score(int image, int caption) => flat[image * imageOf.Length + caption];
        int[] everyImage = [.. Enumerable.Range(0, then.ImageQuery.Length)], everyCaption = [.. Enumerable.Range(0, imageOf.Length)];
        Assert.All(
            everyImage,
            i =>
                Within(
                    then.ImageQuery[i],
                    everyCaption.Where(c => imageOf[c] == i).Max(c => Score(i, c)),
                    everyCaption.Where(c => imageOf[c] != i).Select(c => Score(i, c))));
        Assert.All(everyCaption, c => Within(then.CaptionQuery[c], Score(imageOf[c], c), everyImage.Where(i => i != imageOf[c]).Select(i => Score(i, c))));

        static void Within(int rank, float positive, IEnumerable<float> negatives) =>
            Assert.InRange(rank, negatives.Count(score => score > positive + 1e-6f), negatives.Count(score => score >= positive - 1e-6f));
    }

    /// <summary>A small first system, trained for an epoch on the validation split.</summary>
    public sealed class Trained : IAsyncLifetime
    {
        private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("itc-search-");

        /// <summary>The run's folder.</summary>
        public string Run => Directory.GetDirectories(At("runs")).Single(path => Path.GetFileName(path) != "features");

        public async ValueTask InitializeAsync()
        {
            File.WriteAllText(At("config.json"), """
                { "System": "light", "WordNet": false, "Backbone": { "Dimension": 16, "Hidden": 16, "Whitened": 16, "WordDimension": 16, "StateDimension": 8 },
                  "Training": { "Epochs": 1, "BatchSize": 32, "Split": "val" } }
                """);
            var (code, output, errors) = await Itc("train", "--config", At("config.json"), "--runs", At("runs"));
            Assert.True(code == 0, output + errors);
        }

        public string At(string name) => Path.Combine(folder.FullName, name);

        public async Task<(int Code, string Output, string Errors)> Itc(params string[] arguments)
        {
            ProcessStartInfo start = new(Path.Combine(AppContext.BaseDirectory, "itc"), arguments)
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
            foreach (string name in new[] { "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS" }) start.Environment[name] = "1";
            using Process process = Process.Start(start)!;
            Task<string> output = process.StandardOutput.ReadToEndAsync(), errors = process.StandardError.ReadToEndAsync();
            await process.WaitForExitAsync();
            return (process.ExitCode, await output, await errors);
        }

        public ValueTask DisposeAsync()
        {
            folder.Delete(true);
            return ValueTask.CompletedTask;
        }
    }
}
