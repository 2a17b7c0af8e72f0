namespace Berth.Bench;

/// <summary>What is made of many measurements of one thing.</summary>
internal static class Figures
{
    internal static double Median(IReadOnlyCollection<double> figures) => Percentile(figures, 50);

    /// <summary>The smallest figure that so many of a hundred do not exceed.</summary>
    internal static double Percentile(IReadOnlyCollection<double> figures, double percent) =>
        figures.Order().ElementAt(Math.Max(0, (int)Math.Ceiling(figures.Count * percent / 100) - 1));
}
