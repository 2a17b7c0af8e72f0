namespace Berth.Clients;

/// <summary>The built product.</summary>
internal static class Product
{
    /// <summary>
    /// <c>berth.dll</c>: the one that <c>BERTH_TEST_PROGRAM</c> names, which <c>./berth test</c> makes the one it runs from
    /// itself and so the one that users run; else the one built with the tests.
    /// </summary>
    public static string Program { get; } = Environment.GetEnvironmentVariable("BERTH_TEST_PROGRAM") is { Length: > 0 } given
        ? given
        : Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../../Berth", Path.GetFileName(AppContext.BaseDirectory.TrimEnd('/')), "berth.dll"));
}
