using ITContrast.Losses;
using static TorchSharp.torch;

namespace ITContrast.Systems.ModalityInvariant;

/// <summary>What the encoders are asked to do to the modality classifier. All three are this project's readings [I].</summary>
public enum AdversarialForm
{
    /// <summary>
    /// Raise the classifier's loss: gradient reversal, <c>L_adv = −L_C</c> for the encoders and <c>+L_C</c> for the classifier, in one backward pass.
    /// </summary>
    GradientReversal,
    /// <summary>Be taken for the other modality: cross entropy against flipped labels.</summary>
    LabelFlip,
    /// <summary>Be undecidable: cross entropy against (½, ½).</summary>
    Confusion,
}

/// <summary>
/// The adversarial part of the encoders' loss.
/// <code>
///   reversal   L_C( reverse_l(x), reverse_l(y) )
///   flip       ½ ( mean −log σ(−C(x)) + mean −log σ(C(y)) )
///   confusion  ½ mean over both of ½ ( −log σ(C) − log σ(−C) )
/// </code>
/// Reversal trains classifier and encoders at once; the other two hold the classifier's weights fixed and leave it to its own loss.
/// The reversed gradient must reach the encoders: in ACMR's released code it does not.
/// </summary>
public static class AdversarialTerm
{
    /// <summary>The term, a scalar.</summary>
    /// <param name="form">Which.</param>
    /// <param name="classifier">C.</param>
    /// <param name="images">x, attached, <c>[B, D]</c>.</param>
    /// <param name="captions">y, attached, <c>[B, D]</c>.</param>
    /// <param name="reversal">l of the reversal; ignored by the others.</param>
    public static Tensor Of(AdversarialForm form, ModalityClassifier classifier, Tensor images, Tensor captions, double reversal = 1)
    {
        switch (form)
        {
            case AdversarialForm.GradientReversal:
                return classifier.Loss(GradientReversal.Apply(images, reversal), GradientReversal.Apply(captions, reversal));
            case AdversarialForm.LabelFlip:
                return Flipped(classifier.Fixed(images), classifier.Fixed(captions));
            case AdversarialForm.Confusion:
                var (x, y) = (classifier.Fixed(images), classifier.Fixed(captions));
                return (Flipped(x, y) + Flipped(y, x)) / 2;
            default:
                throw new ArgumentOutOfRangeException(nameof(form), $"{form} is no adversarial form.");
        }
    }

    // Images labelled captions and captions labelled images.
    private static Tensor Flipped(Tensor imageLogits, Tensor captionLogits) =>
        (nn.functional.softplus(imageLogits).mean() + nn.functional.softplus(-captionLogits).mean()) / 2;
}
