namespace Archer.Silo.Charts;

/// <summary>What a chart says in words.</summary>
/// <param name="Name">Prefix of the ids inside the picture: lower-case letters and hyphens.</param>
/// <param name="Title">What it shows.</param>
/// <param name="Description">What a reader who cannot see it should know: the newest numbers.</param>
/// <param name="X">Name and unit of the horizontal axis.</param>
/// <param name="Y">Name and unit of the vertical axis.</param>
internal sealed record ChartText(string Name, string Title, string Description, string X, string Y);

/// <summary>Size in pixels.</summary>
internal readonly record struct ChartSize(int Width, int Height)
{
    /// <summary>Narrowest and widest that the axes are laid out for.</summary>
    public const int Narrowest = 260, Widest = 1_600;

    /// <summary>Lowest and highest that the axes are laid out for.</summary>
    public const int Lowest = 150, Highest = 1_200;

    /// <summary>A size of the usual proportions.</summary>
    public static ChartSize OfWidth(int width) => new(width, Math.Clamp(width / 2, 190, 400));
}
