namespace ITContrast.Encoders;

/// <summary>Where the regions of an image come from.</summary>
public enum ImageFront
{
    /// <summary>Hand-made colours and oriented gradients by cell, whitened: cheap, and the better one at a few minutes of training.</summary>
    GridFeatures,

    /// <summary>A <see cref="ConvolutionalGridEncoder"/> on pixels, trained from nothing.</summary>
    Convolutional,
}
