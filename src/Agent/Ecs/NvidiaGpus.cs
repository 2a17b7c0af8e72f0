namespace Berth.Agent;

/// <summary>The machine's NVIDIA GPUs, as the kernel's driver tells them.</summary>
internal static class NvidiaGpus
{
    private const string Label = "GPU UUID:";

    /// <param name="directory">The driver's: a directory for each GPU, with a file <c>information</c> of labelled lines.</param>
    /// <returns>Their UUIDs, <c>GPU-</c> and a UUID each, in the order of their addresses on the bus; none where there is no driver.</returns>
    public static IReadOnlyList<string> Find(string directory)
    {
        try
        {
            return [.. Directory.EnumerateDirectories(directory)
                .Order(StringComparer.Ordinal)
                .SelectMany(gpu => File.ReadLines(Path.Combine(gpu, "information")))
                .Where(line => line.StartsWith(Label, StringComparison.Ordinal))
                .Select(line => line[Label.Length..].Trim())
                .Where(id => !id.Contains('?'))];    // A GPU that nobody has woken yet has no name.
        }
        catch (Exception absent) when (absent is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
