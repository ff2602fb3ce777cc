using System.Globalization;
using Archer.Client;

namespace Archer.Silo.Charts;

/// <summary>What may be asked of a chart.</summary>
internal static class ChartRequests
{
    public const string MediaType = "image/svg+xml";
    private const int UsualWidth = 720;

    /// <exception cref="InvalidRequestException">The width is no usable number.</exception>
    public static ChartSize ReadSize(string? width) =>
        width is null ? ChartSize.OfWidth(UsualWidth)
        : int.TryParse(width, NumberStyles.None, CultureInfo.InvariantCulture, out var pixels) && pixels is >= ChartSize.Narrowest and <= ChartSize.Widest ? ChartSize.OfWidth(pixels)
        : throw new InvalidRequestException($"width: expected a whole number from {ChartSize.Narrowest} to {ChartSize.Widest}");
}
