using ITContrast.Losses;
using ITContrast.Systems.ModalityInvariant;
using ITContrast.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Tests.Systems;

public class ModalityInvariantPartTests : TorchTest
{
    private static ModalityClassifier Classifier() => new ModalityClassifier(8).Initialise(1);

    private static (Tensor Images, Tensor Captions) Embeddings() =>
        (Plane.Random(16, 8, 1).to(ScalarType.Float32).requires_grad_(), Plane.Random(16, 8, 2).to(ScalarType.Float32).requires_grad_());

    [Fact]
    public void Reversal_is_the_identity_forward_and_negative_backward()
    {
        var x = Plane.Random(3, 4, 1).requires_grad_();
        var y = GradientReversal.Apply(x, 0.3);
        Assert.Equal(x.data<double>().ToArray(), y.detach().data<double>().ToArray());
        Assert.All(autograd.grad([y.sum()], [x])[0].data<double>().ToArray(), g => Assert.Equal(-0.3, g, 12));
    }

    // What the released code of a relative fails: the reversed gradient must reach the encoders, and a step along it must raise the classifier's loss.
    [Theory, InlineData(AdversarialForm.GradientReversal), InlineData(AdversarialForm.LabelFlip), InlineData(AdversarialForm.Confusion)]
    public void The_adversarial_gradient_reaches_the_embeddings_and_raises_the_classifiers_loss(AdversarialForm form)
    {
        using var classifier = Classifier();
        var (x, y) = Embeddings();
        using (var optimizer = optim.SGD(classifier.parameters(), 0.5))
            for (var i = 0; i < 50; i++)
            {
                optimizer.zero_grad();
                classifier.Loss(x.detach(), y.detach()).backward();
                optimizer.step();
            }
        var before = classifier.Loss(x, y).item<float>();
        var gradients = autograd.grad([AdversarialTerm.Of(form, classifier, x, y)], [x, y]);
        Assert.All(gradients, g => Assert.True(g.abs().sum().item<float>() > 1e-4));
        var after = classifier.Loss(x - gradients[0] * 5, y - gradients[1] * 5).item<float>();
        Assert.True(after > before, $"the classifier's loss went from {before} to {after}");
    }

    [Fact]
    public void The_classifier_learns_to_tell_two_clouds_apart()
    {
        using var classifier = Classifier();
        var images = nn.functional.normalize(Plane.Random(64, 8, 1).to(ScalarType.Float32) + ones(8) * 0.5);
        var captions = nn.functional.normalize(Plane.Random(64, 8, 2).to(ScalarType.Float32) - ones(8) * 0.5);
        using var optimizer = optim.Adam(classifier.parameters(), 0.01);
        for (var i = 0; i < 100; i++)
        {
            optimizer.zero_grad();
            classifier.Loss(images, captions).backward();
            optimizer.step();
        }
        Assert.True(classifier.Accuracy(images, captions) > 0.95);
        Assert.InRange(classifier.Accuracy(images, images), 0.499, 0.501);
    }

    [Fact]
    public void The_schedule_rises_from_zero_to_one()
    {
        Assert.Equal(0, GradientReversal.Schedule(0), 12);
        Assert.Equal(2 / (1 + Math.Exp(-5)) - 1, GradientReversal.Schedule(0.5), 12);
        Assert.True(GradientReversal.Schedule(1) > 0.999);
    }
}
