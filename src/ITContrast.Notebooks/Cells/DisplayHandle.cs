using ITContrast.Notebooks.Display;

namespace ITContrast.Notebooks.Cells;

/// <summary>A value on the page that later code, in this cell or another, can replace.</summary>
public sealed class DisplayHandle
{
    internal DisplayHandle(string id) => Id = id;

    /// <summary>Jupyter's <c>display_id</c>.</summary>
    public string Id { get; }

    /// <summary>Shows <paramref name="value"/> where the handle's first value was shown.</summary>
    public void Update(object? value) => DisplayHub.Update(Id, MimeBundle.Of(value));
}
